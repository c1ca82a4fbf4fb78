/** Environments: a row a version. */
import type { ColumnTypes, Migration } from './migration.ts';

export const environments: Migration = {
	number: 7,
	name: 'environments',
	statements: ({ id, integer, text }: ColumnTypes) => [
		`create table environment (
			key ${id}, workspace_key ${integer} not null references workspace (key), name ${text} not null, folded_name ${text} not null,
			version ${integer} not null, newest ${integer} not null, archived ${integer} not null, description ${text} not null,
			tags ${text} not null, specification ${text} not null, created_time ${integer} not null, created_by ${text} not null,
			unique (workspace_key, folded_name, version))`,
		'create unique index environment_newest on environment (workspace_key, folded_name) where newest = 1',
	],
};
