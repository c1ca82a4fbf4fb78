/** Which categories a workspace sends to its log tables: what its diagnostic settings say. */
import type { Kysely } from 'kysely';
import type { LogRecord } from '../../capabilities/log-records/service.ts';
import type { Tables } from '../../storage/tables.ts';

/** As the settings are now: asked anew for each page of events, after it was read. What belongs to the server is always kept. */
export async function sentToLogTables(db: Kysely<Tables>): Promise<(record: LogRecord) => boolean> {
	const rows = await db.selectFrom('log_analytics_category').selectAll().execute();
	/** The last event that is sent, by workspace and category; infinity: those that come, too. */
	const lastSent = new Map<number, Map<string, number>>();
	for (const row of rows)
		lastSent
			.getOrInsertComputed(row.workspace_key, () => new Map<string, number>())
			.set(row.category, row.until_sequence ?? Number.POSITIVE_INFINITY);
	return ({ workspaceKey, category, sequence }) => workspaceKey === null || sequence <= (lastSent.get(workspaceKey)?.get(category) ?? 0);
}
