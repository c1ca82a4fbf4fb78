/** Registered models, models and data that runs read and made. */
import type { ModelStage, ModelVersionStatus } from '@runstead/contract';
import type { Generated } from 'kysely';

export interface ModelTable {
	key: Generated<number>;
	workspace_key: number;
	name: string;
	description: string | null;
	/** The greatest number that was given to a version, those that are gone among them. */
	last_version: number;
	created_time: number;
	modified_time: number;
	created_by: string;
}

export interface ModelVersionTable {
	key: Generated<number>;
	model_key: number;
	version: number;
	description: string | null;
	stage: ModelStage;
	status: ModelVersionStatus;
	status_message: string | null;
	source: string;
	/** Where a foreign client finds its files, if not at its source. */
	download_uri: string | null;
	run_id: string | null;
	run_link: string | null;
	experiment_name: string | null;
	logged_model_id: string | null;
	framework: string | null;
	framework_version: string | null;
	properties: string;
	details: string;
	file_count: number;
	size_bytes: number;
	created_time: number;
	modified_time: number;
	created_by: string;
}

/** A tag of a version; of version 0, of the model itself. */
export interface ModelTagTable {
	model_key: number;
	version: number;
	key: string;
	value: string;
}

export interface ModelAliasTable {
	model_key: number;
	alias: string;
	version: number;
}

/** Data that runs of an experiment read, as whoever read it describes it. */
export interface DatasetTable {
	key: Generated<number>;
	id: string;
	experiment_key: number;
	name: string;
	digest: string;
	source_type: string;
	source: string;
	/** Its columns or shape, in the words of whoever read it. */
	columns: string | null;
	profile: string | null;
	created_time: number;
}

export interface RunDatasetTable {
	run_key: number;
	dataset_key: number;
	/** JSON: the context in which it was read, and the like. */
	tags: string;
}

export interface LoggedModelTable {
	key: Generated<number>;
	id: string;
	experiment_key: number;
	name: string;
	model_type: string | null;
	source_run_id: string | null;
	status: 'pending' | 'ready' | 'failed' | 'unspecified';
	status_message: string | null;
	deleted: number;
	created_time: number;
	modified_time: number;
}

export interface LoggedModelAttributeTable {
	model_key: number;
	kind: 'tag' | 'param';
	key: string;
	value: string;
}

export interface LoggedModelMetricTable {
	model_key: number;
	name: string;
	time: number;
	step: number;
	run_id: string;
	/** Null: it is no number. */
	value: number | null;
	dataset_name: string | null;
	dataset_digest: string | null;
}

/** A logged model that a run read or made. */
export interface RunModelTable {
	run_key: number;
	role: 'input' | 'output';
	model_id: string;
	step: number;
}

export interface ModelTables {
	model: ModelTable;
	model_version: ModelVersionTable;
	model_tag: ModelTagTable;
	model_alias: ModelAliasTable;
	dataset: DatasetTable;
	run_dataset: RunDatasetTable;
	logged_model: LoggedModelTable;
	logged_model_attribute: LoggedModelAttributeTable;
	logged_model_metric: LoggedModelMetricTable;
	run_model: RunModelTable;
}
