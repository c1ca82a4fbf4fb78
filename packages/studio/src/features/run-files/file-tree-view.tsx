/** A tree of files: folders open and close, a file is chosen. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useMemo, useState } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { DocumentRegular, DocumentTextRegular, FolderOpenRegular, FolderRegular } from '../../shared/icons.ts';
import { DataTable } from '../../shared/table/data-table.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { buildTree, folderIds, type TreeFile, type TreeNode } from './file-tree.ts';

/** With more files than this folders begin closed. */
const FILES_SHOWN_OPEN = 200;

const useStyles = makeStyles({
	name: {
		display: 'flex',
		alignItems: 'center',
		gap: '6px',
		minWidth: 0,
		flexGrow: 1,
		padding: '4px 0',
		border: 'none',
		background: 'none',
		font: 'inherit',
		color: 'inherit',
		textAlign: 'left',
		cursor: 'pointer',
		overflow: 'hidden',
	},
	chosen: { color: tokens.colorBrandForeground1, fontWeight: tokens.fontWeightSemibold },
	text: { overflow: 'hidden', textOverflow: 'ellipsis' },
	size: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
	live: { width: '7px', height: '7px', flexShrink: 0, borderRadius: '50%', backgroundColor: tokens.colorPaletteGreenForeground3 },
	icon: { display: 'inline-flex', flexShrink: 0, color: tokens.colorNeutralForeground3 },
});

interface FileTreeViewProps {
	readonly label: string;
	readonly files: readonly TreeFile[];
	readonly chosen: string | null;
	readonly onChoose: (path: string) => void;
}

export function FileTreeView({ label, files, chosen, onChoose }: FileTreeViewProps) {
	const styles = useStyles();
	const tree = useMemo(() => buildTree(files), [files]);
	const startsOpen = files.length <= FILES_SHOWN_OPEN;
	/** Folders that are not as they begin. */
	const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
	const expanded = useMemo(() => new Set(folderIds(tree).filter((id) => startsOpen !== turned.has(id))), [tree, startsOpen, turned]);
	const turn = (id: string) => {
		const next = new Set(turned);
		if (!next.delete(id)) next.add(id);
		setTurned(next);
	};
	const open = (node: TreeNode<TreeFile>) => (node.kind === 'folder' ? turn(node.id) : onChoose(node.id));
	const columns: TableColumn<TreeNode<TreeFile>>[] = [
		{
			id: 'name',
			header: 'File',
			widthPx: 160,
			grows: true,
			cell: (node) => (
				<button
					type="button"
					tabIndex={-1}
					className={mergeClasses(styles.name, node.id === chosen && styles.chosen)}
					title={node.id}
					onClick={() => open(node)}
				>
					<span className={styles.icon}>{iconOf(node, expanded)}</span>
					<span className={styles.text}>{node.name}</span>
					{isGrowing(node) && <span className={styles.live} title="Being written" />}
				</button>
			),
		},
		{
			id: 'size',
			header: 'Size',
			widthPx: 76,
			isNumeric: true,
			cell: (node) =>
				node.kind === 'file' && (
					<span className={styles.size} title={`${formatCount(node.file.sizeBytes)} bytes`}>
						{formatBytes(node.file.sizeBytes)}
					</span>
				),
		},
	];
	return (
		<DataTable
			label={label}
			rows={tree}
			columns={columns}
			getId={(node) => node.id}
			getChildren={(node) => (node.kind === 'folder' ? node.children : undefined)}
			canExpand={(node) => node.kind === 'folder'}
			expanded={expanded}
			onExpand={turn}
			onOpen={open}
		/>
	);
}

function isGrowing(node: TreeNode<TreeFile>): boolean {
	return node.kind === 'file' && node.file.kind === 'log' && node.file.sealed === false;
}

function iconOf(node: TreeNode<TreeFile>, expanded: ReadonlySet<string>) {
	if (node.kind === 'folder') return expanded.has(node.id) ? <FolderOpenRegular /> : <FolderRegular />;
	return node.file.kind === 'log' ? <DocumentTextRegular /> : <DocumentRegular />;
}
