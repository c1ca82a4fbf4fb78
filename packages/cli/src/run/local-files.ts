/** The files of this machine that a person names to be uploaded. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { CommandError } from '../command.ts';
import type { LocalFile } from './upload-file.ts';

export interface NamedFile extends LocalFile {
	/** Of a file its name, of what is below a folder its path there; with `/`. */
	readonly path: string;
}

/** A file, or all that lie below a folder. @throws {CommandError} when there is none. */
export async function localFiles(source: string): Promise<NamedFile[]> {
	const facts = await stat(source).catch(() => null);
	if (facts === null) throw new CommandError(`There is no file or folder ${source}.`, 'Check the name.');
	if (facts.isFile()) return [{ file: source, path: basename(source), sizeBytes: facts.size }];
	const entries = await readdir(source, { recursive: true, withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	if (files.length === 0) throw new CommandError(`The folder ${source} has no files.`, 'Name another one.');
	return Promise.all(
		files.toSorted().map(async (file) => ({
			file,
			path: relative(source, file).split(sep).join('/'),
			sizeBytes: (await stat(file)).size,
		})),
	);
}

/** What a progress bar counts. */
export const sizeOf = (files: readonly LocalFile[]): number => files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
