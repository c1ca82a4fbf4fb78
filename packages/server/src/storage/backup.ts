/** Backup of a data folder into another folder, while a server uses it or not, and back. */
import { existsSync } from 'node:fs';
import { constants, copyFile, open, readdir, readFile, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder } from '../make-folder.ts';
import { filesNamedByPostgres, findDamaged, findDamagedBlobs, findMissing, findMissingOf } from './backup-check.ts';
import { findChanged, hashOfFile, joinSums, readSettings, type Sums, sumsOf } from './backup-sums.ts';
import { ifThere } from './durable-file.ts';
import { pauseRemovals } from './removal-pause.ts';

export interface BackupManifest {
	readonly format: 1;
	/** Of the release that made it. */
	readonly version: string;
	readonly createdTime: string;
	/** Whether the tables are in it; with PostgreSQL they are backed up by its own tools. */
	readonly withDatabase: boolean;
	/** Of what neither its name nor the database tells; earlier releases did not keep it. */
	readonly sha256?: Sums;
}

export interface BackupResult {
	readonly manifest: BackupManifest;
	readonly copiedFiles: number;
	readonly copiedBytes: number;
	/** Whether all that the database names is there. */
	readonly isChecked: boolean;
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
	// What a backup that did not come to its end has left.
	`${DATABASE}.new`,
	`${MANIFEST}.new`,
]);

/** What is copied into itself has no end. */
function isWithin(path: string, folder: string): boolean {
	return relative(resolve(folder), resolve(path)).split(sep)[0] !== '..';
}

interface Copied {
	/** What is copied as it was read before, by its path. */
	readonly settings: ReadonlyMap<string, Buffer>;
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
		else if (entry.isFile() && !copied.settings.has(source)) await copyFileIfNew(source, target, copied);
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

async function copySettings(dataFolder: string, target: string, settings: ReadonlyMap<string, Buffer>, copied: Copied): Promise<void> {
	for (const [path, content] of settings) {
		const file = join(target, path);
		if ((await ifThere(readFile(file)))?.equals(content)) continue;
		await makeFolder(dirname(file), { mode: 0o700 });
		await writeFile(`${file}.new`, content, { mode: (await ifThere(stat(join(dataFolder, path))))?.mode ?? 0o600 });
		await rename(`${file}.new`, file);
		copied.files += 1;
		copied.bytes += content.length;
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
 * Copies the database, then what it refers to. @returns its copy, which has its place when all is there.
 */
async function copyWithDatabase(dataFolder: string, target: string, copied: Copied): Promise<{ copy: string; missing: string[] }> {
	const copy = join(target, `${DATABASE}.new`);
	await copyDatabase(join(dataFolder, DATABASE), copy);
	copied.files += 1;
	copied.bytes += (await stat(copy)).size;
	await copyNew(dataFolder, target, copied);
	return { copy, missing: await findMissing(copy, target) };
}

/** Copies what a database of PostgreSQL names; null: it is not known which that is. */
async function copyBesidePostgres(dataFolder: string, target: string, database: string | null, copied: Copied): Promise<string[]> {
	const named =
		database === null
			? []
			: await filesNamedByPostgres(database).catch((error: Error) => {
					throw new BackupError(
						`The database that names the contents of ${dataFolder} cannot be asked: ${error.message}.`,
						'Name it with its password: --database or RUNSTEAD_DATABASE.',
					);
				});
	await copyNew(dataFolder, target, copied);
	return findMissingOf(named, target);
}

const NAMES_SHOWN = 10;

/** @example inWords(['a', 'b']) === 'a, b' */
function inWords(paths: readonly string[]): string {
	const more = paths.length - NAMES_SHOWN;
	return `${paths.slice(0, NAMES_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

async function writeManifest(target: string, manifest: BackupManifest): Promise<void> {
	await writeFile(join(target, `${MANIFEST}.new`), `${JSON.stringify(manifest, null, '\t')}\n`);
	await rename(join(target, `${MANIFEST}.new`), join(target, MANIFEST));
}

/**
 * Copies a data folder to `target`, which may hold an earlier backup of it: then only what is new is copied, and the earlier
 * one stays good until this one is whole.
 * @param database the PostgreSQL that the folder belongs to; null: it is not known, and what it names is not checked.
 * @throws {BackupError} when the data folder itself lacks something.
 */
export async function backUp(dataFolder: string, target: string, version: string, database: string | null = null): Promise<BackupResult> {
	if (!existsSync(join(dataFolder, 'secrets'))) throw new BackupError(`${dataFolder} is not a data folder.`, 'Name it with --data.');
	const strange = existsSync(target) && !existsSync(join(target, MANIFEST)) && (await readdir(target)).length > 0;
	if (strange) throw new BackupError(`${target} holds something else than a backup.`, 'Choose a new or empty folder.');
	if (isWithin(target, dataFolder)) throw new BackupError(`${target} lies in the data folder itself.`, 'Choose a folder beside it.');
	const earlier = existsSync(join(target, MANIFEST)) ? await readManifest(target) : null;
	const settings = await readSettings(dataFolder, (name) => !NOT_COPIED.has(name));
	const copied: Copied = {
		files: 0,
		bytes: 0,
		settings: new Map([...settings].map(([path, content]) => [join(dataFolder, path), content])),
	};
	const withDatabase = database === null && existsSync(join(dataFolder, DATABASE));
	let sums = sumsOf(settings);
	// Until this one is whole, a file may be that of the earlier one or of this one.
	const allowBoth = async (): Promise<void> => {
		if (earlier?.sha256) await writeManifest(target, { ...earlier, sha256: joinSums(earlier.sha256, sums) });
	};
	await makeFolder(target, { mode: 0o700 });
	await allowBoth();
	// What the database names is not removed meanwhile.
	using _pause = pauseRemovals(dataFolder);
	const { copy, missing } = withDatabase
		? await copyWithDatabase(dataFolder, target, copied)
		: { copy: null, missing: await copyBesidePostgres(dataFolder, target, database, copied) };
	if (missing.length > 0)
		throw new BackupError(
			`${dataFolder} lacks ${missing.length} files that its database names: ${inWords(missing)}.`,
			withDatabase
				? 'Restore an earlier backup, or look for what removed them.'
				: 'Does another server on this database keep its contents elsewhere? They must share them: see docs/operations/storage.md.',
		);
	await copySettings(dataFolder, target, settings, copied);
	if (copy !== null) {
		sums = { ...sums, [DATABASE]: [await hashOfFile(copy)] };
		await allowBoth();
		await rename(copy, join(target, DATABASE));
	}
	const manifest: BackupManifest = { format: FORMAT, version, createdTime: new Date().toISOString(), withDatabase, sha256: sums };
	await writeManifest(target, manifest);
	return { manifest, copiedFiles: copied.files, copiedBytes: copied.bytes, isChecked: withDatabase || database !== null };
}

async function readManifest(folder: string): Promise<BackupManifest> {
	const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => null);
	if (text === null)
		throw new BackupError(`${folder} is not a backup: it has no ${MANIFEST}.`, 'Name the folder that runstead backup wrote to.');
	const manifest = manifestOrNull(text);
	if (manifest === null) throw new BackupError(`${folder} is damaged: its ${MANIFEST} cannot be read.`, 'Restore another backup.');
	if (manifest.format !== FORMAT) {
		throw new BackupError(`${folder} was made by release ${manifest.version}, in a newer format.`, 'Restore it with that release.');
	}
	return manifest;
}

function manifestOrNull(text: string): BackupManifest | null {
	try {
		return JSON.parse(text) as BackupManifest | null;
	} catch {
		return null;
	}
}

/** Reads everything. @throws {BackupError} naming what is missing or is not what it was. */
async function checkBackup(folder: string, { withDatabase, sha256 = {} }: BackupManifest): Promise<void> {
	const changed = await findChanged(folder, sha256);
	// What a changed database names says nothing.
	const damaged = changed.includes(DATABASE)
		? []
		: withDatabase
			? await findDamaged(join(folder, DATABASE), folder)
			: await findDamagedBlobs(folder);
	const all = [...new Set([...changed, ...damaged])];
	if (all.length > 0)
		throw new BackupError(
			`${folder} is damaged: ${all.length} files are missing or not what they were: ${inWords(all)}.`,
			'Restore another backup.',
		);
}

/**
 * Makes a data folder of a backup: whole and verified, or not at all.
 * @throws {BackupError} when the data folder holds something already, or the backup is damaged.
 */
export async function restore(backup: string, dataFolder: string): Promise<BackupManifest> {
	const manifest = await readManifest(backup);
	if (isWithin(dataFolder, backup)) throw new BackupError(`${dataFolder} lies in the backup itself.`, 'Choose a folder beside it.');
	const occupied = existsSync(dataFolder) && (await readdir(dataFolder)).length > 0;
	if (occupied) {
		throw new BackupError(
			`${dataFolder} holds data already; a restore would mix with it.`,
			'Stop the server and move that folder away, or choose another one with --data.',
		);
	}
	await checkBackup(backup, manifest);
	const unfinished = `${dataFolder}.restoring`;
	await rm(unfinished, { recursive: true, force: true });
	await makeFolder(dirname(dataFolder));
	await copyNew(backup, unfinished, { files: 0, bytes: 0, settings: new Map() });
	if (manifest.withDatabase) await copyFile(join(backup, DATABASE), join(unfinished, DATABASE));
	if (existsSync(dataFolder)) await rmdir(dataFolder);
	await rename(unfinished, dataFolder);
	return manifest;
}
