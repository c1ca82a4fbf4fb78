/** Import marks: what imports saw of each thing at its source. */
import type { ColumnTypes, Migration } from './migration.ts';

export const importMarks: Migration = {
	number: 31,
	name: 'import-marks',
	statements: ({ integer, text }: ColumnTypes) => [
		`create table import_mark (
			workspace_key ${integer} not null references workspace (key), subject ${text} not null, digest ${text} not null, seen ${text} not null,
			modified_time ${integer} not null, primary key (workspace_key, subject))`,
	],
};
