/** Files of datastores in SQL. */
import type { Kysely, Selectable } from 'kysely';
import type { DatastoreFileTable, Tables } from '../../storage/tables.ts';

export type DatastoreFileRecord = Selectable<DatastoreFileTable>;

/** A datastore, as the keys of its files have it. */
export interface DatastoreKey {
	readonly workspace_key: number;
	readonly datastore: string;
}

/** Greater than every character that a path may have. */
const AFTER_EVERY_CHARACTER = '\u{10ffff}';

export function fileAt(db: Kysely<Tables>, { workspace_key, datastore }: DatastoreKey, path: string) {
	return db
		.selectFrom('datastore_file')
		.selectAll()
		.where('workspace_key', '=', workspace_key)
		.where('datastore', '=', datastore)
		.where('path', '=', path)
		.executeTakeFirst();
}

export function filesByPath(
	db: Kysely<Tables>,
	{ workspace_key, datastore }: DatastoreKey,
	{ prefix, after, limit }: { prefix: string; after: string; limit: number },
): Promise<DatastoreFileRecord[]> {
	let query = db
		.selectFrom('datastore_file')
		.selectAll()
		.where('workspace_key', '=', workspace_key)
		.where('datastore', '=', datastore)
		.where('path', '>', after)
		.orderBy('path')
		.limit(limit);
	if (prefix !== '') query = query.where('path', '>=', prefix).where('path', '<', prefix + AFTER_EVERY_CHARACTER);
	return query.execute();
}

/** The file at a path and those below it; all, for an empty path. */
export function filesBelow(db: Kysely<Tables>, { workspace_key, datastore }: DatastoreKey, path: string): Promise<DatastoreFileRecord[]> {
	let query = db.selectFrom('datastore_file').selectAll().where('workspace_key', '=', workspace_key).where('datastore', '=', datastore);
	if (path !== '')
		query = query.where((where) =>
			where.or([where('path', '=', path), where.and([where('path', '>=', `${path}/`), where('path', '<', `${path}0`)])]),
		);
	return query.orderBy('path').execute();
}

export async function totalsOf(db: Kysely<Tables>, { workspace_key, datastore }: DatastoreKey): Promise<{ files: number; bytes: number }> {
	const row = await db
		.selectFrom('datastore_file')
		.select(({ fn }) => [fn.countAll<number>().as('files'), fn.sum<number | null>('size_bytes').as('bytes')])
		.where('workspace_key', '=', workspace_key)
		.where('datastore', '=', datastore)
		.executeTakeFirstOrThrow();
	return { files: Number(row.files), bytes: Number(row.bytes ?? 0) };
}

/** Puts a file at its path, in place of one that is there. */
export async function putFile(db: Kysely<Tables>, file: DatastoreFileRecord): Promise<void> {
	const { size_bytes, sha256, modified_time } = file;
	await db
		.insertInto('datastore_file')
		.values(file)
		.onConflict((conflict) => conflict.columns(['workspace_key', 'datastore', 'path']).doUpdateSet({ size_bytes, sha256, modified_time }))
		.execute();
}

export async function deleteFile(db: Kysely<Tables>, { workspace_key, datastore }: DatastoreKey, path: string): Promise<void> {
	await db
		.deleteFrom('datastore_file')
		.where('workspace_key', '=', workspace_key)
		.where('datastore', '=', datastore)
		.where('path', '=', path)
		.execute();
}
