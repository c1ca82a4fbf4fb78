/** Workspaces in SQL. */
import type { Kysely, Selectable } from 'kysely';
import type { Tables, WorkspaceTable } from '../../storage/tables.ts';

export type WorkspaceRecord = Selectable<WorkspaceTable>;

export async function insertWorkspace(db: Kysely<Tables>, workspace: Omit<WorkspaceRecord, 'key'>): Promise<WorkspaceRecord> {
	const { key } = await db.insertInto('workspace').values(workspace).returning('key').executeTakeFirstOrThrow();
	return { ...workspace, key };
}

export function workspaceByName(db: Kysely<Tables>, foldedName: string): Promise<WorkspaceRecord | undefined> {
	return db.selectFrom('workspace').selectAll().where('folded_name', '=', foldedName).executeTakeFirst();
}

export function workspaceById(db: Kysely<Tables>, id: string): Promise<WorkspaceRecord | undefined> {
	return db.selectFrom('workspace').selectAll().where('id', '=', id).executeTakeFirst();
}

export function workspaceByKey(db: Kysely<Tables>, key: number): Promise<WorkspaceRecord> {
	return db.selectFrom('workspace').selectAll().where('key', '=', key).executeTakeFirstOrThrow();
}

export function firstWorkspace(db: Kysely<Tables>): Promise<WorkspaceRecord | undefined> {
	return db.selectFrom('workspace').selectAll().orderBy('key').limit(1).executeTakeFirst();
}

export function workspacesByName(db: Kysely<Tables>, afterFoldedName: string, limit: number): Promise<WorkspaceRecord[]> {
	return db.selectFrom('workspace').selectAll().where('folded_name', '>', afterFoldedName).orderBy('folded_name').limit(limit).execute();
}

export async function updateDescription(db: Kysely<Tables>, key: number, description: string): Promise<void> {
	await db.updateTable('workspace').set({ description }).where('key', '=', key).execute();
}

/** The server's one subscription id, made when it is first asked for. */
export async function subscriptionId(db: Kysely<Tables>, makeId: () => string): Promise<string> {
	await db
		.insertInto('server')
		.values({ key: 'subscription_id', value: makeId() })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
	const { value } = await db.selectFrom('server').select('value').where('key', '=', 'subscription_id').executeTakeFirstOrThrow();
	return value;
}
