/**
 * Syncs the write-ahead log of SQLite, beside the connection that writes it: SQLite itself would hold up the whole server for each sync, and
 * would sync the times of the file too, which takes the file system a commit of its own. Whoever was promised a change waits for this.
 */
import { close, fdatasync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { syncFolder } from './durable-file.ts';

const syncData = promisify(fdatasync);
const closeFile = promisify(close);

export interface LogSync {
	/** Resolves when all that was committed before the call would outlive a power cut. @throws the error of the system. */
	sync(): Promise<void>;
	close(): Promise<void>;
}

export function createLogSync(file: string, connection: DatabaseSync): LogSync {
	// The file of the log stays the same until the last connection closes. It is made with the first transaction.
	let descriptor: number | null = null;
	let mayHaveLost = false;
	return {
		async sync() {
			if (descriptor === null) {
				descriptor = openSync(`${file}-wal`, 'r');
				// A file that is new outlives a power cut with its name.
				await syncFolder(dirname(file));
			}
			try {
				await syncData(descriptor);
			} catch (error) {
				mayHaveLost = true;
				throw error;
			}
			if (!mayHaveLost) return;
			// After a failure the system takes pages for written that are not: all of them go to the database, which is then synced.
			connection.exec('pragma wal_checkpoint(restart)');
			mayHaveLost = false;
		},
		async close() {
			if (descriptor !== null) await closeFile(descriptor);
		},
	};
}
