/** The files of a snapshot in their one order, and the id that follows from them. */
import { createHash } from 'node:crypto';
import { checkFilePath, checkLimit, RunsteadError, type SnapshotFile } from '@runstead/contract';

export interface Listing {
	readonly files: readonly Required<SnapshotFile>[];
	readonly sizeBytes: number;
}

/**
 * Checks the files of a folder and puts them into order.
 * @throws {RunsteadError} invalid-path (also for a path given twice, or used as file and folder), limit-exceeded.
 */
export function listingOf(given: readonly SnapshotFile[]): Listing {
	checkLimit('The number of files of the snapshot', given.length, 'snapshotFiles');
	const files = given.map(({ path, sizeBytes, sha256, executable = false }) => ({ path, sizeBytes, sha256, executable }));
	for (const { path } of files) checkFilePath(path);
	const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
	checkLimit('The size of the snapshot in bytes', sizeBytes, 'snapshotBytes');
	files.sort((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)));
	checkDistinct(files.map(({ path }) => path));
	return { files, sizeBytes };
}

/** The same files have the same id, in whatever order they were given, in whatever workspace. */
export function snapshotIdOf({ files }: Listing): string {
	const hash = createHash('sha256');
	for (const { path, sizeBytes, sha256, executable } of files) hash.update(`${JSON.stringify([path, sizeBytes, sha256, executable])}\n`);
	return hash.digest('hex');
}

/** What is unpacked must fit into folders: no path twice, and no file where another path needs a folder. */
function checkDistinct(paths: readonly string[]): void {
	const files = new Set<string>();
	for (const path of paths) {
		if (files.has(path)) throw new RunsteadError('invalid-path', { path: JSON.stringify(path), reason: 'it is given twice' });
		files.add(path);
	}
	for (const path of paths) {
		for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
			const folder = path.slice(0, slash);
			if (files.has(folder))
				throw new RunsteadError('invalid-path', { path: JSON.stringify(path), reason: `"${folder}" is a file of the same snapshot` });
		}
	}
}
