/** What makes a file outlive a power cut, and what its errors mean. */
import { close, createReadStream, open as openFile, read } from 'node:fs';
import { open } from 'node:fs/promises';
import { sep } from 'node:path';
import type { Readable } from 'node:stream';
import { RunsteadError } from '@runstead/contract';

/** Makes the names in a folder durable: a file is there after a power cut only if its folder was synced too. */
export async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** An error of the file system as the catalogue names it; itself if it has no name there. */
export function storageError(error: unknown): unknown {
	const { code } = error as NodeJS.ErrnoException;
	return code === 'ENOSPC' || code === 'EDQUOT' ? new RunsteadError('storage-full', {}, { cause: error }) : error;
}

/** The value, or null when the file is not there. */
export async function ifThere<Value>(value: Promise<Value>): Promise<Value | null> {
	try {
		return await value;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
}

/** First and last byte, both included. */
export interface ByteRange {
	readonly first: number;
	readonly last: number;
}

/** The part of a path that says which content it is: those of two servers differ in what is before it. */
const NAME_PARTS = 3;

/** Reads a file that the database names; the stream fails with content-missing when it is not there. */
export function readKept(file: string, range?: ByteRange): Readable {
	const openKept = (path: string, flags: string, mode: number, done: (error: Error | null, descriptor?: number) => void): void =>
		openFile(path, flags, mode, (error, descriptor) => {
			const name = file.split(sep).slice(-NAME_PARTS).join('/');
			if (error?.code === 'ENOENT') done(new RunsteadError('content-missing', { file: name }, { cause: error }));
			else done(error, descriptor);
		});
	return createReadStream(file, { ...(range && { start: range.first, end: range.last }), fs: { open: openKept, read, close } });
}
