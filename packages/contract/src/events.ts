/** The types of events in the outbox, each with what its data holds. */

import type { AlertState } from './alerts.ts';
import type { Lifecycle } from './common.ts';
import type { NodeState } from './compute.ts';
import type { RunError } from './runs.ts';
import type { RunStatus } from './status.ts';

/** A cluster as it was then: what its log tables show of it later (docs/concepts/compute-events.md). */
export interface ClusterEventData {
	name: string;
	createdBy: string;
	createdTime: string;
	vmSize: string;
	vmFamily: string | null;
	vmPriority: string;
	coresPerNode: number;
	minNodes: number;
	maxNodes: number;
	idleSecondsBeforeScaleDown: number;
	allocationState: 'steady' | 'resizing';
	currentNodes: number;
	targetNodes: number;
	nodeCounts: Record<NodeState, number>;
	/** Of a change of its size: whether it has more nodes than before; else null. */
	isGrowing: boolean | null;
	/** The quota of its family, or that of low priority, in its workspace. */
	quota: { name: string; limitCores: number; usedCores: number } | null;
}

export interface NodeEventData {
	/** Id of the cluster. */
	cluster: string;
	clusterName: string;
	clusterCreatedTime: string;
	vmSize: string;
	vmFamily: string | null;
	vmPriority: string;
	cores: number;
	/** It came by itself, and counts towards no quota. */
	joined: boolean;
	/** Null: it was not there before. */
	from: NodeState | null;
	to: NodeState | 'gone';
	reason: string | null;
	/** What it executes, when it begins to. */
	runId: string | null;
	allocatedTime: string;
	bootTime: string | null;
}

export interface JobEventData {
	what: 'submitted' | 'queued' | 'started' | 'succeeded' | 'failed' | 'cancelled';
	jobName: string;
	experimentId: string;
	experimentName: string;
	/** Id of the cluster; null: `local`. */
	cluster: string | null;
	clusterName: string;
	/** Those that it has, or had. */
	nodes: string[];
	nodeCount: number;
	attempt: number;
	/** mpi, pytorch, tensorflow; python for a script, command for anything else. */
	toolType: string;
	workerCount: number | null;
	parameterServerCount: number | null;
	error: RunError | null;
}

export interface EventData {
	'workspace.created': { name: string };
	'experiment.created': { name: string };
	'experiment.changed': { name: string; lifecycle: Lifecycle };
	'cluster.created': ClusterEventData;
	'cluster.changed': ClusterEventData;
	'cluster.resized': ClusterEventData;
	'cluster.deleting': ClusterEventData;
	'cluster.deleted': ClusterEventData;
	'node.changed': NodeEventData;
	/** Of a run with something to execute. */
	'job.changed': JobEventData;
	/** Of a workspace, or (its `scope` is server) of all of them; null: the default, or no share of its own. */
	'quota.changed': { quota: string; scope: 'workspace' | 'server'; from: number | null; to: number | null };
	'quota.requested': { quota: string; limitCores: number; reason: string };
	'quota.decided': { quota: string; limitCores: number; granted: boolean; reason: string | null };
	'environment.registered': { name: string; version: number };
	'environment.archived': { name: string; archived: boolean };
	/** Of a dataset that clients of Azure ML registered: the subject is its id. */
	'dataset.registered': { name: string; version: number };
	'dataset.changed': { name: string; fields: string[] };
	'dataset.unregistered': { name: string };
	'run.created': { experimentId: string; parentId: string | null; rootId: string; type: string };
	'run.status': { from: RunStatus; to: RunStatus; reason: string | null; error: RunError | null };
	/** A job lost its node and waits in its queue again; `attempt` is the number of the one that was lost. */
	'job.requeued': { node: string; attempt: number; requeues: number; preempted: boolean; reason: string };
	'run.changed': { fields: string[] };
	'run.lifecycle': { from: Lifecycle; to: Lifecycle };
	'run.purged': { freedBytes: number };
	'alert-rule.created': { name: string };
	'alert-rule.changed': { name: string; fields: string[] };
	'alert-rule.deleted': { name: string };
	/** Of an alert; `rule` is the name of its rule. */
	'alert.fired': {
		rule: string;
		severity: number;
		dimensions: Record<string, string>;
		value: number | null;
		summary: string;
		runId: string | null;
	};
	'alert.resolved': { rule: string; severity: number; reason: string };
	/** A person acknowledged, closed or reopened it. */
	'alert.changed': { rule: string; severity: number; state: AlertState; comment: string | null };
	'view.created': { name: string; version: number };
	'view.changed': { name: string; version: number };
	'view.deleted': { name: string };
	'view.restored': { name: string };
	'model.created': { name: string };
	'model.changed': { name: string; fields: string[] };
	'model.deleted': { name: string };
	/** Of a model; the subject is `name:version`. */
	'model.version': { name: string; version: number; what: 'registered' | 'changed' | 'deleted'; stage: string; runId: string | null };
	/** Without secrets: what it chooses and which kinds of destinations it has. */
	'diagnostic-setting.changed': { name: string; categories: string[]; destinations: string[] };
	'diagnostic-setting.deleted': { name: string };
	'data.written': { datastore: string; path: string; sizeBytes: number };
	'data.deleted': { datastore: string; path: string };
	/** Of a token that a person made; null: good for every workspace. */
	'token.created': { note: string; workspaceId: string | null; expiryTime: string };
	'token.revoked': { note: string };
	'file.written': { path: string; version: number; sizeBytes: number };
	'file.deleted': { path: string };
}

export type EventType = keyof EventData;
