/** Folders that a person names: whether one can be made at all, before anything that takes it for granted begins; and made. */
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder as makeFolderOrThrow } from '@runstead/server/make-folder';
import { CommandError } from './command.ts';

/** The first folder on the way to this one that does not exist yet, or null. */
function firstMissingOrNull(folder: string): string | null {
	if (existsSync(folder)) return null;
	return firstMissingOrNull(dirname(folder)) ?? folder;
}

/**
 * Makes the first missing folder on the way and removes it again. Node's own way to make folders and their parents never returns
 * where the system does not let any be made and says that something is missing, as in /proc.
 * @throws {CommandError} when it cannot be made.
 */
export function checkFolderCanBeMade(folder: string, name: string, hint: string): void {
	const missing = firstMissingOrNull(folder);
	if (missing === null) return;
	try {
		mkdirSync(missing, { mode: 0o700 });
		rmdirSync(missing);
	} catch (error) {
		throw new CommandError(`The ${name} ${folder} cannot be used: ${(error as Error).message}.`, hint, { cause: error });
	}
}

/** Makes a folder with its parents. @throws {CommandError} when it cannot be made. */
export async function makeFolder(folder: string, options: { readonly mode?: number } = {}): Promise<void> {
	await makeFolderOrThrow(folder, options).catch((error: Error) => {
		throw new CommandError(`The folder ${folder} cannot be made: ${error.message}.`, 'Choose another folder.', { cause: error });
	});
}
