/** Webhooks of the registry: who is told of models, versions, tags, aliases and prompts as they come and go. */
import { randomUUID } from 'node:crypto';
import { checkLimit, RunsteadError } from '@runstead/contract';
import type { Giver } from '../../http/giver.ts';
import type { Database } from '../../storage/database.ts';
import type { SecretBox } from '../../storage/secret-box.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import { isModelPrompt } from '../models/prompts.ts';
import type { OnRegistryChange } from '../models/registry-change.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { createRegistryDelivering, sendMessage } from './delivering.ts';
import { eventOf, exampleOf } from './events.ts';
import * as store from './store.ts';
import { checkTarget, createTargetBox, type Target } from './target.ts';

export interface RegistryWebhook {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	/** Empty: it was sealed with another key, and is to be given anew. */
	readonly url: string;
	/** `entity.action`, of those in `WEBHOOK_EVENTS`. */
	readonly events: readonly string[];
	readonly enabled: boolean;
	readonly createdTime: number;
	readonly modifiedTime: number;
}

export interface WebhookFields {
	readonly name: string;
	readonly description: string;
	readonly url: string;
	readonly events: readonly string[];
	readonly enabled: boolean;
	/** Empty: deliveries are not signed. */
	readonly secret: string;
}

export function createRegistryWebhookService({ database, clock, secrets }: { database: Database; clock: Clock; secrets: SecretBox }) {
	const box = createTargetBox(secrets);

	const find = async (workspace: WorkspaceRecord, id: string, db = database.read): Promise<store.WebhookRecord> => {
		const webhook = await store.webhookById(db, workspace.key, id);
		if (!webhook) throw new RunsteadError('not-found', { noun: 'webhook', given: id });
		return webhook;
	};

	const present = ({
		id,
		name,
		description,
		target,
		events,
		enabled,
		created_time,
		modified_time,
	}: store.WebhookRecord): RegistryWebhook => ({
		id,
		name,
		description,
		url: box.openOrNull(target)?.url ?? '',
		events: JSON.parse(events) as string[],
		enabled: enabled === 1,
		createdTime: created_time,
		modifiedTime: modified_time,
	});

	/** An address that somebody else gave stays as far as theirs may lead. One that cannot be read is given anew, with its secret. */
	const retargeted = (kept: string, { url, secret, reach }: { url?: string; secret?: string; reach: Target['reach'] }): string => {
		const target = url === undefined ? box.open(kept) : { secret: null, ...box.openOrNull(kept), url, reach };
		return box.seal({ ...target, ...(secret !== undefined && { secret: secret || null }) });
	};

	return {
		delivering: createRegistryDelivering({ database, clock, box }),

		/** @throws {RunsteadError} not-found. */
		get: async (workspace: WorkspaceRecord, id: string): Promise<RegistryWebhook> => present(await find(workspace, id)),

		list: async (workspace: WorkspaceRecord, page: { readonly limit: number; readonly offset: number }): Promise<RegistryWebhook[]> =>
			(await store.webhooksOf(database.read, workspace.key, page)).map(present),

		/** @throws {RunsteadError} invalid-request, address-not-allowed, limit-exceeded. */
		async create(workspace: WorkspaceRecord, fields: WebhookFields, { name: actor, reach }: Giver): Promise<RegistryWebhook> {
			const { name, description, url, events, enabled, secret } = fields;
			await checkTarget(url, reach);
			return database.write(async (unit) => {
				const given = (await store.countWebhooks(unit.db, workspace.key)) + 1;
				checkLimit('The number of webhooks of the workspace', given, 'registryWebhooksPerWorkspace');
				const webhook = await store.insertWebhook(unit.db, {
					id: randomUUID(),
					workspace_key: workspace.key,
					name,
					description,
					target: box.seal({ url, secret: secret || null, reach }),
					events: JSON.stringify([...new Set(events)]),
					enabled: enabled ? 1 : 0,
					created_time: unit.now,
					created_by: actor,
					modified_time: unit.now,
				});
				return present(webhook);
			});
		},

		/** One that is disabled is told nothing more, of before neither. @throws {RunsteadError} not-found, invalid-request, address-not-allowed. */
		async update(workspace: WorkspaceRecord, id: string, change: Partial<WebhookFields>, { reach }: Giver): Promise<RegistryWebhook> {
			const { name, description, url, events, enabled, secret } = change;
			if (url !== undefined) await checkTarget(url, reach);
			return database.write(async (unit) => {
				const webhook = await find(workspace, id, unit.db);
				const next = {
					...(name !== undefined && { name }),
					...(description !== undefined && { description }),
					...(events !== undefined && { events: JSON.stringify([...new Set(events)]) }),
					...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
					target: retargeted(webhook.target, { url, secret, reach }),
					modified_time: unit.now,
				};
				await store.updateWebhook(unit.db, webhook.key, next);
				if (enabled === false) await store.deleteWaiting(unit.db, webhook.key);
				return present({ ...webhook, ...next });
			});
		},

		/** What it was still to be told goes with it. @throws {RunsteadError} not-found. */
		async remove(workspace: WorkspaceRecord, id: string): Promise<void> {
			await database.write(async (unit) => store.deleteWebhook(unit.db, (await find(workspace, id, unit.db)).key));
		},

		/** Sends an example of an event, by default the first that it is told of, once. @throws {RunsteadError} not-found. */
		async test(workspace: WorkspaceRecord, id: string, event?: string): Promise<{ statusCode: number | null; error: string | null }> {
			const webhook = await find(workspace, id);
			const example = exampleOf(event ?? (JSON.parse(webhook.events) as string[])[0] ?? '');
			const time = clock();
			const message = { id: randomUUID(), event: example.name, data: example.data, time };
			return sendMessage(box.open(webhook.target), message, time);
		},
	};
}

/** Writes down, in the transaction of changes of the registry, who is to be told of them. */
export const tellRegistryWebhooks: OnRegistryChange = async (unit, workspaceKey, modelKey, changes) => {
	if (changes.length === 0) return;
	const webhooks = await store.enabledWebhooksOf(unit.db, workspaceKey);
	if (webhooks.length === 0) return;
	const ofPrompt = await isModelPrompt(unit.db, modelKey);
	const events = changes.map((change) => eventOf(change, ofPrompt)).filter((event) => event !== null);
	const deliveries = webhooks.flatMap(({ key, events: subscribed }) => {
		const names = new Set(JSON.parse(subscribed) as string[]);
		return events
			.filter(({ name }) => names.has(name))
			.map(({ name, data }) => ({
				id: randomUUID(),
				webhook_key: key,
				event: name,
				data: JSON.stringify(data),
				state: 'waiting' as const,
				attempts: 0,
				status_code: null,
				error: null,
				created_time: unit.now,
				next_time: unit.now,
			}));
	});
	await store.insertDeliveries(unit.db, deliveries);
};
