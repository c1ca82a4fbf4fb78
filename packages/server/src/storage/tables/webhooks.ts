/** Webhooks of the registry, and what was sent to them. */
import type { Generated } from 'kysely';

export interface RegistryWebhookTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	name: string;
	description: string;
	/** Sealed JSON: the address, the secret that deliveries are signed with, and how far the address may lead. */
	target: string;
	/** Those that it is told of, as a JSON list of `entity.action`. */
	events: string;
	enabled: number;
	created_time: number;
	created_by: string;
	modified_time: number;
}

export interface RegistryWebhookDeliveryTable {
	key: Generated<number>;
	id: string;
	webhook_key: number;
	event: string;
	/** What the event tells, as JSON. */
	data: string;
	/** What was delivered is not kept. */
	state: 'waiting' | 'failed';
	attempts: number;
	status_code: number | null;
	error: string | null;
	created_time: number;
	next_time: number;
}

export interface WebhookTables {
	registry_webhook: RegistryWebhookTable;
	registry_webhook_delivery: RegistryWebhookDeliveryTable;
}
