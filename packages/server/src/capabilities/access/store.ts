/** Access tokens in SQL. */
import type { Kysely, Selectable } from 'kysely';
import type { AccessTokenTable, Tables } from '../../storage/tables.ts';

export type TokenRecord = Selectable<AccessTokenTable> & { readonly workspace_id: string | null; readonly workspace_name: string | null };

export async function insertToken(db: Kysely<Tables>, token: Omit<Selectable<AccessTokenTable>, 'key'>): Promise<void> {
	await db.insertInto('access_token').values(token).execute();
}

function records(db: Kysely<Tables>) {
	return db
		.selectFrom('access_token')
		.leftJoin('workspace', 'workspace.key', 'access_token.workspace_key')
		.selectAll('access_token')
		.select(['workspace.id as workspace_id', 'workspace.name as workspace_name']);
}

export function tokenById(db: Kysely<Tables>, id: string): Promise<TokenRecord | undefined> {
	return records(db).where('access_token.id', '=', id).executeTakeFirst();
}

/** The newest first. */
export function tokensNewestFirst(
	db: Kysely<Tables>,
	query: {
		/** Only those that are good at this time; null: all. */
		readonly goodAt: number | null;
		/** Only those of this workspace; null: all. */
		readonly workspaceId: string | null;
		readonly beforeKey: number | undefined;
		readonly limit: number;
	},
): Promise<TokenRecord[]> {
	const { goodAt, workspaceId, beforeKey } = query;
	return records(db)
		.$if(goodAt !== null, (all) =>
			all.where('access_token.revoked_time', 'is', null).where('access_token.expiry_time', '>', goodAt as number),
		)
		.$if(workspaceId !== null, (all) => all.where('workspace.id', '=', workspaceId as string))
		.$if(beforeKey !== undefined, (all) => all.where('access_token.key', '<', beforeKey as number))
		.orderBy('access_token.key', 'desc')
		.limit(query.limit)
		.execute();
}

export async function countGood(db: Kysely<Tables>, now: number): Promise<number> {
	const { count } = await db
		.selectFrom('access_token')
		.select(({ fn }) => fn.countAll<number>().as('count'))
		.where('revoked_time', 'is', null)
		.where('expiry_time', '>', now)
		.executeTakeFirstOrThrow();
	return Number(count);
}

export async function setRevoked(db: Kysely<Tables>, id: string, time: number, actor: string): Promise<void> {
	await db.updateTable('access_token').set({ revoked_time: time, revoked_by: actor }).where('id', '=', id).execute();
}

export async function setUsed(db: Kysely<Tables>, id: string, time: number): Promise<void> {
	await db.updateTable('access_token').set({ last_used_time: time }).where('id', '=', id).execute();
}

export async function deleteExpiredBefore(db: Kysely<Tables>, time: number): Promise<void> {
	await db.deleteFrom('access_token').where('expiry_time', '<', time).execute();
}
