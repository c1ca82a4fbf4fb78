/** What a cluster may be called and how large it may be. */
import { LIMITS, RunsteadError, type Tags, type VmPriority, vmSizeOrNull } from '@runstead/contract';
import { serverMachine } from './server-machine.ts';
import type { ClusterRecord } from './store.ts';

export interface ClusterScale {
	readonly minNodes?: number;
	readonly maxNodes?: number;
	readonly idleSecondsBeforeScaleDown?: number;
	readonly maxConcurrentRuns?: number | null;
	readonly enforceMemory?: boolean;
	readonly description?: string;
	readonly tags?: Tags;
}

export interface NewCluster extends ClusterScale {
	readonly name: string;
	readonly vmSize: string;
	readonly vmPriority?: VmPriority;
}

const DEFAULTS = { minNodes: 0, maxNodes: 1, idleSecondsBeforeScaleDown: 1_800 } as const;
const NAME = /^[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;

/** The bounds of a cluster that is made. */
export const newScaleOf = (fields: ClusterScale) =>
	scaleOf(fields, {
		min_nodes: DEFAULTS.minNodes,
		max_nodes: Math.max(DEFAULTS.maxNodes, fields.minNodes ?? 0),
		idle_seconds: DEFAULTS.idleSecondsBeforeScaleDown,
		max_concurrent_runs: null,
		enforce_memory: 0,
	});

type Scale = Pick<ClusterRecord, 'min_nodes' | 'max_nodes' | 'idle_seconds' | 'max_concurrent_runs' | 'enforce_memory'>;

/** The bounds of a cluster after a change. @throws {RunsteadError} invalid-request. */
export function scaleOf(change: ClusterScale, now: Scale): Scale {
	const scale = {
		min_nodes: change.minNodes ?? now.min_nodes,
		max_nodes: change.maxNodes ?? now.max_nodes,
		idle_seconds: change.idleSecondsBeforeScaleDown ?? now.idle_seconds,
		max_concurrent_runs: change.maxConcurrentRuns === undefined ? now.max_concurrent_runs : change.maxConcurrentRuns,
		enforce_memory: change.enforceMemory === undefined ? now.enforce_memory : Number(change.enforceMemory),
	};
	if (scale.min_nodes > scale.max_nodes)
		throw new RunsteadError('invalid-request', { what: `minNodes (${scale.min_nodes}) is greater than maxNodes (${scale.max_nodes}).` });
	return scale;
}

/** @throws {RunsteadError} invalid-name. */
export function checkName(name: string): void {
	const { min, max } = LIMITS.computeNameCharacters;
	const reason =
		name.length < min || name.length > max
			? `it has ${name.length} characters; ${min} to ${max} are allowed`
			: name.toLowerCase() === 'local'
				? '"local" is this machine itself'
				: NAME.test(name)
					? null
					: 'it takes letters, digits and hyphens, begins with a letter and does not end with a hyphen';
	if (reason !== null) throw new RunsteadError('invalid-name', { noun: 'compute target', given: JSON.stringify(name), reason });
}

/** Nodes are processes of this machine: more cores than it has are shared, and that is said. */
export function noteOf(cluster: ClusterRecord): string | null {
	const size = vmSizeOrNull(cluster.vm_size);
	const cores = (size?.cores ?? 0) * cluster.max_nodes;
	const own = serverMachine().cpus.length;
	if (cores <= own) return null;
	return `${cluster.max_nodes} nodes of ${cluster.vm_size} stand for ${cores} cores; this machine has ${own}, which its nodes share.`;
}
