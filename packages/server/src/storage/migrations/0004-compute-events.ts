/** What happened to clusters and their nodes is found without reading what happened to runs. */
import type { Migration } from './migration.ts';

export const computeEvents: Migration = {
	number: 4,
	name: 'compute events',
	statements: () => [
		`create index event_of_compute on event (workspace_key, sequence) where (type like 'node.%' or type like 'cluster.%')`,
	],
};
