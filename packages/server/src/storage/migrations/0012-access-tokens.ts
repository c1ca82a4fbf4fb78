/** Access tokens that people made: what is known of each, never the secret. */
import type { ColumnTypes, Migration } from './migration.ts';

export const accessTokens: Migration = {
	number: 12,
	name: 'access tokens',
	statements: ({ id, integer, text }: ColumnTypes) => [
		`create table access_token (
			key ${id}, id ${text} not null unique, note ${text} not null, subject ${text} not null, permissions ${text} not null,
			workspace_key ${integer} references workspace (key), compute ${text}, created_time ${integer} not null, created_by ${text} not null,
			expiry_time ${integer} not null, last_used_time ${integer}, revoked_time ${integer}, revoked_by ${text})`,
	],
};
