/**
 * Makes folders with their parents, one by one. Node's own `recursive` never returns, and keeps a processor busy, where the system says of
 * a folder whose parent is there that something is missing, as in /proc.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * @returns the first folder that was made, or null when it was there.
 * @throws what the system says of the folder that cannot be made.
 */
export async function makeFolder(given: string, options: { readonly mode?: number } = {}): Promise<string | null> {
	const folder = resolve(given);
	const failure = await failureOrNull(folder, options);
	if (failure === null) return folder;
	if (await isFolder(folder)) return null;
	if (failure.code !== 'ENOENT' || dirname(folder) === folder) throw failure;
	const first = await makeFolder(dirname(folder), options);
	const second = await failureOrNull(folder, options);
	// Somebody else may have made it meanwhile.
	if (second !== null && !(await isFolder(folder))) throw second;
	return first ?? folder;
}

function failureOrNull(folder: string, options: { readonly mode?: number }): Promise<NodeJS.ErrnoException | null> {
	return mkdir(folder, options).then(
		() => null,
		(error: NodeJS.ErrnoException) => error,
	);
}

function isFolder(folder: string): Promise<boolean> {
	return stat(folder).then(
		(found) => found.isDirectory(),
		() => false,
	);
}
