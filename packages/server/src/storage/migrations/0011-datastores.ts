/** Files of datastores: each path holds one content. */
import type { ColumnTypes, Migration } from './migration.ts';

export const datastores: Migration = {
	number: 11,
	name: 'datastores',
	statements: ({ integer, text }: ColumnTypes) => [
		`create table datastore_file (
			workspace_key ${integer} not null references workspace (key), datastore ${text} not null, path ${text} not null,
			size_bytes ${integer} not null, sha256 ${text} not null, modified_time ${integer} not null,
			primary key (workspace_key, datastore, path))`,
	],
};
