/** Definitions of data by which clients of Azure ML read it: kept under an id, and registered under a name in versions. */
import type { ColumnTypes, Migration } from './migration.ts';

export const registeredDatasets: Migration = {
	number: 24,
	name: 'registered-datasets',
	statements: ({ id, integer, text }: ColumnTypes) => [
		`create table data_definition (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key), digest ${text} not null,
			type ${text} not null, dataflow ${text} not null, properties ${text} not null, created_time ${integer} not null,
			unique (workspace_key, digest))`,
		`create table registered_dataset (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key), name ${text} not null,
			description ${text} not null, tags ${text} not null, created_time ${integer} not null, modified_time ${integer} not null,
			unique (workspace_key, name))`,
		`create table registered_dataset_version (
			dataset_key ${integer} not null references registered_dataset (key) on delete cascade, version ${integer} not null,
			definition_key ${integer} not null references data_definition (key), created_time ${integer} not null,
			primary key (dataset_key, version))`,
		'create index registered_dataset_version_by_definition on registered_dataset_version (definition_key)',
	],
};
