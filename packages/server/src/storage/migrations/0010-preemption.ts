/** When a node came to its state: one that was taken away, or will not do, stays for a while to be seen. */
import type { ColumnTypes, Migration } from './migration.ts';

export const preemption: Migration = {
	number: 10,
	name: 'preemption',
	statements: ({ integer }: ColumnTypes) => [
		`alter table node add column state_time ${integer} not null default 0`,
		'update node set state_time = allocated_time',
	],
};
