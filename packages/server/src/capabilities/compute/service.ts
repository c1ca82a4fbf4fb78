/** Compute: clusters and their nodes. What they execute is the jobs capability's; how nodes are made is an engine's. */
import { createClusters } from './clusters.ts';
import type { ComputeServiceOptions } from './compute-options.ts';
import { decide } from './demand.ts';
import { createHistory } from './history.ts';
import { createNodes } from './nodes.ts';
import * as store from './store.ts';

export type { Demand } from './demand.ts';
export type { ClusterRecord } from './store.ts';

/** What should become of a cluster now. */
export interface ClusterPlan {
	readonly cluster: store.ClusterRecord;
	readonly nodes: readonly store.NodeRecord[];
	/** Nodes to make. */
	readonly add: number;
	/** Nodes to let go, by id. */
	readonly remove: readonly string[];
	/** Nodes that execute something, by id. */
	readonly busy: ReadonlySet<string>;
	/** It was deleted, and nothing is left of it. */
	readonly isOver: boolean;
}

export type ComputeService = ReturnType<typeof createComputeService>;

export function createComputeService(options: ComputeServiceOptions) {
	const { database, demandOf } = options;
	const clusters = createClusters(options);
	const nodes = createNodes({ ...options, find: clusters.find });
	return {
		...clusters,
		...nodes,
		...createHistory({ database, find: clusters.find }),

		/** For the engine: every cluster with its nodes and what should become of them. */
		async plan(now: number): Promise<ClusterPlan[]> {
			const clusters = await store.allClusters(database.read);
			return Promise.all(
				clusters.map(async (cluster) => {
					const [nodes, demand] = await Promise.all([store.nodesOf(database.read, cluster.key), demandOf(cluster.id)]);
					const { add, remove } = decide(cluster, nodes, demand, now);
					return {
						cluster,
						nodes,
						add,
						remove,
						busy: new Set(demand.active.values()),
						isOver: cluster.deleting === 1 && nodes.length === 0 && demand.active.size === 0,
					};
				}),
			);
		},
	};
}
