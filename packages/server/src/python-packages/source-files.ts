/** The Python source that this server runs jobs with, as files to put into packages. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ArchiveFile } from './archive.ts';

/** Python, and what the notebook widget is drawn with. */
const ENDINGS = ['.py', '.mjs', '.css'];

/** The source files below a folder in the order of their names, each with its path from there. */
export async function sourceFiles(folder: string): Promise<ArchiveFile[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile() && ENDINGS.some((ending) => entry.name.endsWith(ending)));
	const paths = files.map((entry) => join(entry.parentPath, entry.name));
	return Promise.all(
		paths.sort().map(async (path) => ({ path: relative(folder, path).split(sep).join('/'), content: await readFile(path) })),
	);
}

/** The same files in a folder of the archive. */
export function within(prefix: string, files: readonly ArchiveFile[]): ArchiveFile[] {
	return files.map(({ path, content }) => ({ path: `${prefix}/${path}`, content }));
}
