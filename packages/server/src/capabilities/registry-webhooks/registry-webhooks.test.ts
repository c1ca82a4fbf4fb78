import { LIMITS } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { signature } from '../../http/webhook.ts';
import { ENGINES } from '../../testing/test-app.ts';
import { startTestCapabilities, type TestCapabilities } from '../../testing/test-capabilities.ts';
import { type Received, startReceiver } from '../../testing/webhook-receiver.ts';
import { exampleOf, WEBHOOK_EVENTS } from './events.ts';
import type { WebhookFields } from './service.ts';

const ACTOR = 'tester';
const OWNER = { name: ACTOR, reach: 'internal' } as const;
const MEMBER = { name: ACTOR, reach: 'public' } as const;
const ALL_EVENTS = Object.entries(WEBHOOK_EVENTS).flatMap(([entity, actions]) => actions.map((action) => `${entity}.${action}`));

/** What was told so far, as `entity.action` with its data. */
const toldTo = ({ received }: { readonly received: readonly Received[] }) =>
	received.map(({ body: { entity, action, data } }) => [`${entity}.${action}`, data]);

const fields = (given: Partial<WebhookFields> & Pick<WebhookFields, 'url'>): WebhookFields => ({
	name: 'hook',
	description: '',
	events: ALL_EVENTS,
	enabled: true,
	secret: '',
	...given,
});

async function labOf({ workspaces }: TestCapabilities) {
	await workspaces.create({ name: 'lab' }, ACTOR);
	return workspaces.find('lab');
}

describe.each(ENGINES)('webhooks of the registry on %s', (engine) => {
	it('are told of models, versions, their tags and aliases, and nothing of what is imported', async () => {
		await using app = await startTestCapabilities(engine);
		await using receiver = await startReceiver();
		const { models, registryWebhooks } = app;
		const lab = await labOf(app);
		await models.create(lab, { name: 'before' }, ACTOR);
		await registryWebhooks.create(lab, fields({ url: receiver.url }), OWNER);
		await registryWebhooks.create(lab, fields({ url: receiver.url, enabled: false }), OWNER);
		await registryWebhooks.create(lab, fields({ url: receiver.url, events: ['prompt.created'] }), OWNER);
		await models.create(lab, { name: 'ridge', tags: { team: 'blue' }, description: 'A model' }, ACTOR);
		await models.register(lab, 'ridge', { origin: { uri: 's3://bucket/m' }, mayBeEmpty: true, runId: 'r-1', tags: { a: '1' } }, ACTOR);
		await models.update(lab, 'ridge', { tags: { team: 'red' } }, ACTOR);
		await models.updateVersion(lab, 'ridge', '1', { tags: { a: '2', c: '3' }, removeTags: ['b'] }, ACTOR);
		await models.setAlias(lab, 'ridge', 'best', 1, ACTOR);
		await models.removeAlias(lab, 'ridge', 'best', ACTOR);
		await models.removeAlias(lab, 'ridge', 'best', ACTOR);
		await models.create(lab, { name: 'imported', createdTime: 1 }, ACTOR);
		await models.register(lab, 'imported', { origin: { uri: 's3://b' }, mayBeEmpty: true, createdTime: 1 }, ACTOR);
		expect(await registryWebhooks.delivering.deliverDue()).toBe(null);
		expect(toldTo(receiver).toSorted()).toEqual(
			[
				['registered_model.created', { name: 'ridge', tags: { team: 'blue' }, description: 'A model' }],
				[
					'model_version.created',
					{ name: 'ridge', version: '1', source: 's3://bucket/m', run_id: 'r-1', tags: { a: '1' }, description: null },
				],
				['model_version_tag.set', { name: 'ridge', version: '1', key: 'a', value: '2' }],
				['model_version_tag.set', { name: 'ridge', version: '1', key: 'c', value: '3' }],
				['model_version_tag.deleted', { name: 'ridge', version: '1', key: 'b' }],
				['model_version_alias.created', { name: 'ridge', alias: 'best', version: '1' }],
				['model_version_alias.deleted', { name: 'ridge', alias: 'best' }],
			].toSorted(),
		);
	});

	it('are told of prompts as prompts', async () => {
		await using app = await startTestCapabilities(engine);
		await using receiver = await startReceiver();
		const { models, registryWebhooks } = app;
		const lab = await labOf(app);
		await registryWebhooks.create(lab, fields({ url: receiver.url }), OWNER);
		const is = { 'mlflow.prompt.is_prompt': 'true' };
		await models.create(lab, { name: 'greet', tags: { ...is, _mlflow_prompt_type: 'text' } }, ACTOR);
		const tags = { ...is, 'mlflow.prompt.text': 'Hello {{name}}!', a: '1' };
		await models.register(lab, 'greet', { origin: { uri: 'prompt-template' }, mayBeEmpty: true, tags }, ACTOR);
		await models.update(lab, 'greet', { tags: { team: 'red' } }, ACTOR);
		await models.updateVersion(lab, 'greet', '1', { tags: { a: '2' } }, ACTOR);
		await models.setAlias(lab, 'greet', 'live', 1, ACTOR);
		await models.update(lab, 'greet', { name: 'welcome', tags: { team: 'blue' } }, ACTOR);
		await registryWebhooks.delivering.deliverDue();
		expect(toldTo(receiver).toSorted()).toEqual(
			[
				['prompt.created', { name: 'greet', tags: {}, description: null }],
				['prompt_version.created', { name: 'greet', version: '1', template: 'Hello {{name}}!', tags: { a: '1' }, description: null }],
				['prompt_tag.set', { name: 'greet', key: 'team', value: 'red' }],
				['prompt_version_tag.set', { name: 'greet', version: '1', key: 'a', value: '2' }],
				['prompt_alias.created', { name: 'greet', alias: 'live', version: '1' }],
				['prompt_tag.set', { name: 'welcome', key: 'team', value: 'blue' }],
			].toSorted(),
		);
	});

	it('are told again until they take it, signed with their secret; what is refused for good is given up', async () => {
		await using app = await startTestCapabilities(engine);
		await using receiver = await startReceiver(503, 200, 410);
		const { models, registryWebhooks, database } = app;
		const lab = await labOf(app);
		const { id } = await registryWebhooks.create(lab, fields({ url: receiver.url, secret: 'sesame' }), OWNER);
		const kept = await database.read.selectFrom('registry_webhook').selectAll().execute();
		expect(JSON.stringify(kept)).not.toMatch(/sesame|key=secret/);
		await models.create(lab, { name: 'ridge' }, ACTOR);
		const nextTime = await registryWebhooks.delivering.deliverDue();
		expect(nextTime).toBeGreaterThan(app.clock());
		await app.pass(10);
		expect(await registryWebhooks.delivering.deliverDue()).toBe(null);
		const [first, second] = receiver.received;
		const delivery = second?.headers['x-mlflow-delivery-id'] as string;
		expect(first?.headers['x-mlflow-delivery-id']).toBe(delivery);
		expect(first?.text).toBe(second?.text);
		const timestamp = Number(second?.headers['x-mlflow-timestamp']);
		expect(second?.headers['x-mlflow-signature']).toBe(signature('sesame', delivery, timestamp, second?.text ?? ''));
		await registryWebhooks.update(lab, id, { secret: '' }, OWNER);
		await models.create(lab, { name: 'another' }, ACTOR);
		expect(await registryWebhooks.delivering.deliverDue()).toBe(null);
		expect(receiver.received[2]?.headers['x-mlflow-signature']).toBeUndefined();
		const ended = await database.read
			.selectFrom('registry_webhook_delivery')
			.select(['state', 'attempts', 'status_code'])
			.orderBy('key')
			.execute();
		// What was delivered is not kept.
		expect(ended).toEqual([{ state: 'failed', attempts: 1, status_code: 410 }]);
		await app.pass(31 * 86_400);
		await registryWebhooks.delivering.tidy();
		expect(await database.read.selectFrom('registry_webhook_delivery').selectAll().execute()).toEqual([]);
	});

	it('are told in order, whatever another one answers; of those that wait for it each is sent once at least, and none after a day', async () => {
		await using app = await startTestCapabilities(engine);
		await using receiver = await startReceiver();
		const silent = Array<number>(20).fill(503);
		await using failing = await startReceiver(...silent);
		const { models, registryWebhooks, database } = app;
		const lab = await labOf(app);
		await registryWebhooks.create(lab, fields({ url: failing.url }), OWNER);
		await registryWebhooks.create(lab, fields({ url: receiver.url }), OWNER);
		const names = Array.from({ length: 10 }, (_, index) => `model-${index}`);
		for (const name of names) await models.create(lab, { name }, ACTOR);
		// A server that is stopped leaves them to the next one.
		await registryWebhooks.delivering.deliverDue(() => true);
		expect(receiver.received).toEqual([]);
		await registryWebhooks.delivering.deliverDue();
		expect(toldTo(receiver).map(([, data]) => (data as { name: string }).name)).toEqual(names);
		expect(failing.received).toHaveLength(names.length);
		await app.pass(86_400);
		expect(await registryWebhooks.delivering.deliverDue()).toBe(null);
		expect(failing.received).toHaveLength(2 * names.length);
		const states = await database.read.selectFrom('registry_webhook_delivery').select(['state', 'attempts']).execute();
		expect(states).toEqual(names.map(() => ({ state: 'failed', attempts: 2 })));
	});

	it('have their turns: many that wait for others keep none from its own', async () => {
		await using app = await startTestCapabilities(engine);
		await using failing = await startReceiver(...Array<number>(30).fill(503));
		await using receiver = await startReceiver();
		const { models, registryWebhooks } = app;
		const lab = await labOf(app);
		for (let count = 0; count < 10; count++) await registryWebhooks.create(lab, fields({ url: failing.url }), OWNER);
		for (const name of ['a', 'b', 'c']) await models.create(lab, { name }, ACTOR);
		await registryWebhooks.create(lab, fields({ url: receiver.url }), OWNER);
		await models.create(lab, { name: 'd' }, ACTOR);
		// Until its one is there, each of the others has had one round.
		await registryWebhooks.delivering.deliverDue(() => receiver.received.length > 0);
		expect(failing.received.length).toBe(10);
		expect(toldTo(receiver)).toEqual([['registered_model.created', { name: 'd', tags: {}, description: null }]]);
	});

	it('that are disabled are told nothing more of what waited, and all of what comes once they are enabled', async () => {
		await using app = await startTestCapabilities(engine);
		await using receiver = await startReceiver();
		const { models, registryWebhooks } = app;
		const lab = await labOf(app);
		const { id } = await registryWebhooks.create(lab, fields({ url: receiver.url }), OWNER);
		await models.create(lab, { name: 'before' }, ACTOR);
		await registryWebhooks.update(lab, id, { enabled: false }, OWNER);
		await models.create(lab, { name: 'meanwhile' }, ACTOR);
		await registryWebhooks.update(lab, id, { enabled: true }, OWNER);
		await models.create(lab, { name: 'after' }, ACTOR);
		await registryWebhooks.delivering.deliverDue();
		expect(toldTo(receiver)).toEqual([['registered_model.created', { name: 'after', tags: {}, description: null }]]);
	});

	it('that are deleted are told nothing more, and of a workspace there are no more than its limit', async () => {
		await using app = await startTestCapabilities(engine);
		await using receiver = await startReceiver();
		const { models, registryWebhooks } = app;
		const lab = await labOf(app);
		const { id } = await registryWebhooks.create(lab, fields({ url: receiver.url }), OWNER);
		await models.create(lab, { name: 'ridge' }, ACTOR);
		await registryWebhooks.remove(lab, id);
		await registryWebhooks.delivering.deliverDue();
		expect(receiver.received).toEqual([]);
		await expect(registryWebhooks.get(lab, id)).rejects.toMatchObject({ code: 'not-found' });
		const { max } = LIMITS.registryWebhooksPerWorkspace;
		for (let count = 0; count < max; count++) await registryWebhooks.create(lab, fields({ url: receiver.url }), OWNER);
		await expect(registryWebhooks.create(lab, fields({ url: receiver.url }), OWNER)).rejects.toMatchObject({ code: 'limit-exceeded' });
		expect(await registryWebhooks.list(lab, { limit: max + 1, offset: 0 })).toHaveLength(max);
	});

	it('lead no further than whoever gave their address may, and a test says what became of it', async () => {
		await using app = await startTestCapabilities(engine);
		await using receiver = await startReceiver(200, 500);
		const { registryWebhooks } = app;
		const lab = await labOf(app);
		await expect(registryWebhooks.create(lab, fields({ url: receiver.url }), MEMBER)).rejects.toMatchObject({
			code: 'address-not-allowed',
		});
		const { id } = await registryWebhooks.create(lab, fields({ url: receiver.url }), OWNER);
		await expect(registryWebhooks.update(lab, id, { url: receiver.url }, MEMBER)).rejects.toMatchObject({ code: 'address-not-allowed' });
		expect((await registryWebhooks.update(lab, id, { name: 'renamed' }, MEMBER)).url).toBe(receiver.url);
		expect(await registryWebhooks.test(lab, id)).toMatchObject({ statusCode: 200, error: null });
		expect(await registryWebhooks.test(lab, id, 'prompt_alias.deleted')).toMatchObject({ statusCode: 500, error: 'It answered 500.' });
		expect(toldTo(receiver)).toEqual([
			['registered_model.created', { name: 'example-model', tags: { example: 'yes' }, description: 'An example' }],
			['prompt_alias.deleted', { name: 'example-prompt', alias: 'example' }],
		]);
	});
});

describe('events of webhooks', () => {
	it.each(ALL_EVENTS)('%s has an example', (event) => {
		expect(exampleOf(event).name).toBe(event);
	});
});
