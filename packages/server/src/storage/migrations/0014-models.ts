/** Models with their versions, tags and aliases; sets of files that belong to something other than a run. */
import type { ColumnTypes, Migration } from './migration.ts';

export const models: Migration = {
	number: 14,
	name: 'models',
	statements: ({ id, integer, text }: ColumnTypes) => [
		`create table file_set_file (
			set_id ${text} not null, path ${text} not null, size_bytes ${integer} not null, sha256 ${text} not null,
			modified_time ${integer} not null, primary key (set_id, path))`,
		`create table model (
			key ${id}, workspace_key ${integer} not null references workspace (key), name ${text} not null, description ${text},
			last_version ${integer} not null, created_time ${integer} not null, modified_time ${integer} not null, created_by ${text} not null,
			unique (workspace_key, name))`,
		`create table model_version (
			key ${id}, model_key ${integer} not null references model (key) on delete cascade, version ${integer} not null,
			description ${text}, stage ${text} not null, status ${text} not null, status_message ${text}, source ${text} not null,
			download_uri ${text}, run_id ${text}, run_link ${text}, experiment_name ${text}, logged_model_id ${text},
			framework ${text}, framework_version ${text}, properties ${text} not null, details ${text} not null,
			file_count ${integer} not null, size_bytes ${integer} not null,
			created_time ${integer} not null, modified_time ${integer} not null, created_by ${text} not null, unique (model_key, version))`,
		'create index model_version_by_run on model_version (run_id)',
		// Version 0 is the model itself.
		`create table model_tag (
			model_key ${integer} not null references model (key) on delete cascade, version ${integer} not null, key ${text} not null,
			value ${text} not null, primary key (model_key, version, key))`,
		`create table model_alias (
			model_key ${integer} not null references model (key) on delete cascade, alias ${text} not null, version ${integer} not null,
			primary key (model_key, alias))`,
	],
};
