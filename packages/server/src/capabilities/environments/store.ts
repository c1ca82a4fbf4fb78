/** Environments in SQL: a row a version. */
import type { Kysely, Selectable } from 'kysely';
import type { EnvironmentTable, Tables } from '../../storage/tables.ts';

export type EnvironmentRecord = Selectable<EnvironmentTable>;

export async function insertEnvironment(db: Kysely<Tables>, environment: Omit<EnvironmentRecord, 'key'>): Promise<EnvironmentRecord> {
	await db
		.updateTable('environment')
		.set({ newest: 0 })
		.where('workspace_key', '=', environment.workspace_key)
		.where('folded_name', '=', environment.folded_name)
		.where('newest', '=', 1)
		.execute();
	const { key } = await db.insertInto('environment').values(environment).returning('key').executeTakeFirstOrThrow();
	return { ...environment, key };
}

/** The newest version, or the one that is named. */
export function environmentByName(
	db: Kysely<Tables>,
	workspaceKey: number,
	foldedName: string,
	version?: number,
): Promise<EnvironmentRecord | undefined> {
	return db
		.selectFrom('environment')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where('folded_name', '=', foldedName)
		.$if(version === undefined, (query) => query.where('newest', '=', 1))
		.$if(version !== undefined, (query) => query.where('version', '=', version as number))
		.executeTakeFirst();
}

export function newestByName(
	db: Kysely<Tables>,
	workspaceKey: number,
	afterFoldedName: string,
	withArchived: boolean,
	limit: number,
): Promise<EnvironmentRecord[]> {
	return db
		.selectFrom('environment')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where('folded_name', '>', afterFoldedName)
		.where('newest', '=', 1)
		.$if(!withArchived, (query) => query.where('archived', '=', 0))
		.orderBy('folded_name')
		.limit(limit)
		.execute();
}

/** Versions below a number, the newest first. */
export function versionsBelow(
	db: Kysely<Tables>,
	workspaceKey: number,
	foldedName: string,
	below: number,
	limit: number,
): Promise<EnvironmentRecord[]> {
	return db
		.selectFrom('environment')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where('folded_name', '=', foldedName)
		.where('version', '<', below)
		.orderBy('version', 'desc')
		.limit(limit)
		.execute();
}

/** Of every version. */
export async function setArchived(db: Kysely<Tables>, workspaceKey: number, foldedName: string, archived: number): Promise<void> {
	await db
		.updateTable('environment')
		.set({ archived })
		.where('workspace_key', '=', workspaceKey)
		.where('folded_name', '=', foldedName)
		.execute();
}
