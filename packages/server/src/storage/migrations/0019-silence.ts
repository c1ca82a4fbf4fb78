/** Runs whose clients send no heartbeats, how long these may be silent, and what MLflow keeps of an experiment beside. */
import type { ColumnTypes, Migration } from './migration.ts';

export const silence: Migration = {
	number: 19,
	name: 'silence',
	statements: ({ integer, text }: ColumnTypes) => [
		`alter table run add column sends_heartbeats ${integer} not null default 1`,
		`alter table experiment add column silence_seconds ${integer}`,
		`alter table experiment add column artifact_location ${text}`,
		`alter table experiment add column modified_time ${integer} not null default 0`,
		'update experiment set modified_time = created_time',
	],
};
