/** Outputs and logs of a run: the tree at the left, the chosen file at the right. */
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { isTerminal, type Run, type RunFile } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { formatCount } from '../../shared/format/numbers.ts';
import { SplitPane } from '../../shared/shell/split-pane.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { runTitle } from '../runs/run-link.tsx';
import { FILES_MAX, runFilesQuery } from './api.ts';
import { BesidePicker } from './beside-picker.tsx';
import { FileTreeView } from './file-tree-view.tsx';
import { FileViewer } from './file-viewer.tsx';
import { firstToShow } from './first-to-show.ts';
import { LogCompare } from './log-compare.tsx';
import type { LogView } from './log-view.ts';
import { processStreams } from './process-streams.ts';
import { useLiveRunFiles } from './use-live-run-files.ts';

const useStyles = makeStyles({
	note: { padding: tokens.spacingHorizontalM, color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
	streams: { flexShrink: 0, overflowX: 'auto', borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
});

interface RunFilesProps {
	readonly run: Run;
	readonly file: string | null;
	readonly onFile: (path: string) => void;
	readonly view: LogView;
	readonly onView: (change: LogView) => void;
}

export function RunFiles({ run, file, onFile, view, onView }: RunFilesProps) {
	const styles = useStyles();
	const query = useQuery(runFilesQuery(run.id));
	useLiveRunFiles(run.id);
	return (
		<QueryState query={query} label="files">
			{({ files, isWhole }) => {
				if (files.length === 0) return <NoFiles isLive={!isTerminal(run.status)} />;
				const chosen = files.find((one) => one.path === file) ?? firstToShow(files);
				return (
					<SplitPane
						label="Files"
						side={
							<>
								<FileTreeView label="Files of the run" files={files} chosen={chosen?.path ?? null} onChoose={onFile} />
								{!isWhole && <div className={styles.note}>The first {formatCount(FILES_MAX)} files.</div>}
							</>
						}
					>
						{chosen === undefined ? (
							<EmptyState title="Choose a file" />
						) : (
							<>
								<ProcessTabs files={files} chosen={chosen} onFile={onFile} />
								{view.beside === undefined ? (
									<FileViewer
										key={`${chosen.path} ${chosen.version}`}
										run={run.id}
										file={chosen}
										view={view}
										onView={onView}
										tools={<BesidePicker run={run} onChoose={(beside) => onView({ beside })} />}
									/>
								) : (
									<LogCompare
										key={`${chosen.path} ${view.beside}`}
										run={run.id}
										names={[runTitle(run), view.beside]}
										other={view.beside}
										file={chosen}
										onClose={() => onView({ beside: undefined })}
									/>
								)}
							</>
						)}
					</SplitPane>
				);
			}}
		</QueryState>
	);
}

interface ProcessTabsProps {
	readonly files: readonly RunFile[];
	readonly chosen: RunFile;
	readonly onFile: (path: string) => void;
}

function ProcessTabs({ files, chosen, onFile }: ProcessTabsProps) {
	const styles = useStyles();
	const streams = processStreams(
		chosen.path,
		files.map((file) => file.path),
	);
	if (streams.length === 0) return null;
	return (
		<TabList
			size="small"
			className={styles.streams}
			aria-label="Processes"
			selectedValue={chosen.path}
			onTabSelect={(_, { value }) => onFile(value as string)}
		>
			{streams.map(({ process, path }) => (
				<Tab key={path} value={path}>
					Process {process}
				</Tab>
			))}
		</TabList>
	);
}

function NoFiles({ isLive }: { readonly isLive: boolean }) {
	return (
		<EmptyState title={isLive ? 'No files yet' : 'This run left no files'} code={'run.upload_file("outputs/model.pkl", "model.pkl")\n'}>
			What a job prints appears here while it runs, and so does everything it writes to <code>outputs</code> and <code>logs</code>.
		</EmptyState>
	);
}
