/** What makes a file outlive a power cut, and what its errors mean. */
import { open } from 'node:fs/promises';
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
