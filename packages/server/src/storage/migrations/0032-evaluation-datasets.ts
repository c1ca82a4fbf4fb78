/** Evaluation datasets: records of inputs with what is expected of them, kept once for each input, with tags and the experiments that use them. */
import type { ColumnTypes, Migration } from './migration.ts';

export const evaluationDatasets: Migration = {
	number: 32,
	name: 'evaluation-datasets',
	statements: ({ id, integer, text }: ColumnTypes) => [
		`create table evaluation_dataset (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key), name ${text} not null,
			digest ${text} not null, schema ${text}, record_count ${integer} not null, created_time ${integer} not null,
			modified_time ${integer} not null, created_by ${text}, modified_by ${text})`,
		'create index evaluation_dataset_by_time on evaluation_dataset (workspace_key, created_time, key)',
		'create index evaluation_dataset_by_name on evaluation_dataset (workspace_key, name)',
		`create table evaluation_dataset_tag (
			dataset_key ${integer} not null references evaluation_dataset (key) on delete cascade, key ${text} not null, value ${text} not null,
			primary key (dataset_key, key))`,
		`create table evaluation_dataset_experiment (
			dataset_key ${integer} not null references evaluation_dataset (key) on delete cascade,
			experiment_key ${integer} not null references experiment (key), primary key (dataset_key, experiment_key))`,
		'create index evaluation_dataset_by_experiment on evaluation_dataset_experiment (experiment_key)',
		`create table evaluation_record (
			key ${id}, dataset_key ${integer} not null references evaluation_dataset (key) on delete cascade, id ${text} not null,
			input_hash ${text} not null, inputs ${text} not null, outputs ${text}, expectations ${text}, tags ${text}, source ${text},
			size_bytes ${integer} not null, created_time ${integer} not null, modified_time ${integer} not null, created_by ${text},
			modified_by ${text}, unique (dataset_key, input_hash), unique (dataset_key, id))`,
		'create index evaluation_record_by_dataset on evaluation_record (dataset_key, key)',
	],
};
