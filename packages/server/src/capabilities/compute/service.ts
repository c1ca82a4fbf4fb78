/** Compute: clusters and their nodes. What they execute is the jobs capability's; how nodes are made is an engine's. */
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import type { NodesInUse } from '../quotas/standing.ts';
import { createClusters } from './clusters.ts';
import { createEmitCluster } from './compute-events.ts';
import type { ComputeServiceOptions } from './compute-options.ts';
import { decide } from './demand.ts';
import { createHistory } from './history.ts';
import { createJoinedNodes, fateOf } from './joined-nodes.ts';
import { createNodeChanges } from './node-changes.ts';
import { createNodes } from './nodes.ts';
import { createPreemption } from './preemption.ts';
import { createPresence } from './presence.ts';
import { createRoomOf } from './room.ts';
import { createStandings } from './standings.ts';
import * as store from './store.ts';

export type { Demand } from './demand.ts';
export type { ClusterStanding, NodeCapacity } from './standings.ts';
export type { ClusterRecord } from './store.ts';

/** What should become of a cluster now. */
export interface ClusterPlan {
	readonly cluster: store.ClusterRecord;
	readonly nodes: readonly store.NodeRecord[];
	/** Nodes to make. */
	readonly add: number;
	/** Nodes to let go, by id. */
	readonly remove: readonly string[];
	/** Joined nodes of which nothing is heard, with what should become of each. */
	readonly silent: readonly { readonly id: string; readonly to: 'unusable' | 'gone'; readonly reason: string }[];
	/** Nodes that execute something, by id. */
	readonly busy: ReadonlySet<string>;
	/** It was deleted, and nothing is left of it. */
	readonly isOver: boolean;
}

export type ComputeService = ReturnType<typeof createComputeService>;

export function createComputeService(options: ComputeServiceOptions) {
	const { database, demandOf } = options;
	const roomOf = createRoomOf(options);
	const emitCluster = createEmitCluster(options);
	const clusters = createClusters({ ...options, roomOf, emitCluster });
	const presence = createPresence();
	const parts = {
		...options,
		roomOf,
		emitCluster,
		find: clusters.find,
		changes: createNodeChanges(emitCluster, options.onChanged),
		presence,
	};
	const nodes = createNodes(parts);
	const preemption = createPreemption(parts);
	return {
		...clusters,
		...nodes,
		...preemption,
		...createJoinedNodes({ ...parts, preemptIn: preemption.preemptIn }),
		...createHistory({ database, find: clusters.find }),
		...createStandings({ database, demandOf }),

		/** What counts towards quotas. */
		countNodes: async (db: Kysely<Tables>): Promise<NodesInUse[]> =>
			(await store.countNodesInUse(db)).map((row) => ({
				workspaceKey: row.workspace_key,
				vmSize: row.vm_size,
				vmPriority: row.vm_priority,
				nodes: Number(row.nodes),
			})),

		/** For the engine: every cluster with its nodes and what should become of them. */
		async plan(now: number): Promise<ClusterPlan[]> {
			const clusters = await store.allClusters(database.read);
			return Promise.all(
				clusters.map(async (cluster) => {
					const [nodes, demand] = await Promise.all([store.nodesOf(database.read, cluster.key), demandOf(cluster.id)]);
					const { add, remove } = decide(cluster, nodes, demand, now);
					const room = add > 0 ? (await roomOf(database.read, cluster)).nodes : 0;
					const busy = new Set(demand.busy.keys());
					return {
						cluster,
						nodes,
						add: Math.min(add, room),
						remove,
						silent: nodes.flatMap((node) => {
							const fate = fateOf(node, busy.has(node.id), presence, now);
							return fate ? [{ id: node.id, ...fate }] : [];
						}),
						busy,
						isOver: cluster.deleting === 1 && nodes.length === 0 && demand.active.size === 0,
					};
				}),
			);
		},
	};
}
