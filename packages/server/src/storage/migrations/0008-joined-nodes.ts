/** Nodes of other machines say what they are. */
import type { ColumnTypes, Migration } from './migration.ts';

export const joinedNodes: Migration = {
	number: 8,
	name: 'joined nodes',
	statements: ({ text }: ColumnTypes) => [`alter table node add column machine ${text}`],
};
