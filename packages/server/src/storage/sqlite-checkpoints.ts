/**
 * Copies pages from the write-ahead log to the database in a thread of its own. SQLite itself would do it in the commit after which there are
 * enough of them, and sync both files then: the whole server would stand still for some 20 ms, as often as every 30 runs of a busy client.
 */
import type { DatabaseSync } from 'node:sqlite';
import { SqliteWorker } from './sqlite-worker.ts';

/** 32 MiB of pages: those that change with each batch are copied once for many. */
const PAGES_MAX = 8_000;
/** If no thread can be started, SQLite does it in a commit after all. */
const PAGES_MAX_WITHOUT_THREAD = 32_000;
const COPY = 'pragma wal_checkpoint(passive)';

/** What could not be copied stays in the log, and is tried again with more. */
const goOn = (): void => undefined;

export interface Checkpoints {
	/** What the next transaction waits for; null as a rule. */
	held(): Promise<void> | null;
	/** To be called after each commit. */
	look(): void;
	close(): Promise<void>;
}

/** @param writer The connection that writes; checkpoints in its commits are left to SQLite where that cannot tell how many pages wait. */
export function createCheckpoints(file: string, writer: DatabaseSync): Checkpoints {
	if (!tellsPages(writer)) return { held: () => null, look: () => undefined, close: async () => undefined };
	writer.exec(`pragma wal_autocheckpoint = ${PAGES_MAX_WITHOUT_THREAD}`);
	const waiting = writer.prepare('pragma wal_checkpoint(noop)');
	const thread = new SqliteWorker({ file, reads: false });
	let held: Promise<void> | null = null;
	let underWay: Promise<void> | null = null;

	const copyIfMany = async (): Promise<void> => {
		const { log, checkpointed } = waiting.get() as { log: number; checkpointed: number };
		if (log - checkpointed < PAGES_MAX) return;
		await thread.ask(COPY, []);
		// What came meanwhile is little. No transaction begins until that is copied as well: then the next one begins the log anew.
		held = thread.ask(COPY, []).then(goOn, goOn);
		await held;
	};

	return {
		held: () => held,
		look() {
			underWay ??= copyIfMany()
				.catch(goOn)
				.finally(() => {
					held = null;
					underWay = null;
				});
		},
		async close() {
			await underWay;
			await thread.close();
		},
	};
}

/** Since 3.51 it says how many pages wait without copying any. */
function tellsPages(connection: DatabaseSync): boolean {
	const { version } = connection.prepare('select sqlite_version() as version').get() as { version: string };
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return major > 3 || (major === 3 && minor >= 51);
}
