/** Quotas that differ from the default, and requests for more. */
import type { ColumnTypes, Migration } from './migration.ts';

export const quotas: Migration = {
	number: 6,
	name: 'quotas',
	statements: ({ id, integer, text }: ColumnTypes) => [
		`create table quota_limit (
			key ${id}, workspace_key ${integer} not null, quota ${text} not null, limit_cores ${integer} not null,
			unique (workspace_key, quota))`,
		`create table quota_request (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key),
			quota ${text} not null, limit_cores ${integer} not null, limit_cores_before ${integer} not null, reason ${text} not null,
			state ${text} not null, requested_time ${integer} not null, requested_by ${text} not null,
			decided_time ${integer}, decided_by ${text}, decision_reason ${text})`,
		'create index quota_request_by_workspace on quota_request (workspace_key, key)',
	],
};
