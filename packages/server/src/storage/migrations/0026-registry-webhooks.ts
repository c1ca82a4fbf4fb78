/** Webhooks of the registry: who is told what of models, and what was sent to them. */
import type { ColumnTypes, Migration } from './migration.ts';

export const registryWebhooks: Migration = {
	number: 26,
	name: 'registry-webhooks',
	statements: ({ id, integer, text }: ColumnTypes) => [
		`create table registry_webhook (
			key ${id}, id ${text} not null unique, workspace_key ${integer} not null references workspace (key), name ${text} not null,
			description ${text} not null, target ${text} not null, events ${text} not null, enabled ${integer} not null,
			created_time ${integer} not null, created_by ${text} not null, modified_time ${integer} not null)`,
		'create index registry_webhook_by_workspace on registry_webhook (workspace_key, key)',
		`create table registry_webhook_delivery (
			key ${id}, id ${text} not null unique, webhook_key ${integer} not null references registry_webhook (key) on delete cascade,
			event ${text} not null, data ${text} not null, state ${text} not null, attempts ${integer} not null, status_code ${integer},
			error ${text}, created_time ${integer} not null, next_time ${integer} not null)`,
		`create index registry_webhook_delivery_waiting on registry_webhook_delivery (webhook_key, next_time, key) where state = 'waiting'`,
		'create index registry_webhook_delivery_by_webhook on registry_webhook_delivery (webhook_key)',
		'create index registry_webhook_delivery_by_time on registry_webhook_delivery (created_time)',
	],
};
