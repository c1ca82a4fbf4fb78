/** The source folders of two runs, file by file: what was added, removed and changed. */
import type { Run, SnapshotFile } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { TextDiff } from '../../shared/diff/text-diff.tsx';
import { formatBytes } from '../../shared/format/bytes.ts';
import { SplitPane } from '../../shared/shell/split-pane.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { viewOf } from '../run-files/file-kind.ts';
import { runTitle } from '../runs/run-link.tsx';
import { snapshotFileQuery, snapshotQuery } from '../snapshots/api.ts';
import { changedFiles } from './changed-files.ts';
import { FileChoice } from './file-choice.tsx';

/** A source file larger than this is not code. */
const SHOWN_BYTES_MAX = 1024 * 1024;

interface CompareCodeProps {
	readonly baseline: Run;
	readonly other: Run;
	readonly file: string | null;
	readonly onFile: (path: string) => void;
}

export function CompareCode({ baseline, other, file, onFile }: CompareCodeProps) {
	if (baseline.snapshotId === null || other.snapshotId === null) {
		const without = [baseline, other].filter(({ snapshotId }) => snapshotId === null).map(runTitle);
		return <EmptyState title="No code to compare">{without.join(' and ')} kept no source folder: only submitted scripts do.</EmptyState>;
	}
	if (baseline.snapshotId === other.snapshotId)
		return <EmptyState title="The same code">Both runs were started from the same source folder, byte for byte.</EmptyState>;
	return (
		<ComparedFolders
			workspace={baseline.workspaceName}
			snapshots={[baseline.snapshotId, other.snapshotId]}
			names={[runTitle(baseline), runTitle(other)]}
			file={file}
			onFile={onFile}
		/>
	);
}

interface ComparedFoldersProps extends Pick<CompareCodeProps, 'file' | 'onFile'> {
	readonly workspace: string;
	readonly snapshots: readonly [string, string];
	readonly names: readonly [string, string];
}

function ComparedFolders({ workspace, snapshots, names, file, onFile }: ComparedFoldersProps) {
	const mine = useQuery(snapshotQuery(workspace, snapshots[0]));
	const theirs = useQuery(snapshotQuery(workspace, snapshots[1]));
	return (
		<QueryState query={mine} label="the code">
			{(left) => (
				<QueryState query={theirs} label="the code">
					{(right) => {
						const changed = changedFiles(left.files, right.files);
						const chosen = changed.find(({ path }) => path === file) ?? changed[0];
						return (
							<SplitPane label="Files that differ" side={<FileChoice files={changed} chosen={chosen?.path ?? null} onChoose={onFile} />}>
								{chosen && (
									<ComparedFile
										key={chosen.path}
										workspace={workspace}
										snapshots={snapshots}
										names={names}
										path={chosen.path}
										sides={[fileOf(left.files, chosen.path), fileOf(right.files, chosen.path)]}
									/>
								)}
							</SplitPane>
						);
					}}
				</QueryState>
			)}
		</QueryState>
	);
}

function fileOf(files: readonly SnapshotFile[], path: string): SnapshotFile | null {
	return files.find((file) => file.path === path) ?? null;
}

interface ComparedFileProps {
	readonly workspace: string;
	readonly snapshots: readonly [string, string];
	readonly names: readonly [string, string];
	readonly path: string;
	/** Null where a run has no such file. */
	readonly sides: readonly [SnapshotFile | null, SnapshotFile | null];
}

function ComparedFile({ workspace, snapshots, names, path, sides }: ComparedFileProps) {
	const isText = viewOf(path, 'application/octet-stream') === 'text';
	const isShown = isText && sides.every((side) => side === null || side.sizeBytes <= SHOWN_BYTES_MAX);
	const mine = useQuery({ ...snapshotFileQuery(workspace, snapshots[0], path), enabled: isShown && sides[0] !== null });
	const theirs = useQuery({ ...snapshotFileQuery(workspace, snapshots[1], path), enabled: isShown && sides[1] !== null });
	if (!isShown) {
		const sizes = sides.map((side) => (side === null ? 'not there' : formatBytes(side.sizeBytes)));
		return <EmptyState title={path}>It differs, and is not a text that can be shown here: {sizes.join(' and ')}.</EmptyState>;
	}
	const show = (left: string, right: string) => <TextDiff left={left} right={right} names={names} label={path} />;
	const showRight = (left: string) =>
		sides[1] === null ? (
			show(left, '')
		) : (
			<QueryState query={theirs} label={path}>
				{(right) => show(left, right)}
			</QueryState>
		);
	if (sides[0] === null) return showRight('');
	return (
		<QueryState query={mine} label={path}>
			{showRight}
		</QueryState>
	);
}
