/** Run files in SQL. */
import { TERMINAL_STATUSES } from '@runstead/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { RunFileTable, RunSpaceTable, Tables, UploadTable } from '../../storage/tables.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';

export type FileRecord = Selectable<RunFileTable>;
export type UploadRecord = Selectable<UploadTable>;

/** Conditions of partial indexes stand in the text: a parameter would hide from the database that the index fits. */
const NEWEST = sql<boolean>`newest = 1`;
const GROWING = sql<boolean>`run_file.kind = 'log' and run_file.sealed_by is null`;

export function newestFile(db: Kysely<Tables>, runKey: number, path: string): Promise<FileRecord | undefined> {
	return db.selectFrom('run_file').selectAll().where('run_key', '=', runKey).where('path', '=', path).where(NEWEST).executeTakeFirst();
}

export function fileVersion(db: Kysely<Tables>, runKey: number, path: string, version: number): Promise<FileRecord | undefined> {
	return db
		.selectFrom('run_file')
		.selectAll()
		.where('run_key', '=', runKey)
		.where('path', '=', path)
		.where('version', '=', version)
		.executeTakeFirst();
}

export function versionsNewestFirst(db: Kysely<Tables>, runKey: number, path: string): Promise<FileRecord[]> {
	return db.selectFrom('run_file').selectAll().where('run_key', '=', runKey).where('path', '=', path).orderBy('version', 'desc').execute();
}

/** Greater than every character that a path may have. */
const AFTER_EVERY_CHARACTER = '\u{10ffff}';

export function filesByPath(
	db: Kysely<Tables>,
	runKey: number,
	{ prefix, after, limit }: { prefix: string; after: string; limit: number },
): Promise<FileRecord[]> {
	let query = db
		.selectFrom('run_file')
		.selectAll()
		.where('run_key', '=', runKey)
		.where(NEWEST)
		.where('path', '>', after)
		.orderBy('path')
		.limit(limit);
	if (prefix !== '') query = query.where('path', '>=', prefix).where('path', '<', prefix + AFTER_EVERY_CHARACTER);
	return query.execute();
}

/** The newest version of a file, or of all that lies below a folder; of everything, for an empty path. Logs that still grow are none. */
export function contentsBelow(db: Kysely<Tables>, runKey: number, path: string): Promise<FileRecord[]> {
	let query = db.selectFrom('run_file').selectAll().where('run_key', '=', runKey).where(NEWEST).where('sha256', 'is not', null);
	query = query.where('kind', '=', 'artifact');
	if (path !== '')
		query = query.where((where) =>
			where.or([where('path', '=', path), where.and([where('path', '>=', `${path}/`), where('path', '<', `${path}0`)])]),
		);
	return query.orderBy('path').execute();
}

export async function insertFile(db: Kysely<Tables>, file: Omit<FileRecord, 'key'>): Promise<FileRecord> {
	const { key } = await db.insertInto('run_file').values(file).returning('key').executeTakeFirstOrThrow();
	return { ...file, key };
}

export async function setOlder(db: Kysely<Tables>, key: number): Promise<void> {
	await db.updateTable('run_file').set({ newest: 0 }).where('key', '=', key).execute();
}

export async function deleteVersions(db: Kysely<Tables>, runKey: number, path: string): Promise<FileRecord[]> {
	return db.deleteFrom('run_file').where('run_key', '=', runKey).where('path', '=', path).returningAll().execute();
}

/** How many files of a run hold each content. */
export async function contentsOfRun(db: Kysely<Tables>, runKey: number): Promise<Map<string, number>> {
	const rows = await db
		.selectFrom('run_file')
		.select(({ fn }) => ['sha256', fn.countAll<number>().as('count')])
		.where('run_key', '=', runKey)
		.where('kind', '=', 'artifact')
		.groupBy('sha256')
		.execute();
	return new Map(rows.map(({ sha256, count }) => [sha256 as string, Number(count)]));
}

/** Whether a workspace holds a content of this size: in a file of a run, or of a snapshot. */
export async function workspaceKnows(db: Kysely<Tables>, workspaceKey: number, sha256: string, sizeBytes: number): Promise<boolean> {
	const inFile = await db
		.selectFrom('run_file')
		.innerJoin('run', 'run.key', 'run_file.run_key')
		.select('run_file.key')
		.where('run_file.sha256', '=', sha256)
		.where('run_file.kind', '=', 'artifact')
		.where('run_file.size_bytes', '=', sizeBytes)
		.where('run.workspace_key', '=', workspaceKey)
		.limit(1)
		.executeTakeFirst();
	if (inFile) return true;
	const inSnapshot = await db
		.selectFrom('snapshot_content')
		.select('sha256')
		.where('workspace_key', '=', workspaceKey)
		.where('sha256', '=', sha256)
		.where('size_bytes', '=', sizeBytes)
		.executeTakeFirst();
	return inSnapshot !== undefined;
}

export async function growLog(unit: UnitOfWork, key: number, sizeBytes: number, cut: boolean): Promise<boolean> {
	const rows = await unit.execute(
		'update run_file set size_bytes = ?, cut = ?, sealed_by = null, sha256 = null, modified_time = ? where key = ? returning key',
		[sizeBytes, cut ? 1 : 0, unit.now, key],
	);
	return rows.length > 0;
}

/** How much a writer has appended to a log that several write to. */
export async function writtenBy(db: Kysely<Tables>, key: number, writer: string): Promise<number> {
	const row = await db
		.selectFrom('log_writer')
		.select('size_bytes')
		.where('file_key', '=', key)
		.where('writer', '=', writer)
		.executeTakeFirst();
	return row?.size_bytes ?? 0;
}

export async function setWrittenBy(unit: UnitOfWork, key: number, writer: string, sizeBytes: number): Promise<void> {
	await unit.execute(
		`insert into log_writer (file_key, writer, size_bytes) values (?, ?, ?)
		on conflict (file_key, writer) do update set size_bytes = excluded.size_bytes`,
		[key, writer, sizeBytes],
	);
}

/** Seals a log if it still has that size. */
export async function sealLog(unit: UnitOfWork, log: FileRecord, sha256: string, by: 'writer' | 'server'): Promise<boolean> {
	const rows = await unit.execute('update run_file set sha256 = ?, sealed_by = ? where key = ? and size_bytes = ? returning key', [
		sha256,
		by,
		log.key,
		log.size_bytes,
	]);
	return rows.length > 0;
}

export function growingLogs(db: Kysely<Tables>, runKey: number): Promise<FileRecord[]> {
	return db.selectFrom('run_file').selectAll().where('run_key', '=', runKey).where(GROWING).execute();
}

/** Ids of runs that ended before a time and have logs that nobody sealed. */
export async function endedRunsWithGrowingLogs(db: Kysely<Tables>, endedBefore: number, limit: number): Promise<string[]> {
	const rows = await db
		.selectFrom('run_file')
		.innerJoin('run', 'run.key', 'run_file.run_key')
		.select('run.id')
		.distinct()
		.where(GROWING)
		.where('run.status', 'in', TERMINAL_STATUSES)
		.where('run.end_time', '<', endedBefore)
		.limit(limit)
		.execute();
	return rows.map(({ id }) => id);
}

/** Those of the keys that are logs of the run. */
export async function logKeysAmong(db: Kysely<Tables>, runKey: number, keys: readonly number[]): Promise<Set<number>> {
	const rows = await db
		.selectFrom('run_file')
		.select('key')
		.where('run_key', '=', runKey)
		.where('kind', '=', 'log')
		.where('key', 'in', keys)
		.execute();
	return new Set(rows.map(({ key }) => key));
}

export async function spaceOf(db: Kysely<Tables>, runKey: number): Promise<Omit<Selectable<RunSpaceTable>, 'run_key'>> {
	const row = await db
		.selectFrom('run_space')
		.select(['file_count', 'artifact_bytes', 'log_bytes'])
		.where('run_key', '=', runKey)
		.executeTakeFirst();
	return row ?? { file_count: 0, artifact_bytes: 0, log_bytes: 0 };
}

/** When a file of each of some runs was written last. */
export async function lastChangeTimes(db: Kysely<Tables>, runKeys: readonly number[]): Promise<Map<number, number>> {
	const rows = await db
		.selectFrom('run_file')
		.select(({ fn }) => ['run_key', fn.max('modified_time').as('time')])
		.where('run_key', 'in', runKeys)
		.groupBy('run_key')
		.execute();
	return new Map(rows.map((row) => [row.run_key, Number(row.time)]));
}

/** What the runs of each workspace hold. */
export async function spaceOfWorkspaces(db: Kysely<Tables>): Promise<{ workspaceKey: number; artifactBytes: number; logBytes: number }[]> {
	const rows = await db
		.selectFrom('run_space')
		.innerJoin('run', 'run.key', 'run_space.run_key')
		.select(({ fn }) => ['run.workspace_key', fn.sum<number>('artifact_bytes').as('artifacts'), fn.sum<number>('log_bytes').as('logs')])
		.groupBy('run.workspace_key')
		.execute();
	return rows.map((row) => ({ workspaceKey: row.workspace_key, artifactBytes: Number(row.artifacts), logBytes: Number(row.logs) }));
}

export async function addSpace(
	unit: UnitOfWork,
	runKey: number,
	change: { files?: number; artifactBytes?: number; logBytes?: number },
): Promise<void> {
	const { files = 0, artifactBytes = 0, logBytes = 0 } = change;
	await unit.execute(
		`insert into run_space (run_key, file_count, artifact_bytes, log_bytes) values (?, ?, ?, ?)
		on conflict (run_key) do update set file_count = run_space.file_count + excluded.file_count,
			artifact_bytes = run_space.artifact_bytes + excluded.artifact_bytes, log_bytes = run_space.log_bytes + excluded.log_bytes`,
		[runKey, files, artifactBytes, logBytes],
	);
}

export async function insertUpload(db: Kysely<Tables>, upload: UploadRecord): Promise<void> {
	await db.insertInto('upload').values(upload).execute();
}

export function uploadById(db: Kysely<Tables>, runKey: number, id: string): Promise<UploadRecord | undefined> {
	return db.selectFrom('upload').selectAll().where('id', '=', id).where('run_key', '=', runKey).executeTakeFirst();
}

export function uploadOf(
	db: Kysely<Tables>,
	runKey: number,
	content: { path: string; sha256: string; sizeBytes: number },
): Promise<UploadRecord | undefined> {
	return db
		.selectFrom('upload')
		.selectAll()
		.where('run_key', '=', runKey)
		.where('path', '=', content.path)
		.where('sha256', '=', content.sha256)
		.where('size_bytes', '=', content.sizeBytes)
		.executeTakeFirst();
}

export function uploadsOfRun(db: Kysely<Tables>, runKey: number): Promise<{ id: string }[]> {
	return db.selectFrom('upload').select('id').where('run_key', '=', runKey).execute();
}

export function uploadsBefore(db: Kysely<Tables>, createdBefore: number): Promise<{ id: string }[]> {
	return db.selectFrom('upload').select('id').where('created_time', '<', createdBefore).execute();
}

export async function uploadIdsAmong(db: Kysely<Tables>, ids: readonly string[]): Promise<Set<string>> {
	const rows = await db.selectFrom('upload').select('id').where('id', 'in', ids).execute();
	return new Set(rows.map(({ id }) => id));
}

export async function deleteUpload(db: Kysely<Tables>, id: string): Promise<void> {
	await db.deleteFrom('upload').where('id', '=', id).execute();
}
