/** One file, as its kind is best looked at. */
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { isEventFile, type RunFile } from '@runstead/contract';
import { type ReactNode, useState } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { Moment } from '../../shared/format/moment.tsx';
import { ArrowDownloadRegular } from '../../shared/icons.ts';
import { runFileAddress } from './api.ts';
import { layoutOf, viewOf } from './file-kind.ts';
import { JsonViewer } from './json-viewer.tsx';
import { LaidOutViewer } from './laid-out-viewer.tsx';
import type { LogView } from './log-view.ts';
import { LogViewer } from './log-viewer.tsx';

/** Read whole to be laid out; a larger text is read in parts, as it was written. */
const LAID_OUT_BYTES_MAX = 4 * 1024 * 1024;

const useStyles = makeStyles({
	pane: {
		display: 'flex',
		flexDirection: 'column',
		gap: tokens.spacingVerticalM,
		alignItems: 'flex-start',
		padding: tokens.spacingHorizontalL,
		overflow: 'auto',
	},
	image: { maxWidth: '100%', borderRadius: tokens.borderRadiusMedium, backgroundColor: '#fff' },
	facts: { color: tokens.colorNeutralForeground3 },
	actions: { display: 'flex', gap: tokens.spacingHorizontalS },
});

interface FileViewerProps {
	readonly run: string;
	readonly file: RunFile;
	readonly view: LogView;
	readonly onView: (change: LogView) => void;
	/** More tools for a text. */
	readonly tools?: ReactNode;
}

export function FileViewer({ run, file, view: logView, onView, tools }: FileViewerProps) {
	const styles = useStyles();
	const [isForcedText, setIsForcedText] = useState(false);
	const downloadAddress = runFileAddress(run, file.path, { version: file.version, download: true });
	const view = (file.kind === 'log' && !isEventFile(file.path)) || isForcedText ? 'text' : viewOf(file.path, file.contentType);
	if (view === 'text') {
		const layout = file.kind === 'artifact' && file.sizeBytes <= LAID_OUT_BYTES_MAX ? layoutOf(file.path, file.contentType) : null;
		const asText = <LogViewer run={run} file={file} downloadAddress={downloadAddress} view={logView} onView={onView} tools={tools} />;
		if (layout === null) return asText;
		if (layout === 'json') return <JsonViewer run={run} file={file} downloadAddress={downloadAddress} />;
		return <LaidOutViewer run={run} file={file} layout={layout} downloadAddress={downloadAddress} asText={asText} />;
	}
	return (
		<div className={styles.pane}>
			<Text weight="semibold">{file.path}</Text>
			{view === 'image' && <img className={styles.image} src={runFileAddress(run, file.path, { version: file.version })} alt={file.path} />}
			<span className={styles.facts}>
				{formatBytes(file.sizeBytes)}, {file.contentType}, written <Moment time={file.modifiedTime} />
				{file.version > 1 && `, version ${file.version}`}
			</span>
			<div className={styles.actions}>
				<Button as="a" icon={<ArrowDownloadRegular />} href={downloadAddress} download>
					Download
				</Button>
				{view === 'other' && <Button onClick={() => setIsForcedText(true)}>Show as text</Button>}
			</div>
		</div>
	);
}
