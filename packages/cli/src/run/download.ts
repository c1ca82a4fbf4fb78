/** Downloads files into a folder, with a bar on a terminal. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandError } from '../command.ts';
import { makeFolder } from '../folders.ts';
import { createProgressBar } from './progress-bar.ts';
import { piecesOf } from './reply-pieces.ts';
import { sizeText } from './values.ts';

export interface DownloadedFile {
	path: string;
	sizeBytes: number;
}

/** Where a file goes. @throws {CommandError} for a path that would lead out of the folder. */
export function destination(folder: string, path: string): string {
	const target = resolve(folder, ...path.split('/'));
	const inside = relative(folder, target);
	if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`))
		throw new CommandError(`The file ${path} would lie outside of ${folder}.`, 'It is left out; nothing was written for it.');
	return target;
}

/**
 * Writes beside the name and renames, so that a file is whole or not there.
 * @throws {CommandError} when less or more comes than the reply announced.
 */
export async function writeReply(reply: Response, target: string, onBytes: (count: number) => void): Promise<void> {
	await makeFolder(dirname(target));
	const beside = `${target}.part`;
	const counted = Readable.from(
		(async function* () {
			for await (const piece of piecesOf(reply, target)) {
				onBytes(piece.length);
				yield piece;
			}
		})(),
	);
	try {
		await pipeline(counted, createWriteStream(beside));
	} catch (error) {
		await rm(beside, { force: true });
		throw error;
	}
	await rename(beside, target);
}

/** Gives the paths that were written. */
export async function downloadFiles(
	files: readonly DownloadedFile[],
	folder: string,
	open: (path: string) => Promise<Response>,
): Promise<string[]> {
	const bar = createProgressBar(
		files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
		sizeText,
	);
	const written: string[] = [];
	try {
		for (const { path } of files) {
			const target = destination(resolve(folder), path);
			await writeReply(await open(path), target, (count) => bar.advance(count, path));
			written.push(join(folder, path));
		}
	} finally {
		bar.clear();
	}
	return written;
}
