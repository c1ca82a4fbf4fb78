/** Jobs on several nodes, and how often the loss of a node has sent a job back to its queue. */
import type { ColumnTypes, Migration } from './migration.ts';

export const jobParts: Migration = {
	number: 3,
	name: 'job parts',
	statements: ({ integer, text }: ColumnTypes) => [
		`alter table job add column requeues ${integer} not null default 0`,
		`alter table job add column node_count ${integer} not null default 1`,
		`alter table job add column failed_rank ${integer}`,
		`create table job_part (
			run_key ${integer} not null references run (key) on delete cascade, rank ${integer} not null,
			agent ${text} not null, address ${text} not null, fence ${integer} not null, state ${text} not null,
			lease_expiry_time ${integer} not null, offer ${text}, outcome ${text},
			primary key (run_key, rank))`,
		'create index job_part_by_agent on job_part (agent, state)',
		'create index job_by_agent on job (agent, state)',
	],
};
