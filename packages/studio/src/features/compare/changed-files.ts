/** Which files of two folders differ. */

export interface ChangedFile {
	readonly path: string;
	readonly change: 'added' | 'removed' | 'changed';
}

interface HashedFile {
	readonly path: string;
	readonly sha256: string;
}

/** By path; `added` is what only the second folder has. */
export function changedFiles(left: readonly HashedFile[], right: readonly HashedFile[]): ChangedFile[] {
	const before = new Map(left.map(({ path, sha256 }) => [path, sha256]));
	const after = new Map(right.map(({ path, sha256 }) => [path, sha256]));
	const paths = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a.localeCompare(b));
	return paths.flatMap((path): ChangedFile[] => {
		if (before.get(path) === after.get(path)) return [];
		return [{ path, change: !before.has(path) ? 'added' : !after.has(path) ? 'removed' : 'changed' }];
	});
}
