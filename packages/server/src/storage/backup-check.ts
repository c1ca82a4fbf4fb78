/** Whether a copy of a data folder has everything that its database names. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ifThere } from './durable-file.ts';

interface NamedFile {
	/** Relative to the data folder. */
	readonly path: string;
	readonly sizeBytes: number;
	/** Null for a log that still grew: only its size is known. */
	readonly sha256: string | null;
}

/** Contents and logs that a database names, in the places where the folder keeps them. */
function* filesNamedBy(database: DatabaseSync): Generator<NamedFile> {
	const blobs = database.prepare('select sha256, size_bytes from blob').iterate() as Iterable<{ sha256: string; size_bytes: number }>;
	for (const { sha256, size_bytes } of blobs)
		yield { path: join('blobs', sha256.slice(0, 2), sha256.slice(2)), sizeBytes: size_bytes, sha256 };
	const logs = database.prepare("select run_key, key, size_bytes, sha256 from run_file where kind = 'log' and size_bytes > 0").iterate();
	for (const log of logs as Iterable<{ run_key: number; key: number; size_bytes: number; sha256: string | null }>) {
		yield { path: join('logs', String(log.run_key), String(log.key)), sizeBytes: log.size_bytes, sha256: log.sha256 };
	}
}

/** A log may be longer than what was committed of it: the rest is cut off before it is written to again. */
async function isThere({ path, sizeBytes }: NamedFile, folder: string): Promise<boolean> {
	const facts = await ifThere(stat(join(folder, path)));
	return facts !== null && facts.size >= sizeBytes;
}

async function isSound(file: NamedFile, folder: string): Promise<boolean> {
	if (!(await isThere(file, folder))) return false;
	if (file.sha256 === null || file.sizeBytes === 0) return true;
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(join(folder, file.path), { end: file.sizeBytes - 1 })) hash.update(chunk as Uint8Array);
	return hash.digest('hex') === file.sha256;
}

async function faultsOf(databaseFile: string, check: (file: NamedFile) => Promise<boolean>): Promise<string[]> {
	const database = new DatabaseSync(databaseFile, { readOnly: true });
	try {
		const faults: string[] = [];
		for (const file of filesNamedBy(database)) if (!(await check(file))) faults.push(file.path);
		return faults;
	} finally {
		database.close();
	}
}

/** Paths of what the database names and the folder lacks. */
export function findMissing(databaseFile: string, folder: string): Promise<string[]> {
	return faultsOf(databaseFile, (file) => isThere(file, folder));
}

/** Paths of what is missing or is not what it was; the database's own if that is damaged. Reads everything. */
export async function findDamaged(databaseFile: string, folder: string): Promise<string[]> {
	const database = new DatabaseSync(databaseFile, { readOnly: true });
	try {
		const { quick_check: verdict } = database.prepare('pragma quick_check').get() as { quick_check: string };
		if (verdict !== 'ok') return [basename(databaseFile)];
	} catch {
		return [basename(databaseFile)];
	} finally {
		database.close();
	}
	return faultsOf(databaseFile, (file) => isSound(file, folder));
}
