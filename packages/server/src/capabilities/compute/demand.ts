/** What a cluster is asked to do, and what that makes of its nodes. */
import type { NodeState } from '@runstead/contract';
import { decideScaling, type ScalingDecision } from './scaling.ts';
import type { ClusterRecord, NodeRecord } from './store.ts';

/** What a compute target is asked to do, as the jobs know it. */
export interface Demand {
	readonly queued: number;
	/** Runs that are executed, by the agent that has each. */
	readonly active: ReadonlyMap<string, string>;
}

const MICROS_PER_SECOND = 1_000_000;

/** How many nodes a cluster should have now. */
export function decide(cluster: ClusterRecord, nodes: readonly NodeRecord[], demand: Demand, now: number): ScalingDecision {
	const busyNodes = new Set(demand.active.values());
	if (cluster.deleting === 1) return { target: 0, add: 0, remove: nodes.filter(({ id }) => !busyNodes.has(id)).map(({ id }) => id) };
	return decideScaling({
		minNodes: cluster.min_nodes,
		maxNodes: cluster.max_nodes,
		idleMicros: cluster.idle_seconds * MICROS_PER_SECOND,
		maxConcurrentRuns: cluster.max_concurrent_runs,
		queuedRuns: demand.queued,
		busyNodes,
		nodes,
		now,
	});
}

/** A node's state as it is shown: an idle one with a job is running. */
export function shownState(node: NodeRecord, demand: Demand): NodeState {
	return node.state === 'idle' && [...demand.active.values()].includes(node.id) ? 'running' : node.state;
}
