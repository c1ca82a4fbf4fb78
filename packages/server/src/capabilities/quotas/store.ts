/** Limits of cores and requests for more in SQL. */
import type { QuotaRequestState } from '@runstead/contract';
import type { Kysely, Selectable, Updateable } from 'kysely';
import type { QuotaRequestTable, Tables } from '../../storage/tables.ts';

export type QuotaRequestRecord = Selectable<QuotaRequestTable>;

/** The limits of the server stand under this key; workspaces have keys from 1. */
export const SERVER_KEY = 0;

/** The limits that were set for the server and for a workspace. */
export function limitsOf(
	db: Kysely<Tables>,
	workspaceKey: number,
): Promise<{ workspace_key: number; quota: string; limit_cores: number }[]> {
	return db
		.selectFrom('quota_limit')
		.select(['workspace_key', 'quota', 'limit_cores'])
		.where('workspace_key', 'in', [SERVER_KEY, workspaceKey])
		.execute();
}

export async function setLimit(db: Kysely<Tables>, workspaceKey: number, quota: string, limitCores: number | null): Promise<void> {
	await db.deleteFrom('quota_limit').where('workspace_key', '=', workspaceKey).where('quota', '=', quota).execute();
	if (limitCores !== null)
		await db.insertInto('quota_limit').values({ workspace_key: workspaceKey, quota, limit_cores: limitCores }).execute();
}

export async function insertRequest(db: Kysely<Tables>, request: Omit<QuotaRequestRecord, 'key'>): Promise<QuotaRequestRecord> {
	const { key } = await db.insertInto('quota_request').values(request).returning('key').executeTakeFirstOrThrow();
	return { ...request, key };
}

export function requestById(db: Kysely<Tables>, workspaceKey: number, id: string): Promise<QuotaRequestRecord | undefined> {
	return db.selectFrom('quota_request').selectAll().where('workspace_key', '=', workspaceKey).where('id', '=', id).executeTakeFirst();
}

/** The newest first. */
export function requestsOf(
	db: Kysely<Tables>,
	workspaceKey: number,
	{ state, beforeKey, limit }: { state?: QuotaRequestState; beforeKey?: number; limit: number },
): Promise<QuotaRequestRecord[]> {
	return db
		.selectFrom('quota_request')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.$if(state !== undefined, (query) => query.where('state', '=', state as QuotaRequestState))
		.$if(beforeKey !== undefined, (query) => query.where('key', '<', beforeKey as number))
		.orderBy('key', 'desc')
		.limit(limit)
		.execute();
}

export async function updateRequest(db: Kysely<Tables>, key: number, change: Updateable<QuotaRequestTable>): Promise<void> {
	await db.updateTable('quota_request').set(change).where('key', '=', key).execute();
}
