/** The source folder that a run was started from: looked at file by file, or downloaded whole. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { Run, Snapshot } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { formatBytes } from '../../shared/format/bytes.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { ArrowDownloadRegular } from '../../shared/icons.ts';
import { scrollable } from '../../shared/keyboard/scrollable.ts';
import { SplitPane } from '../../shared/shell/split-pane.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { viewOf } from '../run-files/file-kind.ts';
import { FileTreeView } from '../run-files/file-tree-view.tsx';
import { snapshotFileQuery, snapshotQuery, snapshotZipAddress } from './api.ts';

/** A source file larger than this is not code. */
const SHOWN_BYTES_MAX = 1024 * 1024;

const useStyles = makeStyles({
	head: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalM,
		padding: tokens.spacingHorizontalM,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
	},
	facts: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
	code: {
		margin: 0,
		padding: tokens.spacingHorizontalM,
		flexGrow: 1,
		overflow: 'auto',
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase200,
		lineHeight: '18px',
		tabSize: '4',
		backgroundColor: tokens.colorNeutralBackground2,
	},
});

interface RunSnapshotProps {
	readonly run: Run;
	readonly file: string | null;
	readonly onFile: (path: string) => void;
}

export function RunSnapshot({ run, file, onFile }: RunSnapshotProps) {
	const { snapshotId, workspaceName } = run;
	if (snapshotId === null) {
		return (
			<EmptyState title="This run has no snapshot">
				The source folder of a submitted script is kept here as it was at that moment. A run that was started from a notebook has none
				unless its source is named.
			</EmptyState>
		);
	}
	return <ShownSnapshot workspace={workspaceName} id={snapshotId} script={run.job?.script ?? null} file={file} onFile={onFile} />;
}

interface ShownSnapshotProps extends Omit<RunSnapshotProps, 'run'> {
	readonly workspace: string;
	readonly id: string;
	/** The file that was run, shown first. */
	readonly script: string | null;
}

function ShownSnapshot({ workspace, id, script, file, onFile }: ShownSnapshotProps) {
	const styles = useStyles();
	const query = useQuery(snapshotQuery(workspace, id));
	return (
		<QueryState query={query} label="the snapshot">
			{(snapshot) => {
				const chosen = file ?? script ?? snapshot.files[0]?.path ?? null;
				return (
					<>
						<div className={styles.head}>
							<Button as="a" icon={<ArrowDownloadRegular />} href={snapshotZipAddress(workspace, id)} download>
								Download as zip
							</Button>
							<span className={styles.facts} title={id}>
								{formatCount(snapshot.files.length)} {snapshot.files.length === 1 ? 'file' : 'files'}, {formatBytes(snapshot.sizeBytes)}
							</span>
						</div>
						<SplitPane
							label="Files"
							side={<FileTreeView label="Files of the snapshot" files={snapshot.files} chosen={chosen} onChoose={onFile} />}
						>
							{chosen !== null && <SnapshotFile key={chosen} workspace={workspace} snapshot={snapshot} path={chosen} />}
						</SplitPane>
					</>
				);
			}}
		</QueryState>
	);
}

function SnapshotFile({ workspace, snapshot, path }: { readonly workspace: string; readonly snapshot: Snapshot; readonly path: string }) {
	const styles = useStyles();
	const file = snapshot.files.find((one) => one.path === path);
	const isShown = file !== undefined && file.sizeBytes <= SHOWN_BYTES_MAX && viewOf(path, 'application/octet-stream') === 'text';
	const query = useQuery({ ...snapshotFileQuery(workspace, snapshot.id, path), enabled: isShown });
	if (file === undefined) return <EmptyState title={`There is no ${path} in this snapshot`} />;
	if (!isShown)
		return <EmptyState title={path}>{formatBytes(file.sizeBytes)}, not a text that can be shown here. The zip file has it.</EmptyState>;
	return (
		<QueryState query={query} label={path}>
			{(text) => (
				<pre {...scrollable} className={styles.code}>
					{text}
				</pre>
			)}
		</QueryState>
	);
}
