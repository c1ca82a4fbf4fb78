/** How many nodes a cluster should have, and which of them should go. No clock, no database: a decision alone. */
import type { NodeRecord } from './store.ts';

export interface ScalingState {
	readonly minNodes: number;
	readonly maxNodes: number;
	readonly idleMicros: number;
	/** Nodes that waiting runs take. */
	readonly queuedNodes: number;
	/** Ids of the nodes that execute something. */
	readonly busyNodes: ReadonlySet<string>;
	readonly nodes: readonly NodeRecord[];
	readonly now: number;
}

export interface ScalingDecision {
	/** How many nodes there should be. */
	readonly target: number;
	/** Nodes to make. */
	readonly add: number;
	/** Nodes to let go, by id. */
	readonly remove: readonly string[];
}

/** A node that will not do, or was taken away, stays so long for a person to see. */
export const BROKEN_KEPT_MICROS = 300_000_000;

/**
 * A cluster grows at once to what its queue needs, within its bounds; it shrinks when nodes have been idle for their time.
 * Nodes that joined by themselves come and go by themselves; cordoned and unusable ones do no work, and so do not count.
 */
export function decideScaling(state: ScalingState): ScalingDecision {
	const { minNodes, maxNodes, queuedNodes, busyNodes, nodes } = state;
	const own = nodes.filter((node) => node.joined === 0 && node.state !== 'leaving');
	const working = nodes.filter((node) => node.cordoned === 0 && (node.state === 'idle' || node.state === 'preparing'));
	const demand = queuedNodes + busyNodes.size;
	const wanted = Math.min(maxNodes, Math.max(minNodes, demand));
	// One that will not do takes the place of one that would not do either; one that was taken away has given its place back.
	const placed = own.filter((node) => node.state !== 'preempted').length;
	const add = Math.max(0, Math.min(wanted - working.length, maxNodes - placed));
	const removable = own.filter((node) => !busyNodes.has(node.id));
	const broken = own.filter((node) => node.state === 'unusable' || node.state === 'preempted');
	const unusable = broken.filter((node) => !busyNodes.has(node.id) && state.now - node.state_time >= BROKEN_KEPT_MICROS);
	const drained = removable.filter((node) => node.cordoned === 1 && node.state === 'idle');
	const surplus = Math.max(0, own.length - drained.length - broken.length - Math.max(wanted, minNodes));
	const idle = removable
		.filter(
			(node) => node.state === 'idle' && node.cordoned === 0 && node.idle_since !== null && state.now - node.idle_since >= state.idleMicros,
		)
		// The longest idle goes first.
		.sort((left, right) => (left.idle_since as number) - (right.idle_since as number))
		.slice(0, surplus);
	return { target: wanted, add, remove: [...unusable, ...idle].map(({ id }) => id) };
}
