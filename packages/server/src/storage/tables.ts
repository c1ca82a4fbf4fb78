/** The tables as Kysely sees them. Times are integers: microseconds since 1970 in UTC. Flags are 0 or 1. JSON is text. */
import type { Direction, Lifecycle, MetricKind, NodeState, PartState, QuotaRequestState, RunStatus, VmPriority } from '@runstead/contract';
import type { Generated } from 'kysely';

export interface ServerTable {
	key: string;
	value: string;
}

export interface CounterTable {
	name: string;
	value: number;
}

export interface WorkspaceTable {
	key: Generated<number>;
	id: string;
	name: string;
	/** Lower-cased: names are unique whatever their case. */
	folded_name: string;
	resource_group: string;
	description: string;
	created_time: number;
}

export interface ExperimentTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	name: string;
	description: string;
	tags: string;
	lifecycle: Lifecycle;
	created_time: number;
	last_run_number: number;
}

export interface RunTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	experiment_key: number;
	number: number;
	parent_key: number | null;
	root_key: number;
	depth: number;
	name: string;
	display_name: string;
	description: string;
	type: string;
	origin: string;
	submitted_by: string;
	target: string | null;
	status: RunStatus;
	status_reason: string | null;
	status_actor: string | null;
	error: string | null;
	lifecycle: Lifecycle;
	created_time: number;
	start_time: number | null;
	end_time: number | null;
	progress_done: number | null;
	progress_total: number | null;
	primary_metric: string | null;
	primary_direction: Direction | null;
	data_container_id: string;
	snapshot_id: string | null;
	lease_seconds: number | null;
	lease_expiry_time: number | null;
}

export type AttributeKind = 'tag' | 'property' | 'param';

export interface RunAttributeTable {
	run_key: number;
	kind: AttributeKind;
	key: string;
	workspace_key: number;
	/** Null for a tag that is a key alone. */
	value: string | null;
	/** The first characters of the value, short enough for an index. */
	head: string | null;
	/** The value as a number where it reads as one, for comparisons. */
	number: number | null;
}

export interface MetricSeriesTable {
	key: Generated<number>;
	run_key: number;
	workspace_key: number;
	name: string;
	kind: MetricKind;
	point_count: number;
	/** Points in chunks that are not sealed. */
	tail_points: number;
}

/** A column of a series with its summary: as JSON for showing, and as numbers for searching. */
export interface MetricColumnTable {
	series_key: number;
	ordinal: number;
	run_key: number;
	workspace_key: number;
	name: string;
	/** What a search calls it: the metric's name for its first column, `metric.column` for the others of a row or table. */
	search_name: string;
	summary: string;
	first_number: number | null;
	last_number: number | null;
	min_number: number | null;
	max_number: number | null;
	mean_number: number | null;
}

export interface MetricChunkTable {
	series_key: number;
	first_arrival: number;
	point_count: number;
	/** 1 once it is full: it is never written again. */
	sealed: number;
	/** Least and greatest step; null if no point has one. */
	min_step: number | null;
	max_step: number | null;
	min_time: number;
	max_time: number;
	/** The points, packed: see the metrics capability's chunk.ts. */
	data: Uint8Array;
	/** Min, max and last of every few points of a sealed chunk, for charts: see outline.ts. */
	outline: Uint8Array | null;
}

/** What is known of a metric beside its points; it may be said before the first of them. */
export interface MetricDefinitionTable {
	run_key: number;
	name: string;
	direction: Direction | null;
}

export interface MetricWriterTable {
	run_key: number;
	writer: string;
	stored: number;
}

export interface EventTable {
	sequence: number;
	workspace_key: number | null;
	type: string;
	subject: string;
	time: number;
	actor: string;
	data: string;
}

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

export interface JobTable {
	run_key: number;
	experiment_key: number;
	/** The greater goes first. */
	priority: number;
	/** `local`, or the id of a cluster. */
	target: string;
	definition: string;
	agent: string | null;
	/** Grows with each lease; a report with an older one is refused. 0 before the first. */
	fence: number;
	/** Queued jobs wait; leased ones belong to an agent; ended ones are done. */
	state: 'queued' | 'leased' | 'ended';
	/** Set when the process tree is to be ended: why. */
	end_reason: string | null;
	exit_code: number | null;
	signal: number | null;
	/** How often the loss of a node, by no fault of a preemption, has sent it back to the queue. */
	requeues: number;
	/** A job of more than one node is leased by its parts. */
	node_count: number;
	/** The first of its parts that failed. */
	failed_rank: number | null;
}

/** What one node has of a job on several: it is there from the lease of the job until its next attempt. */
export interface JobPartTable {
	run_key: number;
	/** From 0; the node of rank 0 is the one that the others meet at. */
	rank: number;
	agent: string;
	/** Where the other nodes reach it. */
	address: string;
	fence: number;
	/** Given out until its agent has asked for it; ready when it may start as soon as the others may. */
	state: PartState;
	lease_expiry_time: number;
	/** What it offers the other nodes, as JSON, once it is ready. */
	offer: string | null;
	/** How its processes ended, as JSON. */
	outcome: string | null;
}

export interface RunFileTable {
	key: Generated<number>;
	run_key: number;
	path: string;
	version: number;
	kind: 'artifact' | 'log';
	size_bytes: number;
	/** Null for a log that still grows. */
	sha256: string | null;
	/** Who said that nothing follows in a log: its writer, for good; or the server when the run ended, until more comes. Null for artifacts. */
	sealed_by: 'writer' | 'server' | null;
	/** 1 for a log that reached the limit of its run: what follows is acknowledged, not kept. */
	cut: number;
	content_type: string;
	/** Whether it is the newest version of its path. */
	newest: number;
	created_time: number;
	modified_time: number;
}

/** How much the files of a run are, all versions, kept with each change. */
export interface RunSpaceTable {
	run_key: number;
	file_count: number;
	artifact_bytes: number;
	log_bytes: number;
}

export interface UploadTable {
	id: string;
	run_key: number;
	path: string;
	size_bytes: number;
	sha256: string;
	content_type: string;
	created_time: number;
}

/** Content by its hash, and how many hold it: each version of an artifact, each workspace whose snapshots know it. */
export interface BlobTable {
	sha256: string;
	size_bytes: number;
	holders: number;
}

/** Contents that a workspace has uploaded for its snapshots. */
/** A file of a datastore: one content a path. */
export interface DatastoreFileTable {
	workspace_key: number;
	datastore: string;
	path: string;
	size_bytes: number;
	sha256: string;
	modified_time: number;
}

export interface SnapshotContentTable {
	workspace_key: number;
	sha256: string;
	size_bytes: number;
	/** 1 once a snapshot is made of it; what stays 0 is dropped after a while. */
	used: number;
	uploaded_time: number;
}

export interface SnapshotTable {
	workspace_key: number;
	id: string;
	size_bytes: number;
	files: string;
	created_time: number;
}

/** What a page shows, kept under a name: the newest version. */
export interface ViewTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	experiment_key: number | null;
	name: string;
	scope: 'personal' | 'shared';
	owner: string;
	state: string;
	version: number;
	/** 1 for the one that the workspace opens with. */
	is_default: number;
	created_time: number;
	modified_time: number;
	modified_by: string;
}

/** Every version of a view, the newest too. */
export interface ViewVersionTable {
	view_key: number;
	version: number;
	name: string;
	state: string;
	time: number;
	actor: string;
}

export interface EnvironmentTable {
	key: Generated<number>;
	workspace_key: number;
	name: string;
	/** Lower-cased: names are unique in a workspace whatever their case. */
	folded_name: string;
	version: number;
	/** 1 on the greatest version of a name. */
	newest: number;
	/** The same on all versions of a name. */
	archived: number;
	description: string;
	tags: string;
	/** As it was checked; what is not asked for is left out. */
	specification: string;
	created_time: number;
	created_by: string;
}

/** A token that a person made; its id is the `jti` of the JWT, which is not kept. */
export interface AccessTokenTable {
	key: Generated<number>;
	id: string;
	note: string;
	subject: string;
	/** Names with spaces between. */
	permissions: string;
	/** Null: good for every workspace. */
	workspace_key: number | null;
	/** Name of the cluster that machines join with it. */
	compute: string | null;
	created_time: number;
	created_by: string;
	expiry_time: number;
	/** To the hour. */
	last_used_time: number | null;
	revoked_time: number | null;
	revoked_by: string | null;
}

export interface Tables {
	server: ServerTable;
	counter: CounterTable;
	workspace: WorkspaceTable;
	experiment: ExperimentTable;
	run: RunTable;
	run_attribute: RunAttributeTable;
	metric_series: MetricSeriesTable;
	metric_column: MetricColumnTable;
	metric_chunk: MetricChunkTable;
	metric_definition: MetricDefinitionTable;
	metric_writer: MetricWriterTable;
	event: EventTable;
	cluster: ClusterTable;
	node: NodeTable;
	quota_limit: QuotaLimitTable;
	quota_request: QuotaRequestTable;
	environment: EnvironmentTable;
	job: JobTable;
	job_part: JobPartTable;
	run_file: RunFileTable;
	run_space: RunSpaceTable;
	upload: UploadTable;
	blob: BlobTable;
	snapshot_content: SnapshotContentTable;
	snapshot: SnapshotTable;
	datastore_file: DatastoreFileTable;
	saved_view: ViewTable;
	saved_view_version: ViewVersionTable;
	access_token: AccessTokenTable;
}
