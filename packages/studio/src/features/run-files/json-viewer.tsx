/** One JSON document: a table where it holds one, laid out for reading, or as it was written, with its words coloured. */
import { Button, makeStyles, Switch, tokens } from '@fluentui/react-components';
import type { RunFile } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useMemo, useState } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { ArrowDownloadRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { runFileTextQuery } from './api.ts';
import { tableOfJson } from './json-table.ts';
import { prettyJson } from './pretty-json.ts';
import { ROWS_MAX, ValueTable } from './value-table.tsx';

const SourceCode = onDemand(async () => (await import('../../shared/text/source-code.tsx')).SourceCode);

const useStyles = makeStyles({
	toolbar: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
	},
	facts: { marginLeft: 'auto', color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

interface JsonViewerProps {
	readonly run: string;
	readonly file: RunFile;
	readonly downloadAddress: string;
}

export function JsonViewer({ run, file, downloadAddress }: JsonViewerProps) {
	const styles = useStyles();
	const [isLaidOut, setIsLaidOut] = useState(true);
	const query = useQuery(runFileTextQuery(run, file.path, file.version));
	const pretty = useMemo(() => (query.data === undefined ? null : prettyJson(query.data)), [query.data]);
	const table = useMemo(() => (query.data === undefined ? null : tableOfJson(query.data, ROWS_MAX)), [query.data]);
	const isTable = table !== null && isLaidOut;
	return (
		<QueryState query={query} label={file.path}>
			{(text) => (
				<>
					<div className={styles.toolbar}>
						{pretty === null ? (
							'This is no JSON document; it is shown as it was written.'
						) : (
							<Switch
								label={table === null ? 'Laid out' : 'As a table'}
								checked={isLaidOut}
								onChange={(_, { checked }) => setIsLaidOut(checked)}
							/>
						)}
						<span className={styles.facts}>{formatBytes(file.sizeBytes)}</span>
						<Button as="a" size="small" appearance="subtle" icon={<ArrowDownloadRegular />} href={downloadAddress} download>
							Download
						</Button>
					</div>
					{isTable ? (
						<ValueTable table={table} label={file.path} />
					) : (
						<Suspense fallback={<LoadingRows label={`Loading ${file.path}`} />}>
							<SourceCode
								code={table !== null || isLaidOut ? (pretty ?? text) : text}
								language={pretty === null ? null : 'json'}
								label={file.path}
							/>
						</Suspense>
					)}
				</>
			)}
		</QueryState>
	);
}
