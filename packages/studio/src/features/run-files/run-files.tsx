/** Outputs and logs of a run: the tree at the left, the chosen file at the right. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { isTerminal, type Run } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { formatCount } from '../../shared/format/numbers.ts';
import { SplitPane } from '../../shared/shell/split-pane.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { FILES_MAX, runFilesQuery } from './api.ts';
import { FileTreeView } from './file-tree-view.tsx';
import { FileViewer } from './file-viewer.tsx';
import { firstToShow } from './first-to-show.ts';
import { useLiveRunFiles } from './use-live-run-files.ts';

const useStyles = makeStyles({
	note: { padding: tokens.spacingHorizontalM, color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

interface RunFilesProps {
	readonly run: Run;
	readonly file: string | null;
	readonly onFile: (path: string) => void;
}

export function RunFiles({ run, file, onFile }: RunFilesProps) {
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
							<FileViewer key={`${chosen.path} ${chosen.version}`} run={run.id} file={chosen} />
						)}
					</SplitPane>
				);
			}}
		</QueryState>
	);
}

function NoFiles({ isLive }: { readonly isLive: boolean }) {
	return (
		<EmptyState title={isLive ? 'No files yet' : 'This run left no files'} code={'run.upload_file("outputs/model.pkl", "model.pkl")\n'}>
			What a job prints appears here while it runs, and so does everything it writes to <code>outputs</code> and <code>logs</code>.
		</EmptyState>
	);
}
