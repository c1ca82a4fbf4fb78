/** Workspaces and experiments, the views and tokens of people, and what the server keeps of itself. */
import type { Lifecycle } from '@runstead/contract';
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
	/** How long its runs without heartbeats may be silent; null: as long as is usual. */
	silence_seconds: number | null;
	/** Where clients put the artifacts of its runs, an address; null: here. */
	artifact_location: string | null;
	modified_time: number;
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
	/** Whose state it keeps. */
	page: 'runs' | 'logs';
	/** 1 for the one that the workspace opens with. */
	is_default: number;
	created_time: number;
	modified_time: number;
	modified_by: string;
	/** Null: it is not deleted. */
	deleted_time: number | null;
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

export interface WorkspaceTables {
	server: ServerTable;
	counter: CounterTable;
	workspace: WorkspaceTable;
	experiment: ExperimentTable;
	saved_view: ViewTable;
	saved_view_version: ViewVersionTable;
	access_token: AccessTokenTable;
}
