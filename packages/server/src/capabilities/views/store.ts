/** Views and their versions in SQL. */
import type { Kysely, Selectable, Updateable } from 'kysely';
import type { Tables, ViewTable, ViewVersionTable } from '../../storage/tables.ts';

export type ViewRecord = Selectable<ViewTable>;

export async function insertView(db: Kysely<Tables>, view: Omit<ViewRecord, 'key'>): Promise<ViewRecord> {
	const { key } = await db.insertInto('saved_view').values(view).returning('key').executeTakeFirstOrThrow();
	return { ...view, key };
}

export function viewById(db: Kysely<Tables>, id: string): Promise<ViewRecord | undefined> {
	return db.selectFrom('saved_view').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function countViews(db: Kysely<Tables>, workspaceKey: number): Promise<number> {
	const { count } = await db
		.selectFrom('saved_view')
		.select(({ fn }) => fn.countAll<number>().as('count'))
		.where('workspace_key', '=', workspaceKey)
		.where('deleted_time', 'is', null)
		.executeTakeFirstOrThrow();
	return Number(count);
}

/** By name; those of others only where they are shared. */
export function viewsByName(
	db: Kysely<Tables>,
	query: {
		readonly workspaceKey: number;
		readonly reader: string;
		readonly page: ViewRecord['page'] | null;
		readonly after: { name: string; key: number } | null;
		readonly limit: number;
	},
): Promise<ViewRecord[]> {
	const { after } = query;
	return db
		.selectFrom('saved_view')
		.selectAll()
		.where('workspace_key', '=', query.workspaceKey)
		.where('deleted_time', 'is', null)
		.where((where) => where.or([where('scope', '=', 'shared'), where('owner', '=', query.reader)]))
		.$if(query.page !== null, (all) => all.where('page', '=', query.page as ViewRecord['page']))
		.$if(after !== null, (all) =>
			all.where((where) =>
				where.or([
					where('name', '>', (after as { name: string }).name),
					where.and([where('name', '=', (after as { name: string }).name), where('key', '>', (after as { key: number }).key)]),
				]),
			),
		)
		.orderBy('name')
		.orderBy('key')
		.limit(query.limit)
		.execute();
}

export async function updateView(db: Kysely<Tables>, key: number, change: Updateable<ViewTable>): Promise<void> {
	await db.updateTable('saved_view').set(change).where('key', '=', key).execute();
}

export async function clearDefault(db: Kysely<Tables>, workspaceKey: number): Promise<void> {
	await db.updateTable('saved_view').set({ is_default: 0 }).where('workspace_key', '=', workspaceKey).where('is_default', '=', 1).execute();
}

/** For good: those of a workspace that were deleted before a time, and of the others all but the newest. */
export async function purgeViews(
	db: Kysely<Tables>,
	workspaceKey: number,
	{ before, keep }: { readonly before: number; readonly keep: number },
): Promise<void> {
	const deleted = db.selectFrom('saved_view').select('key').where('workspace_key', '=', workspaceKey).where('deleted_time', 'is not', null);
	const kept = deleted.where('deleted_time', '>=', before).orderBy('deleted_time', 'desc').orderBy('key', 'desc').limit(keep);
	await db
		.deleteFrom('saved_view')
		.where('key', 'in', deleted)
		.where('key', 'not in', db.selectFrom(kept.as('kept')).select('kept.key'))
		.execute();
}

/** Keeps a version, and lets go of those before the newest `keep`. */
export async function insertVersion(db: Kysely<Tables>, version: Selectable<ViewVersionTable>, keep: number): Promise<void> {
	await db.insertInto('saved_view_version').values(version).execute();
	await db
		.deleteFrom('saved_view_version')
		.where('view_key', '=', version.view_key)
		.where('version', '<=', version.version - keep)
		.execute();
}

export function versionsNewestFirst(
	db: Kysely<Tables>,
	viewKey: number,
	before: number | null,
	limit: number,
): Promise<Selectable<ViewVersionTable>[]> {
	return db
		.selectFrom('saved_view_version')
		.selectAll()
		.where('view_key', '=', viewKey)
		.$if(before !== null, (query) => query.where('version', '<', before as number))
		.orderBy('version', 'desc')
		.limit(limit)
		.execute();
}
