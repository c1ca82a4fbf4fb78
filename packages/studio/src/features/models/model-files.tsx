/** The files of a version or of a logged model: the tree at the left, the chosen file at the right. */
import type { ModelFile } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { formatCount } from '../../shared/format/numbers.ts';
import { SplitPane } from '../../shared/shell/split-pane.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { FileTreeView } from '../run-files/file-tree-view.tsx';
import { KeptFile } from '../run-files/kept-file.tsx';
import { FILES_MAX, type ModelFiles as Files, modelFileAddress, modelFilesQuery, modelFileTextQuery } from './api.ts';

interface ModelFilesProps {
	readonly of: Files;
	readonly file: string | undefined;
	readonly onFile: (path: string) => void;
	/** Why it may have none. */
	readonly none: string;
}

export function ModelFiles({ of, file, onFile, none }: ModelFilesProps) {
	const query = useQuery(modelFilesQuery(of));
	return (
		<QueryState query={query} label="files">
			{({ files, isWhole }) => {
				const chosen = files.find(({ path }) => path === file) ?? firstOf(files);
				if (chosen === undefined) return <EmptyState title="No files here">{none}</EmptyState>;
				return (
					<SplitPane
						label="Files"
						side={
							<>
								<FileTreeView label="Files of the model" files={files} chosen={chosen.path} onChoose={onFile} />
								{!isWhole && <span>The first {formatCount(FILES_MAX)} files.</span>}
							</>
						}
					>
						<KeptFile
							key={chosen.path}
							file={chosen}
							text={modelFileTextQuery(of, chosen)}
							downloadAddress={modelFileAddress(of, chosen.path)}
							elsewhere="Download it to read it."
						/>
					</SplitPane>
				);
			}}
		</QueryState>
	);
}

/** What describes the model, else the first of all. */
function firstOf(files: readonly ModelFile[]): ModelFile | undefined {
	return files.find(({ path }) => path === 'MLmodel' || path.endsWith('/MLmodel')) ?? files[0];
}
