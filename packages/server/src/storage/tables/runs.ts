/** Runs and their attributes. */
import type { Direction, Lifecycle, RunStatus } from '@runstead/contract';
import type { Generated } from 'kysely';

export type AttributeKind = 'tag' | 'property' | 'param';

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
	/** 0 where its client sends none: silence is then no sign that it is lost. */
	sends_heartbeats: number;
}

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

export interface RunTables {
	run: RunTable;
	run_attribute: RunAttributeTable;
}
