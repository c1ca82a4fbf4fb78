/** A file that never changes, of a snapshot or a model, shown if it is a text that is not too long. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { type FetchQueryOptions, type QueryKey, useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { ArrowDownloadRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { languageOf } from '../../shared/text/language-of.ts';
import { viewOf } from './file-kind.ts';

const SourceCode = onDemand(async () => (await import('../../shared/text/source-code.tsx')).SourceCode);

/** A text larger than this is none that is read. */
const SHOWN_BYTES_MAX = 1024 * 1024;

const useStyles = makeStyles({
	toolbar: {
		display: 'flex',
		alignItems: 'center',
		justifyContent: 'flex-end',
		gap: tokens.spacingHorizontalS,
		padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
	},
	facts: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

interface KeptFileProps<Key extends QueryKey> {
	readonly file: { readonly path: string; readonly sizeBytes: number };
	readonly text: FetchQueryOptions<string, Error, string, Key>;
	/** Absent where it comes with others alone. */
	readonly downloadAddress?: string;
	/** Where else it can be had. */
	readonly elsewhere: string;
}

export function KeptFile<Key extends QueryKey>({ file: { path, sizeBytes }, text, downloadAddress, elsewhere }: KeptFileProps<Key>) {
	const styles = useStyles();
	const isShown = sizeBytes <= SHOWN_BYTES_MAX && viewOf(path, 'application/octet-stream') === 'text';
	const query = useQuery({ ...text, enabled: isShown });
	return (
		<>
			{downloadAddress !== undefined && (
				<div className={styles.toolbar}>
					<span className={styles.facts}>{formatBytes(sizeBytes)}</span>
					<Button as="a" size="small" appearance="subtle" icon={<ArrowDownloadRegular />} href={downloadAddress} download>
						Download
					</Button>
				</div>
			)}
			{isShown ? (
				<QueryState query={query} label={path}>
					{(content) => (
						<Suspense fallback={<LoadingRows label={`Loading ${path}`} />}>
							<SourceCode code={content} language={languageOf(path)} label={path} />
						</Suspense>
					)}
				</QueryState>
			) : (
				<EmptyState title={path}>
					{formatBytes(sizeBytes)}, not a text that can be shown here. {elsewhere}
				</EmptyState>
			)}
		</>
	);
}
