/** What a cluster is asked to do, and what that makes of its nodes. */
import type { NodeState } from '@runstead/contract';
import { decideScaling, type ScalingDecision } from './scaling.ts';
import type { ClusterRecord, NodeRecord } from './store.ts';

/** What a compute target is asked to do, as the jobs know it. */
export interface Demand {
	/** Runs that wait. */
	readonly queued: number;
	/** Nodes that they take, all together and the largest of them. */
	readonly queuedNodes: number;
	readonly widestQueued: number;
	/** Runs that are executed. */
	readonly active: ReadonlySet<string>;
	/** The run that each node executes, by the id of the node. */
	readonly busy: ReadonlyMap<string, string>;
}

const MICROS_PER_SECOND = 1_000_000;

/** How many nodes a cluster should have now. */
export function decide(cluster: ClusterRecord, nodes: readonly NodeRecord[], demand: Demand, now: number): ScalingDecision {
	const busyNodes = new Set(demand.busy.keys());
	if (cluster.deleting === 1) return { target: 0, add: 0, remove: nodes.filter(({ id }) => !busyNodes.has(id)).map(({ id }) => id) };
	return decideScaling({
		minNodes: cluster.min_nodes,
		maxNodes: cluster.max_nodes,
		idleMicros: cluster.idle_seconds * MICROS_PER_SECOND,
		queuedNodes: startableNodes(cluster, demand),
		busyNodes,
		nodes,
		now,
	});
}

/** Nodes that waiting runs take, as far as so many runs may be executed at once. */
function startableNodes({ max_concurrent_runs: runsMax }: ClusterRecord, { active, queuedNodes, widestQueued }: Demand): number {
	return runsMax === null ? queuedNodes : Math.min(queuedNodes, Math.max(0, runsMax - active.size) * widestQueued);
}

/** A node's state as it is shown: an idle one with a job is running. */
export function shownState(node: NodeRecord, demand: Demand): NodeState {
	return node.state === 'idle' && demand.busy.has(node.id) ? 'running' : node.state;
}
