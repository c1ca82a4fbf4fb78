/** What log records need of earlier events, from the outbox. */
import type { ClusterEventData, EventData } from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';

/** Of a run that was purged too: its events stay. */
export async function runCreated(db: Kysely<Tables>, runId: string): Promise<{ data: EventData['run.created']; actor: string } | null> {
	const row = await db
		.selectFrom('event')
		.select(['data', 'actor'])
		.where('subject', '=', runId)
		.where('type', '=', 'run.created')
		.orderBy('sequence')
		.limit(1)
		.executeTakeFirst();
	return row ? { data: JSON.parse(row.data) as EventData['run.created'], actor: row.actor } : null;
}

/** The events of a cluster up to one of them, the newest first. */
export async function clusterEvents(
	db: Kysely<Tables>,
	{ cluster, before, limit }: { cluster: string; before: number; limit: number },
): Promise<{ sequence: number; time: number; data: ClusterEventData }[]> {
	const rows = await db
		.selectFrom('event')
		.select(['sequence', 'time', 'data'])
		.where('subject', '=', cluster)
		.where('type', 'like', 'cluster.%')
		.where('sequence', '<', before)
		.orderBy('sequence', 'desc')
		.limit(limit)
		.execute();
	return rows.map((row) => ({ ...row, data: JSON.parse(row.data) as ClusterEventData }));
}

export async function clusterCreated(db: Kysely<Tables>, cluster: string): Promise<ClusterEventData | null> {
	const row = await db
		.selectFrom('event')
		.select('data')
		.where('subject', '=', cluster)
		.where('type', '=', 'cluster.created')
		.orderBy('sequence')
		.limit(1)
		.executeTakeFirst();
	return row ? (JSON.parse(row.data) as ClusterEventData) : null;
}
