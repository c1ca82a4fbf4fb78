/** Logs with several writers: how much each has appended. */
import type { ColumnTypes, Migration } from './migration.ts';

export const logWriters: Migration = {
	number: 13,
	name: 'log writers',
	statements: ({ integer, text }: ColumnTypes) => [
		`create table log_writer (
			file_key ${integer} not null references run_file (key) on delete cascade, writer ${text} not null,
			size_bytes ${integer} not null, primary key (file_key, writer))`,
	],
};
