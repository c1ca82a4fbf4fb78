/** Clusters, nodes and quotas. */
import type { NodeState, QuotaRequestState, VmPriority } from '@runstead/contract';
import type { Generated } from 'kysely';

export interface ClusterTable {
	key: Generated<number>;
	/** Jobs name their cluster by it. */
	id: string;
	workspace_key: number;
	name: string;
	/** Lower-cased: names are unique in a workspace whatever their case. */
	folded_name: string;
	vm_size: string;
	vm_priority: VmPriority;
	min_nodes: number;
	max_nodes: number;
	idle_seconds: number;
	max_concurrent_runs: number | null;
	enforce_memory: number;
	description: string;
	tags: string;
	created_time: number;
	created_by: string;
	modified_time: number;
	/** 1 once it was deleted: it is gone for everybody, and stays until its last job has ended. */
	deleting: number;
}

export interface NodeTable {
	key: Generated<number>;
	/** Also the id of its agent. */
	id: string;
	cluster_key: number;
	/** As stored; an idle node with a job is shown as running. */
	state: Exclude<NodeState, 'running'>;
	state_reason: string | null;
	/** When it came to its state. */
	state_time: number;
	cordoned: number;
	joined: number;
	/** What a joined node has said of its machine, as JSON. */
	machine: string | null;
	allocated_time: number;
	boot_time: number | null;
	idle_since: number | null;
}

/** A limit that was set; the others have their default. */
export interface QuotaLimitTable {
	key: Generated<number>;
	/** 0: of the whole server. */
	workspace_key: number;
	quota: string;
	limit_cores: number;
}

export interface QuotaRequestTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	quota: string;
	limit_cores: number;
	limit_cores_before: number;
	reason: string;
	state: QuotaRequestState;
	requested_time: number;
	requested_by: string;
	decided_time: number | null;
	decided_by: string | null;
	decision_reason: string | null;
}

export interface ComputeTables {
	cluster: ClusterTable;
	node: NodeTable;
	quota_limit: QuotaLimitTable;
	quota_request: QuotaRequestTable;
}
