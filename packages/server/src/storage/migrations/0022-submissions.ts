/** What clients that submit in several steps leave between them: names of snapshots, and jobs whose code is still to come. */
import type { ColumnTypes, Migration } from './migration.ts';

export const submissions: Migration = {
	number: 22,
	name: 'submissions',
	statements: ({ integer, text }: ColumnTypes) => [
		`create table snapshot_name (
			workspace_key ${integer} not null references workspace (key), name ${text} not null, snapshot_id ${text} not null,
			primary key (workspace_key, name))`,
		`create table job_draft (
			run_key ${integer} primary key references run (key) on delete cascade, submission ${text} not null)`,
	],
};
