/** The SQL of webhooks of the registry and of their deliveries. */
import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import type { RegistryWebhookDeliveryTable, RegistryWebhookTable, Tables } from '../../storage/tables.ts';

type Db = Kysely<Tables>;

/** Ten parameters each: SQLite takes 32,766 a statement. */
const ROWS_PER_INSERT = 1_000;

export type WebhookRecord = Selectable<RegistryWebhookTable>;

export function insertWebhook(db: Db, webhook: Insertable<RegistryWebhookTable>): Promise<WebhookRecord> {
	return db.insertInto('registry_webhook').values(webhook).returningAll().executeTakeFirstOrThrow();
}

export function webhookById(db: Db, workspaceKey: number, id: string): Promise<WebhookRecord | undefined> {
	return db.selectFrom('registry_webhook').selectAll().where('workspace_key', '=', workspaceKey).where('id', '=', id).executeTakeFirst();
}

/** The newest first. */
export function webhooksOf(
	db: Db,
	workspaceKey: number,
	page: { readonly limit: number; readonly offset: number },
): Promise<WebhookRecord[]> {
	return db
		.selectFrom('registry_webhook')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.orderBy('key', 'desc')
		.limit(page.limit)
		.offset(page.offset)
		.execute();
}

export function enabledWebhooksOf(db: Db, workspaceKey: number): Promise<Pick<WebhookRecord, 'key' | 'events'>[]> {
	return db
		.selectFrom('registry_webhook')
		.select(['key', 'events'])
		.where('workspace_key', '=', workspaceKey)
		.where('enabled', '=', 1)
		.execute();
}

export async function countWebhooks(db: Db, workspaceKey: number): Promise<number> {
	const { count } = await db
		.selectFrom('registry_webhook')
		.select(({ fn }) => fn.countAll<number>().as('count'))
		.where('workspace_key', '=', workspaceKey)
		.executeTakeFirstOrThrow();
	return Number(count);
}

export async function updateWebhook(db: Db, key: number, change: Updateable<RegistryWebhookTable>): Promise<void> {
	await db.updateTable('registry_webhook').set(change).where('key', '=', key).execute();
}

export async function deleteWebhook(db: Db, key: number): Promise<void> {
	await db.deleteFrom('registry_webhook').where('key', '=', key).execute();
}

export async function insertDeliveries(db: Db, deliveries: readonly Insertable<RegistryWebhookDeliveryTable>[]): Promise<void> {
	for (let at = 0; at < deliveries.length; at += ROWS_PER_INSERT)
		await db
			.insertInto('registry_webhook_delivery')
			.values(deliveries.slice(at, at + ROWS_PER_INSERT))
			.execute();
}

/** The next one of each webhook, with where it goes, by when their time comes. */
export function nextDeliveries(db: Db, limit: number) {
	// The condition is that of an index, which a parameter would not be.
	const isNext = sql<boolean>`d.key = (select w.key from registry_webhook_delivery w
		where w.webhook_key = registry_webhook.key and w.state = 'waiting' order by w.next_time, w.key limit 1)`;
	return db
		.selectFrom('registry_webhook')
		.innerJoin('registry_webhook_delivery as d', (join) => join.on(isNext))
		.selectAll('d')
		.select('registry_webhook.target')
		.orderBy('d.next_time')
		.limit(limit)
		.execute();
}

export async function deleteDelivery(db: Db, key: number): Promise<void> {
	await db.deleteFrom('registry_webhook_delivery').where('key', '=', key).execute();
}

/** What a webhook was still to be told. */
export async function deleteWaiting(db: Db, webhookKey: number): Promise<void> {
	await db.deleteFrom('registry_webhook_delivery').where('webhook_key', '=', webhookKey).where('state', '=', 'waiting').execute();
}

export async function updateDelivery(db: Db, key: number, change: Updateable<RegistryWebhookDeliveryTable>): Promise<void> {
	await db.updateTable('registry_webhook_delivery').set(change).where('key', '=', key).execute();
}

export async function dropDeliveriesBefore(db: Db, time: number): Promise<void> {
	await db.deleteFrom('registry_webhook_delivery').where('state', '!=', 'waiting').where('created_time', '<', time).execute();
}
