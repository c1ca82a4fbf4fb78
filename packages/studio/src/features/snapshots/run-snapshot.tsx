/** The source folder that a run was started from: looked at file by file, or downloaded whole. */

import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { Run, Snapshot } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { formatBytes } from '../../shared/format/bytes.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { ArrowDownloadRegular } from '../../shared/icons.ts';
import { SplitPane } from '../../shared/shell/split-pane.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { FileTreeView } from '../run-files/file-tree-view.tsx';
import { KeptFile } from '../run-files/kept-file.tsx';
import { snapshotFileQuery, snapshotQuery, snapshotZipAddress } from './api.ts';

const useStyles = makeStyles({
	head: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalM,
		padding: tokens.spacingHorizontalM,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
	},
	facts: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
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
	const file = snapshot.files.find((one) => one.path === path);
	if (file === undefined) return <EmptyState title={`There is no ${path} in this snapshot`} />;
	return <KeptFile file={file} text={snapshotFileQuery(workspace, snapshot.id, path)} elsewhere="The zip file has it." />;
}
