/** One file, as its kind is best looked at. */
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import type { RunFile } from '@runstead/contract';
import { useState } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { Moment } from '../../shared/format/moment.tsx';
import { ArrowDownloadRegular } from '../../shared/icons.ts';
import { runFileAddress } from './api.ts';
import { isJson, viewOf } from './file-kind.ts';
import { JsonViewer } from './json-viewer.tsx';
import { LogViewer } from './log-viewer.tsx';

/** Read whole to be laid out; a larger document is read in parts, as it was written. */
const JSON_BYTES_MAX = 1024 * 1024;

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

export function FileViewer({ run, file }: { readonly run: string; readonly file: RunFile }) {
	const styles = useStyles();
	const [isForcedText, setIsForcedText] = useState(false);
	const downloadAddress = runFileAddress(run, file.path, { version: file.version, download: true });
	const view = file.kind === 'log' || isForcedText ? 'text' : viewOf(file.path, file.contentType);
	const isLaidOut = file.kind === 'artifact' && file.sizeBytes <= JSON_BYTES_MAX && isJson(file.path, file.contentType);
	if (view === 'text' && isLaidOut) return <JsonViewer run={run} file={file} downloadAddress={downloadAddress} />;
	if (view === 'text') return <LogViewer run={run} file={file} downloadAddress={downloadAddress} />;
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
