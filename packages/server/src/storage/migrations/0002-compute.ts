/** Clusters and their nodes; jobs know how urgent they are and whose turn it is. */
import type { ColumnTypes, Migration } from './migration.ts';

export const compute: Migration = {
	number: 2,
	name: 'compute',
	statements: ({ id, integer, text }: ColumnTypes) => [
		`create table cluster (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key),
			name ${text} not null, folded_name ${text} not null, vm_size ${text} not null, vm_priority ${text} not null,
			min_nodes ${integer} not null, max_nodes ${integer} not null, idle_seconds ${integer} not null, max_concurrent_runs ${integer},
			description ${text} not null, tags ${text} not null, created_time ${integer} not null, created_by ${text} not null,
			modified_time ${integer} not null, deleting ${integer} not null, unique (workspace_key, folded_name))`,
		`create table node (
			key ${id}, id ${text} not null unique, cluster_key ${integer} not null references cluster (key) on delete cascade,
			state ${text} not null, state_reason ${text}, cordoned ${integer} not null, joined ${integer} not null,
			allocated_time ${integer} not null, boot_time ${integer}, idle_since ${integer})`,
		'create index node_by_cluster on node (cluster_key, key)',
		`alter table job add column experiment_key ${integer} not null default 0`,
		`alter table job add column priority ${integer} not null default 0`,
		'update job set experiment_key = (select experiment_key from run where run.key = job.run_key)',
		'drop index job_by_state',
		'create index job_by_turn on job (target, state, priority, experiment_key, run_key)',
	],
};
