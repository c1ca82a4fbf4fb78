/** Whether a copy of a data folder has everything that its database names. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { hashOfFile } from './backup-sums.ts';
import { BLOB_PREFIXES } from './blobs.ts';
import { ifThere } from './durable-file.ts';

export interface NamedFile {
	/** Relative to the data folder. */
	readonly path: string;
	readonly sizeBytes: number;
	/** Null for a log that still grew: only its size is known. */
	readonly sha256: string | null;
	/** Of a log more may lie there than was committed: the rest is cut off before it is written to again. */
	readonly mayBeLonger: boolean;
}

const BLOBS = 'select sha256, size_bytes from blob';
const LOGS = "select run_key, key, size_bytes, sha256 from run_file where kind = 'log' and size_bytes > 0";

interface BlobRow {
	readonly sha256: string;
	readonly size_bytes: number;
}

interface LogRow {
	readonly run_key: number;
	readonly key: number;
	readonly size_bytes: number;
	readonly sha256: string | null;
}

const BLOB_FOLDER = 'blobs';

const fileOfBlob = ({ sha256, size_bytes }: BlobRow): NamedFile => ({
	path: join(BLOB_FOLDER, sha256.slice(0, 2), sha256.slice(2)),
	sizeBytes: Number(size_bytes),
	sha256,
	mayBeLonger: false,
});

const fileOfLog = (log: LogRow): NamedFile => ({
	path: join('logs', String(log.run_key), String(log.key)),
	sizeBytes: Number(log.size_bytes),
	sha256: log.sha256,
	mayBeLonger: true,
});

/** Contents and logs that a database names, in the places where the folder keeps them. */
function* filesNamedBy(database: DatabaseSync): Generator<NamedFile> {
	for (const blob of database.prepare(BLOBS).iterate() as Iterable<unknown>) yield fileOfBlob(blob as BlobRow);
	for (const log of database.prepare(LOGS).iterate() as Iterable<unknown>) yield fileOfLog(log as LogRow);
}

/** Those that a database of PostgreSQL names. @throws {Error} of the driver when it cannot be asked. */
export async function filesNamedByPostgres(url: string): Promise<NamedFile[]> {
	const { default: pg } = await import('pg');
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		const blobs = await client.query<BlobRow>(BLOBS);
		const logs = await client.query<LogRow>(LOGS);
		return [...blobs.rows.map(fileOfBlob), ...logs.rows.map(fileOfLog)];
	} finally {
		await client.end();
	}
}

async function isThere({ path, sizeBytes, mayBeLonger }: NamedFile, folder: string): Promise<boolean> {
	const facts = await ifThere(stat(join(folder, path)));
	return facts !== null && (facts.size === sizeBytes || (mayBeLonger && facts.size > sizeBytes));
}

async function isSound(file: NamedFile, folder: string): Promise<boolean> {
	if (!(await isThere(file, folder))) return false;
	if (file.sha256 === null || file.sizeBytes === 0) return true;
	return (await hashOfFile(join(folder, file.path), file.sizeBytes)) === file.sha256;
}

async function faultsOf(files: Iterable<NamedFile>, check: (file: NamedFile) => Promise<boolean>): Promise<string[]> {
	const faults: string[] = [];
	for (const file of files) if (!(await check(file))) faults.push(file.path);
	return faults;
}

async function withDatabase<T>(file: string, work: (database: DatabaseSync) => Promise<T>): Promise<T> {
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		return await work(database);
	} finally {
		database.close();
	}
}

/** Paths of what the database names and the folder lacks. */
export function findMissing(databaseFile: string, folder: string): Promise<string[]> {
	return withDatabase(databaseFile, (database) => findMissingOf(filesNamedBy(database), folder));
}

export function findMissingOf(files: Iterable<NamedFile>, folder: string): Promise<string[]> {
	return faultsOf(files, (file) => isThere(file, folder));
}

/** Paths of what is missing or is not what it was; the database's own if that is damaged. Reads everything. */
export async function findDamaged(databaseFile: string, folder: string): Promise<string[]> {
	if ((await ifThere(stat(databaseFile))) === null) return [basename(databaseFile)];
	return withDatabase(databaseFile, async (database) => {
		try {
			const { quick_check: verdict } = database.prepare('pragma quick_check').get() as { quick_check: string };
			if (verdict !== 'ok') return [basename(databaseFile)];
		} catch {
			return [basename(databaseFile)];
		}
		return faultsOf(filesNamedBy(database), (file) => isSound(file, folder));
	});
}

/** Paths of contents that are not what their names say; for where no database tells which there are. */
export async function findDamagedBlobs(folder: string): Promise<string[]> {
	const damaged: string[] = [];
	for (const prefix of BLOB_PREFIXES)
		for (const name of (await ifThere(readdir(join(folder, BLOB_FOLDER, prefix)))) ?? []) {
			const path = join(BLOB_FOLDER, prefix, name);
			if ((await hashOfFile(join(folder, path))) !== prefix + name) damaged.push(path);
		}
	return damaged;
}
