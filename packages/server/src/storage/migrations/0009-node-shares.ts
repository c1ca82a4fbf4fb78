/** A cluster may hold its jobs to the memory of its VM size. */
import type { ColumnTypes, Migration } from './migration.ts';

export const nodeShares: Migration = {
	number: 9,
	name: 'node-shares',
	statements: ({ integer }: ColumnTypes) => [`alter table cluster add column enforce_memory ${integer} not null default 0`],
};
