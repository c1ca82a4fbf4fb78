/** Views: what a page shows, kept under a name with its versions. */
import type { ColumnTypes, Migration } from './migration.ts';

export const views: Migration = {
	number: 5,
	name: 'views',
	statements: ({ id, integer, text }: ColumnTypes) => [
		`create table saved_view (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key),
			experiment_key ${integer} references experiment (key), name ${text} not null, scope ${text} not null, owner ${text} not null,
			state ${text} not null, version ${integer} not null, is_default ${integer} not null,
			created_time ${integer} not null, modified_time ${integer} not null, modified_by ${text} not null)`,
		'create index saved_view_by_name on saved_view (workspace_key, name, key)',
		`create table saved_view_version (
			view_key ${integer} not null references saved_view (key) on delete cascade, version ${integer} not null, name ${text} not null,
			state ${text} not null, time ${integer} not null, actor ${text} not null, primary key (view_key, version))`,
	],
};
