/** The same log of two runs side by side. */
import type { Run } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { SplitPane } from '../../shared/shell/split-pane.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { runFilesQuery } from '../run-files/api.ts';
import { viewOf } from '../run-files/file-kind.ts';
import { firstToShow } from '../run-files/first-to-show.ts';
import { LogCompare } from '../run-files/log-compare.tsx';
import { runTitle } from '../runs/run-link.tsx';
import { FileChoice } from './file-choice.tsx';

interface CompareLogsProps {
	readonly baseline: Run;
	readonly other: Run;
	readonly file: string | null;
	readonly onFile: (path: string) => void;
}

export function CompareLogs({ baseline, other, file, onFile }: CompareLogsProps) {
	const mine = useQuery(runFilesQuery(baseline.id));
	const theirs = useQuery(runFilesQuery(other.id));
	return (
		<QueryState query={mine} label="logs">
			{(left) => (
				<QueryState query={theirs} label="logs">
					{(right) => {
						const paths = new Set(right.files.map(({ path }) => path));
						const common = left.files.filter(({ path, contentType }) => paths.has(path) && viewOf(path, contentType) === 'text');
						const chosen = common.find(({ path }) => path === file) ?? firstToShow(common) ?? common[0];
						if (chosen === undefined)
							return <EmptyState title="No logs to compare">The two runs have no text file of the same name.</EmptyState>;
						return (
							<SplitPane label="Files that both have" side={<FileChoice files={common} chosen={chosen.path} onChoose={onFile} />}>
								<LogCompare
									key={`${baseline.id} ${other.id} ${chosen.path}`}
									run={baseline.id}
									names={[runTitle(baseline), runTitle(other)]}
									other={other.id}
									file={chosen}
								/>
							</SplitPane>
						);
					}}
				</QueryState>
			)}
		</QueryState>
	);
}
