/** The types of events in the outbox, each with what its data holds. */

import type { Lifecycle } from './common.ts';
import type { NodeState } from './compute.ts';
import type { RunError } from './runs.ts';
import type { RunStatus } from './status.ts';

/** A cluster as it was then: what its log tables show of it later. */
export interface ClusterEventData {
	name: string;
	vmSize: string;
	vmPriority: string;
	minNodes: number;
	maxNodes: number;
	currentNodes: number;
	targetNodes: number;
}

export interface EventData {
	'workspace.created': { name: string };
	'experiment.created': { name: string };
	'experiment.changed': { name: string; lifecycle: Lifecycle };
	'cluster.created': ClusterEventData;
	'cluster.changed': ClusterEventData;
	'cluster.resized': ClusterEventData;
	'cluster.deleted': ClusterEventData;
	'node.changed': { cluster: string; clusterName: string; from: NodeState | null; to: NodeState | 'gone'; reason: string | null };
	/** Of a workspace, or (its `scope` is server) of all of them; null: the default, or no share of its own. */
	'quota.changed': { quota: string; scope: 'workspace' | 'server'; from: number | null; to: number | null };
	'quota.requested': { quota: string; limitCores: number; reason: string };
	'quota.decided': { quota: string; limitCores: number; granted: boolean; reason: string | null };
	'environment.registered': { name: string; version: number };
	'environment.archived': { name: string; archived: boolean };
	'run.created': { experimentId: string; parentId: string | null; rootId: string; type: string };
	'run.status': { from: RunStatus; to: RunStatus; reason: string | null; error: RunError | null };
	/** A job lost its node and waits in its queue again; `attempt` is the number of the one that was lost. */
	'job.requeued': { node: string; attempt: number; requeues: number; preempted: boolean; reason: string };
	'run.changed': { fields: string[] };
	'run.lifecycle': { from: Lifecycle; to: Lifecycle };
	'run.purged': { freedBytes: number };
	'view.created': { name: string; version: number };
	'view.changed': { name: string; version: number };
	'view.deleted': { name: string };
	'file.written': { path: string; version: number; sizeBytes: number };
	'file.deleted': { path: string };
}

export type EventType = keyof EventData;
