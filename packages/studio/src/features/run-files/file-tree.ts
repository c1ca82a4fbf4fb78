/** Paths as a tree of folders. */
import type { RunFile } from '@runstead/contract';

export type TreeFile = Pick<RunFile, 'path' | 'sizeBytes'> & Partial<Pick<RunFile, 'kind' | 'sealed'>>;

export type TreeNode<File extends TreeFile> =
	| { readonly kind: 'folder'; readonly id: string; readonly name: string; readonly children: readonly TreeNode<File>[] }
	| { readonly kind: 'file'; readonly id: string; readonly name: string; readonly file: File };

interface Folder<File extends TreeFile> {
	readonly folders: Map<string, Folder<File>>;
	readonly files: TreeNode<File>[];
}

/** Folders before files, each by name as people count: `log2` before `log10`. A folder's id ends with `/`, so it is no file's. */
export function buildTree<File extends TreeFile>(files: readonly File[]): TreeNode<File>[] {
	const root: Folder<File> = { folders: new Map(), files: [] };
	for (const file of files) {
		const parts = file.path.split('/');
		const name = parts.pop() ?? file.path;
		let folder = root;
		for (const part of parts) {
			let next = folder.folders.get(part);
			if (next === undefined) {
				next = { folders: new Map(), files: [] };
				folder.folders.set(part, next);
			}
			folder = next;
		}
		folder.files.push({ kind: 'file', id: file.path, name, file });
	}
	return nodesOf(root, '');
}

function nodesOf<File extends TreeFile>(folder: Folder<File>, prefix: string): TreeNode<File>[] {
	const folders = [...folder.folders].map(([name, inner]): TreeNode<File> => {
		const id = `${prefix}${name}/`;
		return { kind: 'folder', id, name, children: nodesOf(inner, id) };
	});
	return [...folders.sort(byName), ...folder.files.sort(byName)];
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
	return a.name.localeCompare(b.name, 'en', { numeric: true });
}

/** Ids of all folders, so that a tree can be shown open. */
export function folderIds(nodes: readonly TreeNode<TreeFile>[]): string[] {
	return nodes.flatMap((node) => (node.kind === 'folder' ? [node.id, ...folderIds(node.children)] : []));
}
