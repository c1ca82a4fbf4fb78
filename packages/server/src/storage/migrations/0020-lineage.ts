/** What runs take in and make: datasets, logged models; and traces of programs, with their spans and assessments. */
import type { ColumnTypes, Migration } from './migration.ts';

export const lineage: Migration = {
	number: 20,
	name: 'lineage',
	statements: ({ id, integer, text, real }: ColumnTypes) => [
		`create table dataset (
			key ${id}, id ${text} not null unique, experiment_key ${integer} not null references experiment (key), name ${text} not null,
			digest ${text} not null, source_type ${text} not null, source ${text} not null, columns ${text}, profile ${text},
			created_time ${integer} not null, unique (experiment_key, name, digest))`,
		`create table run_dataset (
			run_key ${integer} not null references run (key) on delete cascade, dataset_key ${integer} not null references dataset (key),
			tags ${text} not null, primary key (run_key, dataset_key))`,
		'create index run_dataset_by_dataset on run_dataset (dataset_key)',

		`create table logged_model (
			key ${id}, id ${text} not null unique, experiment_key ${integer} not null references experiment (key), name ${text} not null,
			model_type ${text}, source_run_id ${text}, status ${text} not null, status_message ${text}, deleted ${integer} not null,
			created_time ${integer} not null, modified_time ${integer} not null)`,
		'create index logged_model_by_experiment on logged_model (experiment_key, created_time)',
		'create index logged_model_by_run on logged_model (source_run_id)',
		`create table logged_model_attribute (
			model_key ${integer} not null references logged_model (key) on delete cascade, kind ${text} not null, key ${text} not null,
			value ${text} not null, primary key (model_key, kind, key))`,
		`create table logged_model_metric (
			model_key ${integer} not null references logged_model (key) on delete cascade, name ${text} not null, time ${integer} not null,
			step ${integer} not null, run_id ${text} not null, value ${real}, dataset_name ${text}, dataset_digest ${text},
			primary key (model_key, name, time, step, run_id))`,
		`create table run_model (
			run_key ${integer} not null references run (key) on delete cascade, role ${text} not null, model_id ${text} not null,
			step ${integer} not null, primary key (run_key, role, model_id, step))`,

		`create table trace (
			key ${id}, id ${text} not null unique, experiment_key ${integer} not null references experiment (key),
			request_time ${integer} not null, duration_ms ${integer}, state ${text} not null, client_request_id ${text},
			request_preview ${text}, response_preview ${text}, complete ${integer} not null)`,
		'create index trace_by_experiment on trace (experiment_key, request_time)',
		`create table trace_attribute (
			trace_key ${integer} not null references trace (key) on delete cascade, kind ${text} not null, key ${text} not null,
			value ${text} not null, primary key (trace_key, kind, key))`,
		`create table trace_span (
			trace_key ${integer} not null references trace (key) on delete cascade, span_id ${text} not null, parent_id ${text},
			name ${text} not null, type ${text}, status ${text} not null, start_time ${integer} not null, end_time ${integer},
			content ${text} not null, primary key (trace_key, span_id))`,
		`create table trace_assessment (
			trace_key ${integer} not null references trace (key) on delete cascade, id ${text} not null, name ${text} not null,
			kind ${text} not null, value ${text} not null, valid ${integer} not null, created_time ${integer} not null,
			content ${text} not null, primary key (trace_key, id))`,
		`create table trace_run (
			trace_key ${integer} not null references trace (key) on delete cascade, run_id ${text} not null, primary key (trace_key, run_id))`,
		'create index trace_run_by_run on trace_run (run_id)',
	],
};
