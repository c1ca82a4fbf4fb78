/** A text that is laid out for reading (table, document, notebook, page, code), or as it was written. */

import { Button, makeStyles, Switch, tokens } from '@fluentui/react-components';
import type { RunFile } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense, useState } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { ArrowDownloadRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { languageOf } from '../../shared/text/language-of.ts';
import { runFileAddress, runFileTextQuery } from './api.ts';
import { CsvViewer } from './csv-viewer.tsx';
import type { TextLayout } from './file-kind.ts';

const Markdown = onDemand(async () => (await import('../../shared/text/markdown.tsx')).Markdown);
const SourceCode = onDemand(async () => (await import('../../shared/text/source-code.tsx')).SourceCode);
const NotebookViewer = onDemand(async () => (await import('./notebook-viewer.tsx')).NotebookViewer);

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', flexGrow: 1, minHeight: 0, minWidth: 0 },
	toolbar: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
	},
	facts: { marginLeft: 'auto', color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
	document: { flexGrow: 1, minHeight: 0, overflow: 'auto', padding: tokens.spacingHorizontalL },
	frame: { flexGrow: 1, minHeight: 0, border: 'none', backgroundColor: '#fff' },
});

interface LaidOutViewerProps {
	readonly run: string;
	readonly file: RunFile;
	readonly layout: Exclude<TextLayout, 'json'>;
	readonly downloadAddress: string;
	/** As it was written. */
	readonly asText: ReactNode;
}

export function LaidOutViewer({ run, file, layout, downloadAddress, asText }: LaidOutViewerProps) {
	const styles = useStyles();
	const [isLaidOut, setIsLaidOut] = useState(true);
	return (
		<div className={styles.root}>
			<div className={styles.toolbar}>
				<Switch label="Laid out" checked={isLaidOut} onChange={(_, { checked }) => setIsLaidOut(checked)} />
				<span className={styles.facts}>{formatBytes(file.sizeBytes)}</span>
				<Button as="a" size="small" appearance="subtle" icon={<ArrowDownloadRegular />} href={downloadAddress} download>
					Download
				</Button>
			</div>
			{!isLaidOut && asText}
			{isLaidOut && layout === 'html' && (
				// The server sends it with a policy of its own as well: an origin of its own, and no address that it may reach.
				<iframe
					className={styles.frame}
					title={file.path}
					sandbox="allow-scripts"
					referrerPolicy="no-referrer"
					src={runFileAddress(run, file.path, { version: file.version })}
				/>
			)}
			{isLaidOut && layout !== 'html' && <LaidOutText run={run} file={file} layout={layout} />}
		</div>
	);
}

function LaidOutText({ run, file, layout }: Pick<LaidOutViewerProps, 'run' | 'file' | 'layout'>) {
	const styles = useStyles();
	const query = useQuery(runFileTextQuery(run, file.path, file.version));
	const findPicture = (path: string) => (/^[a-z]+:|^\/\//i.test(path) ? null : runFileAddress(run, beside(file.path, path)));
	return (
		<QueryState query={query} label={file.path}>
			{(text) => (
				<Suspense fallback={<LoadingRows label={`Loading ${file.path}`} />}>
					{layout === 'csv' && <CsvViewer text={text} label={file.path} />}
					{layout === 'code' && <SourceCode code={text} language={languageOf(file.path)} label={file.path} />}
					{(layout === 'markdown' || layout === 'notebook') && (
						// biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it
						<section className={styles.document} aria-label={file.path} tabIndex={0}>
							{layout === 'markdown' ? <Markdown text={text} findPicture={findPicture} /> : <NotebookViewer text={text} />}
						</section>
					)}
				</Suspense>
			)}
		</QueryState>
	);
}

/** A path that is told from a file's folder. */
function beside(file: string, path: string): string {
	return new URL(path, new URL(file, 'files:///')).pathname.slice(1);
}
