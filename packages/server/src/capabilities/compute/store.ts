/** Clusters and nodes in SQL. */
import { type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import type { ClusterTable, EventTable, NodeTable, Tables } from '../../storage/tables.ts';

export type ClusterRecord = Selectable<ClusterTable>;
export type NodeRecord = Selectable<NodeTable>;

export async function insertCluster(db: Kysely<Tables>, cluster: Omit<ClusterRecord, 'key'>): Promise<ClusterRecord> {
	const { key } = await db.insertInto('cluster').values(cluster).returning('key').executeTakeFirstOrThrow();
	return { ...cluster, key };
}

export function clusterByName(db: Kysely<Tables>, workspaceKey: number, foldedName: string): Promise<ClusterRecord | undefined> {
	return db
		.selectFrom('cluster')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where('folded_name', '=', foldedName)
		.where('deleting', '=', 0)
		.executeTakeFirst();
}

export function clusterById(db: Kysely<Tables>, id: string): Promise<ClusterRecord | undefined> {
	return db.selectFrom('cluster').selectAll().where('id', '=', id).executeTakeFirst();
}

export function clusterByKey(db: Kysely<Tables>, key: number): Promise<ClusterRecord | undefined> {
	return db.selectFrom('cluster').selectAll().where('key', '=', key).executeTakeFirst();
}

export function clustersByName(db: Kysely<Tables>, workspaceKey: number, afterFoldedName: string, limit: number): Promise<ClusterRecord[]> {
	return db
		.selectFrom('cluster')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where('folded_name', '>', afterFoldedName)
		.where('deleting', '=', 0)
		.orderBy('folded_name')
		.limit(limit)
		.execute();
}

/** Every cluster of the server, those on their way out too. */
export function allClusters(db: Kysely<Tables>): Promise<ClusterRecord[]> {
	return db.selectFrom('cluster').selectAll().orderBy('key').execute();
}

export async function updateCluster(db: Kysely<Tables>, key: number, change: Updateable<ClusterTable>): Promise<void> {
	await db.updateTable('cluster').set(change).where('key', '=', key).execute();
}

export async function deleteCluster(db: Kysely<Tables>, key: number): Promise<void> {
	await db.deleteFrom('node').where('cluster_key', '=', key).execute();
	await db.deleteFrom('cluster').where('key', '=', key).execute();
}

export async function insertNode(db: Kysely<Tables>, node: Omit<NodeRecord, 'key'>): Promise<NodeRecord> {
	const { key } = await db.insertInto('node').values(node).returning('key').executeTakeFirstOrThrow();
	return { ...node, key };
}

export function nodeById(db: Kysely<Tables>, id: string): Promise<NodeRecord | undefined> {
	return db.selectFrom('node').selectAll().where('id', '=', id).executeTakeFirst();
}

export function nodesOf(db: Kysely<Tables>, clusterKey: number): Promise<NodeRecord[]> {
	return db.selectFrom('node').selectAll().where('cluster_key', '=', clusterKey).orderBy('key').execute();
}

export interface NodesInUseRow {
	readonly workspace_key: number;
	readonly vm_size: string;
	readonly vm_priority: string;
	readonly nodes: number;
}

/** Nodes that take cores of the server, by workspace and size: those that joined bring their own, and a preempted one has given its back. */
export async function countNodesInUse(db: Kysely<Tables>): Promise<NodesInUseRow[]> {
	return db
		.selectFrom('node')
		.innerJoin('cluster', 'cluster.key', 'node.cluster_key')
		.select(({ fn }) => ['cluster.workspace_key', 'cluster.vm_size', 'cluster.vm_priority', fn.countAll<number>().as('nodes')])
		.where('node.joined', '=', 0)
		.where('node.state', '!=', 'preempted')
		.groupBy(['cluster.workspace_key', 'cluster.vm_size', 'cluster.vm_priority'])
		.execute();
}

export async function updateNode(db: Kysely<Tables>, key: number, change: Updateable<NodeTable>): Promise<void> {
	await db.updateTable('node').set(change).where('key', '=', key).execute();
}

export async function deleteNode(db: Kysely<Tables>, key: number): Promise<void> {
	await db.deleteFrom('node').where('key', '=', key).execute();
}

/** What happened to a cluster and its nodes before an event, newest first. The condition on the type is that of the index. */
export function eventsBefore(db: Kysely<Tables>, cluster: ClusterRecord, before: number, limit: number): Promise<Selectable<EventTable>[]> {
	const isOfNode = `%"cluster":"${cluster.id}"%`;
	return db
		.selectFrom('event')
		.selectAll()
		.where('workspace_key', '=', cluster.workspace_key)
		.where('sequence', '<', before)
		.where(sql<boolean>`(type like 'node.%' or type like 'cluster.%')`)
		.where(({ or, eb }) => or([eb('subject', '=', cluster.id), eb('data', 'like', isOfNode)]))
		.orderBy('sequence', 'desc')
		.limit(limit)
		.execute();
}
