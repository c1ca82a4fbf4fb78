/** Backup of a data folder into another folder, while a server uses it or not, and back. */
import { existsSync } from 'node:fs';
import { constants, copyFile, open, readdir, readFile, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder } from '../make-folder.ts';
import { findDamaged, findMissing } from './backup-check.ts';
import { pauseRemovals } from './removal-pause.ts';

export interface BackupManifest {
	readonly format: 1;
	/** Of the release that made it. */
	readonly version: string;
	readonly createdTime: string;
	/** Whether the tables are in it; with PostgreSQL they are backed up by its own tools. */
	readonly withDatabase: boolean;
}

export interface BackupResult {
	readonly manifest: BackupManifest;
	readonly copiedFiles: number;
	readonly copiedBytes: number;
}

/** Why a folder cannot be backed up, restored from or restored to. */
export class BackupError extends Error {
	override readonly name = 'BackupError';
	readonly hint: string;

	constructor(message: string, hint: string) {
		super(message);
		this.hint = hint;
	}
}

const DATABASE = 'runstead.db';
const MANIFEST = 'backup.json';
const FORMAT = 1;

/** What belongs to the running server and to jobs in progress, or is copied in its own way. */
const NOT_COPIED = new Set([
	DATABASE,
	`${DATABASE}-wal`,
	`${DATABASE}-shm`,
	'lock.db',
	'lock.db-journal',
	'server.json',
	'server.log',
	'nodes',
	// Built anew from what the jobs name.
	'environments',
	'removal-pauses',
	// What requests in progress have not finished yet.
	'incoming',
	MANIFEST,
]);

interface Copied {
	files: number;
	bytes: number;
}

/** Copies what is new or changed. A file that vanishes meanwhile is one that nobody held any more. */
async function copyNew(from: string, to: string, copied: Copied): Promise<void> {
	await makeFolder(to, { mode: 0o700 });
	for (const entry of await readdir(from, { withFileTypes: true })) {
		if (NOT_COPIED.has(entry.name)) continue;
		const [source, target] = [join(from, entry.name), join(to, entry.name)];
		if (entry.isDirectory()) await copyNew(source, target, copied);
		else if (entry.isFile()) await copyFileIfNew(source, target, copied);
	}
}

async function copyFileIfNew(source: string, target: string, copied: Copied): Promise<void> {
	try {
		const original = await stat(source);
		const present = await stat(target).catch(() => null);
		if (present !== null && present.size === original.size && present.mtime.getTime() === original.mtime.getTime()) return;
		await copyFile(source, target, constants.COPYFILE_FICLONE);
		// The times of a copy are kept to the millisecond.
		await utimes(target, original.atime, original.mtime);
		copied.files += 1;
		copied.bytes += original.size;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
	}
}

async function syncFile(path: string): Promise<void> {
	const file = await open(path, 'r');
	await file.sync();
	await file.close();
}

/** A consistent copy of the database in one read transaction, which holds up no writer. */
async function copyDatabase(file: string, target: string): Promise<void> {
	await rm(target, { force: true });
	const connection = new DatabaseSync(file, { readOnly: true });
	try {
		connection.exec('pragma busy_timeout = 10000');
		connection.prepare('vacuum into ?').run(target);
	} finally {
		connection.close();
	}
	await syncFile(target);
}

/**
 * Copies the database, then what it refers to, which is not removed meanwhile.
 * @throws {BackupError} when the data folder itself lacks something.
 */
async function copyWithDatabase(dataFolder: string, target: string, copied: Copied): Promise<void> {
	using _pause = pauseRemovals(dataFolder);
	const databaseCopy = join(target, `${DATABASE}.new`);
	await makeFolder(target, { mode: 0o700 });
	await copyDatabase(join(dataFolder, DATABASE), databaseCopy);
	copied.files += 1;
	copied.bytes += (await stat(databaseCopy)).size;
	await copyNew(dataFolder, target, copied);
	const missing = await findMissing(databaseCopy, target);
	if (missing.length > 0) {
		throw new BackupError(
			`${dataFolder} lacks ${missing.length} files that its database names, the first ${missing[0]}.`,
			'Restore an earlier backup, or look for what removed them.',
		);
	}
	await rename(databaseCopy, join(target, DATABASE));
}

/**
 * Copies a data folder to `target`, which may hold an earlier backup of it: then only what is new is copied, and the earlier
 * one stays good until this one is whole.
 * @throws {BackupError}
 */
export async function backUp(dataFolder: string, target: string, version: string): Promise<BackupResult> {
	if (!existsSync(join(dataFolder, 'secrets'))) throw new BackupError(`${dataFolder} is not a data folder.`, 'Name it with --data.');
	const strange = existsSync(target) && !existsSync(join(target, MANIFEST)) && (await readdir(target)).length > 0;
	if (strange) throw new BackupError(`${target} holds something else than a backup.`, 'Choose a new or empty folder.');
	const copied: Copied = { files: 0, bytes: 0 };
	const withDatabase = existsSync(join(dataFolder, DATABASE));
	if (withDatabase) await copyWithDatabase(dataFolder, target, copied);
	else await copyNew(dataFolder, target, copied);
	const manifest: BackupManifest = { format: FORMAT, version, createdTime: new Date().toISOString(), withDatabase };
	await writeFile(join(target, `${MANIFEST}.new`), `${JSON.stringify(manifest, null, '\t')}\n`);
	await rename(join(target, `${MANIFEST}.new`), join(target, MANIFEST));
	return { manifest, copiedFiles: copied.files, copiedBytes: copied.bytes };
}

async function readManifest(folder: string): Promise<BackupManifest> {
	const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => null);
	if (text === null)
		throw new BackupError(`${folder} is not a backup: it has no ${MANIFEST}.`, 'Name the folder that runstead backup wrote to.');
	const manifest = JSON.parse(text) as BackupManifest;
	if (manifest.format !== FORMAT) {
		throw new BackupError(`${folder} was made by release ${manifest.version}, in a newer format.`, 'Restore it with that release.');
	}
	return manifest;
}

async function checkRestored(folder: string, backup: string): Promise<void> {
	const damaged = await findDamaged(join(folder, DATABASE), folder);
	if (damaged.length === 0) return;
	await rm(folder, { recursive: true });
	const [first = ''] = damaged;
	throw new BackupError(
		`${backup} is damaged: ${damaged.length} files are missing or not what they were, the first ${first}.`,
		'Restore another backup.',
	);
}

/**
 * Makes a data folder of a backup: whole and verified, or not at all.
 * @throws {BackupError} when the data folder holds something already, or the backup is damaged.
 */
export async function restore(backup: string, dataFolder: string): Promise<BackupManifest> {
	const manifest = await readManifest(backup);
	const occupied = existsSync(dataFolder) && (await readdir(dataFolder)).length > 0;
	if (occupied) {
		throw new BackupError(
			`${dataFolder} holds data already; a restore would mix with it.`,
			'Stop the server and move that folder away, or choose another one with --data.',
		);
	}
	const unfinished = `${dataFolder}.restoring`;
	await rm(unfinished, { recursive: true, force: true });
	await makeFolder(dirname(dataFolder));
	await copyNew(backup, unfinished, { files: 0, bytes: 0 });
	if (manifest.withDatabase) await copyFile(join(backup, DATABASE), join(unfinished, DATABASE));
	if (manifest.withDatabase) await checkRestored(unfinished, backup);
	if (existsSync(dataFolder)) await rmdir(dataFolder);
	await rename(unfinished, dataFolder);
	return manifest;
}
