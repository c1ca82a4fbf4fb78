/** The first schema: workspaces, experiments, runs, metrics, files, snapshots, jobs and the outbox. */
import type { ColumnTypes, Migration } from './migration.ts';

export const foundation: Migration = {
	number: 1,
	name: 'foundation',
	statements: ({ id, integer, text, real, bytes }: ColumnTypes) => [
		`create table server (key ${text} primary key, value ${text} not null)`,
		`create table counter (name ${text} primary key, value ${integer} not null)`,
		`insert into counter (name, value) values ('event', 0)`,
		`create table workspace (
			key ${id}, id ${text} not null unique, name ${text} not null, folded_name ${text} not null unique,
			resource_group ${text} not null, description ${text} not null, created_time ${integer} not null)`,
		`create table experiment (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key),
			name ${text} not null, description ${text} not null, tags ${text} not null, lifecycle ${text} not null,
			created_time ${integer} not null, last_run_number ${integer} not null, unique (workspace_key, name))`,
		`create table run (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key),
			experiment_key ${integer} not null references experiment (key), number ${integer} not null,
			parent_key ${integer}, root_key ${integer} not null, depth ${integer} not null,
			name ${text} not null, display_name ${text} not null, description ${text} not null,
			type ${text} not null, origin ${text} not null, submitted_by ${text} not null, target ${text},
			status ${text} not null, status_reason ${text}, status_actor ${text}, error ${text}, lifecycle ${text} not null,
			created_time ${integer} not null, start_time ${integer}, end_time ${integer},
			progress_done ${real}, progress_total ${real}, primary_metric ${text}, primary_direction ${text},
			data_container_id ${text} not null, snapshot_id ${text}, lease_seconds ${integer}, lease_expiry_time ${integer},
			unique (experiment_key, number))`,
		'create index run_by_time on run (workspace_key, lifecycle, created_time, key)',
		'create index run_by_experiment on run (experiment_key, lifecycle, created_time, key)',
		'create index run_by_parent on run (parent_key, created_time) where parent_key is not null',
		'create index run_by_root on run (root_key, key)',
		'create index run_by_status on run (workspace_key, status, key)',
		'create index run_by_lease on run (lease_expiry_time) where lease_expiry_time is not null',
		`create table run_attribute (
			run_key ${integer} not null references run (key) on delete cascade, kind ${text} not null, key ${text} not null,
			workspace_key ${integer} not null, value ${text}, head ${text}, number ${real}, primary key (run_key, kind, key))`,
		'create index run_attribute_by_head on run_attribute (workspace_key, kind, key, head, run_key)',
		'create index run_attribute_by_number on run_attribute (workspace_key, kind, key, number, run_key) where number is not null',
		`create table metric_series (
			key ${id}, run_key ${integer} not null references run (key) on delete cascade, workspace_key ${integer} not null,
			name ${text} not null, kind ${text} not null, point_count ${integer} not null, tail_points ${integer} not null,
			unique (run_key, name))`,
		`create table metric_column (
			series_key ${integer} not null references metric_series (key) on delete cascade, ordinal ${integer} not null,
			run_key ${integer} not null, workspace_key ${integer} not null, name ${text} not null, search_name ${text} not null, summary ${text} not null,
			first_number ${real}, last_number ${real}, min_number ${real}, max_number ${real}, mean_number ${real},
			primary key (series_key, ordinal))`,
		'create index metric_column_by_run on metric_column (run_key, search_name)',
		'create index metric_column_by_last on metric_column (workspace_key, search_name, last_number, run_key)',
		'create index metric_column_by_min on metric_column (workspace_key, search_name, min_number, run_key)',
		'create index metric_column_by_max on metric_column (workspace_key, search_name, max_number, run_key)',
		`create table metric_chunk (
			series_key ${integer} not null references metric_series (key) on delete cascade, first_arrival ${integer} not null,
			point_count ${integer} not null, sealed ${integer} not null, min_step ${real}, max_step ${real},
			min_time ${integer} not null, max_time ${integer} not null, data ${bytes} not null, outline ${bytes},
			primary key (series_key, first_arrival))`,
		`create table metric_definition (
			run_key ${integer} not null references run (key) on delete cascade, name ${text} not null, direction ${text},
			primary key (run_key, name))`,
		`create table metric_writer (
			run_key ${integer} not null references run (key) on delete cascade, writer ${text} not null, stored ${integer} not null,
			primary key (run_key, writer))`,
		`create table event (
			sequence ${integer} primary key, workspace_key ${integer}, type ${text} not null, subject ${text} not null,
			time ${integer} not null, actor ${text} not null, data ${text} not null)`,
		'create index event_by_subject on event (subject, sequence)',
		'create index event_by_workspace on event (workspace_key, sequence)',
		`create table job (
			run_key ${integer} primary key references run (key) on delete cascade, target ${text} not null, definition ${text} not null,
			agent ${text}, fence ${integer} not null, state ${text} not null, end_reason ${text}, exit_code ${integer}, signal ${integer})`,
		'create index job_by_state on job (target, state, run_key)',
		`create table run_file (
			key ${id}, run_key ${integer} not null references run (key) on delete cascade, path ${text} not null, version ${integer} not null,
			kind ${text} not null, size_bytes ${integer} not null, sha256 ${text}, sealed_by ${text}, cut ${integer} not null,
			content_type ${text} not null, newest ${integer} not null, created_time ${integer} not null, modified_time ${integer} not null,
			unique (run_key, path, version))`,
		'create unique index run_file_newest on run_file (run_key, path) where newest = 1',
		'create index run_file_by_content on run_file (sha256) where sha256 is not null',
		"create index run_file_growing on run_file (run_key) where kind = 'log' and sealed_by is null",
		`create table run_space (
			run_key ${integer} primary key references run (key) on delete cascade, file_count ${integer} not null,
			artifact_bytes ${integer} not null, log_bytes ${integer} not null)`,
		`create table upload (
			id ${text} primary key, run_key ${integer} not null references run (key) on delete cascade, path ${text} not null,
			size_bytes ${integer} not null, sha256 ${text} not null, content_type ${text} not null, created_time ${integer} not null)`,
		`create table blob (sha256 ${text} primary key, size_bytes ${integer} not null, holders ${integer} not null)`,
		`create table snapshot_content (
			workspace_key ${integer} not null references workspace (key), sha256 ${text} not null, size_bytes ${integer} not null,
			used ${integer} not null, uploaded_time ${integer} not null, primary key (workspace_key, sha256))`,
		'create index snapshot_content_unused on snapshot_content (uploaded_time) where used = 0',
		`create table snapshot (
			workspace_key ${integer} not null references workspace (key), id ${text} not null, size_bytes ${integer} not null,
			files ${text} not null, created_time ${integer} not null, primary key (workspace_key, id))`,
	],
};
