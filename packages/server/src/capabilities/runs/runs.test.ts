import { ALLOWED_CHANGES, isTerminal, LIMITS, RUN_STATUSES } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp } from '../../testing/test-app.ts';

describe.each(ENGINES)('runs on %s', (engine) => {
	it('number themselves within their experiment, and tell what happened to them', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		const first = await client.call('createRun', {
			params: { experiment },
			body: { id: 'first', tags: { 'worth another look': null }, properties: { author: 'azureml-user' } },
		});
		const second = await client.call('createRun', { params: { experiment }, body: { status: 'NotStarted' } });
		expect([first.number, second.number]).toEqual([1, 2]);
		expect(first).toMatchObject({
			status: 'Running',
			rootId: 'first',
			parentId: null,
			tags: { 'worth another look': null },
			properties: { author: 'azureml-user' },
			displayName: 'ridge-1',
		});
		expect(second).toMatchObject({ status: 'NotStarted', startTime: null, durationMs: null });
		await client.call('changeRunStatus', { params: { run: 'first' }, body: { status: 'Completed', reason: 'all done' } });
		const { events } = await client.call('listRunEvents', { params: { run: 'first' }, query: {} });
		expect(events.map(({ type, data }) => [type, data.from, data.to, data.reason])).toEqual([
			['run.created', undefined, undefined, undefined],
			['run.status', 'NotStarted', 'Running', null],
			['run.status', 'Running', 'Completed', 'all done'],
		]);
	});

	it('change their status as the table says, and no other way', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		for (const from of RUN_STATUSES) {
			for (const to of RUN_STATUSES) {
				const { id } = await client.call('createRun', { params: { experiment }, body: { status: 'NotStarted' } });
				if (from !== 'NotStarted') {
					for (const step of pathTo(from)) await client.call('changeRunStatus', { params: { run: id }, body: { status: step } });
				}
				const change = client.call('changeRunStatus', { params: { run: id }, body: { status: to } });
				if (to === from || ALLOWED_CHANGES[from].includes(to)) expect(await change).toMatchObject({ status: to });
				else await expect(change).rejects.toMatchObject({ code: 'status-change-not-allowed', status: 409, details: { run: id, from, to } });
			}
		}
	});

	it('fail after they completed, are reopened only when asked, and are cancelled but once', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
		await client.call('changeRunStatus', { params: { run }, body: { status: 'Completed' } });
		expect(
			await client.call('failRun', { params: { run }, body: { errorCode: 'WrongScript', errorDetails: 'the wrong training script' } }),
		).toMatchObject({
			status: 'Failed',
			error: { code: 'WrongScript', message: 'the wrong training script' },
		});
		expect(await client.call('cancelRun', { params: { run }, body: {} })).toMatchObject({
			changed: false,
			run: { status: 'Failed' },
			message: `Run ${run} had ended already (Failed); nothing was changed.`,
		});
		expect(await client.call('reopenRun', { params: { run }, body: { reason: 'a second look' } })).toMatchObject({
			status: 'Running',
			error: null,
			endTime: null,
			statusReason: 'a second look',
		});
		expect(await client.call('cancelRun', { params: { run }, body: { reason: 'too long' } })).toMatchObject({
			changed: true,
			run: { status: 'Canceled', statusReason: 'too long' },
		});
	});

	it('have children, made together or not at all, and cancelled with them', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		await client.call('createRun', { params: { experiment }, body: { id: 'parent' } });
		const { runs } = await client.call('createChildren', {
			params: { run: 'parent' },
			body: { children: [{ tags: { n: '0' } }, { tags: { n: '1' } }, { id: 'third' }] },
		});
		expect(runs.map(({ parentId, rootId, tags, type }) => [parentId, rootId, tags.n, type])).toEqual([
			['parent', 'parent', '0', 'child'],
			['parent', 'parent', '1', 'child'],
			['parent', 'parent', undefined, 'child'],
		]);
		await client.call('createChildren', { params: { run: 'third' }, body: { children: [{ id: 'grandchild' }] } });
		const tooLong = 'x'.repeat(LIMITS.attributeKeyCharacters.max + 1);
		await expect(
			client.call('createChildren', { params: { run: 'parent' }, body: { children: [{ id: 'fine' }, { tags: { [tooLong]: 'x' } }] } }),
		).rejects.toMatchObject({ code: 'limit-exceeded' });
		await expect(client.call('getRun', { params: { run: 'fine' } })).rejects.toMatchObject({ code: 'not-found' });
		await client.call('changeRunStatus', { params: { run: 'third' }, body: { status: 'Completed' } });
		await client.call('cancelRun', { params: { run: 'parent' }, body: {} });
		const statuses = await Promise.all(
			['parent', 'third', 'grandchild'].map(async (run) => (await client.call('getRun', { params: { run } })).status),
		);
		expect(statuses).toEqual(['Canceled', 'Completed', 'Canceled']);
	});

	it('keep properties and params as first written, and change tags', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		const { id: run } = await client.call('createRun', { params: { experiment }, body: { properties: { author: 'azureml-user' } } });
		const update = (body: Parameters<typeof client.call<'updateRun'>>[1]['body']) => client.call('updateRun', { params: { run }, body });
		await expect(update({ tags: { quality: 'great run' }, properties: { author: 'different-user' } })).rejects.toMatchObject({
			code: 'property-changed',
			status: 409,
			message: `Property "author" of run ${run} is "azureml-user" already and cannot be changed to "different-user".`,
		});
		expect((await client.call('getRun', { params: { run } })).tags).toEqual({});
		await update({ tags: { quality: 'great run', seen: null }, properties: { author: 'azureml-user' }, params: { alpha: '0.5' } });
		await expect(update({ params: { alpha: '0.6' } })).rejects.toMatchObject({ code: 'param-changed', status: 409 });
		expect(await update({ tags: { quality: 'fantastic run' }, removeTags: ['seen'] })).toMatchObject({
			tags: { quality: 'fantastic run' },
			properties: { author: 'azureml-user' },
			params: { alpha: '0.5' },
		});
	});

	it('take keys and values up to their limits', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
		const { attributeKeyCharacters: key, attributeValueCharacters: value } = LIMITS;
		for (const length of [key.max - 1, key.max])
			await client.call('updateRun', { params: { run }, body: { tags: { ['k'.repeat(length)]: 'x' } } });
		await expect(client.call('updateRun', { params: { run }, body: { tags: { ['k'.repeat(key.max + 1)]: 'x' } } })).rejects.toMatchObject({
			code: 'limit-exceeded',
			status: 400,
			details: { limit: 'attributeKeyCharacters', max: key.max, given: key.max + 1 },
		});
		for (const length of [value.max - 1, value.max])
			await client.call('updateRun', { params: { run }, body: { tags: { long: 'ü'.repeat(length) } } });
		await expect(client.call('updateRun', { params: { run }, body: { tags: { long: 'v'.repeat(value.max + 1) } } })).rejects.toMatchObject({
			code: 'limit-exceeded',
		});
	});

	it('are one run when two clients send the same id, and a conflict when they mean different ones', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment, workspace } = app;
		const made = await Promise.all(
			Array.from({ length: 4 }, () => client.call('createRun', { params: { experiment }, body: { id: 'same' } })),
		);
		expect(new Set(made.map(({ number }) => number))).toEqual(new Set([1]));
		const { id: other } = await client.call('createExperiment', { params: { workspace }, body: { name: 'other' } });
		await expect(client.call('createRun', { params: { experiment: other }, body: { id: 'same' } })).rejects.toMatchObject({
			code: 'already-exists',
			status: 409,
		});
	});

	it('go to the trash with their children, come back, and are purged for good', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment, workspace } = app;
		await client.call('createRun', { params: { experiment }, body: { id: 'parent' } });
		await client.call('createChildren', { params: { run: 'parent' }, body: { children: [{ id: 'child' }] } });
		await client.call('logMetrics', {
			params: { run: 'child' },
			body: { series: [{ name: 'mse', kind: 'scalar', times: [1], columns: [{ name: 'mse', values: [1] }] }] },
		});
		await expect(client.call('changeLifecycle', { params: { run: 'parent' }, body: { lifecycle: 'trashed' } })).rejects.toMatchObject({
			code: 'run-is-active',
			status: 409,
		});
		await client.call('cancelRun', { params: { run: 'parent' }, body: {} });
		await expect(client.call('purgeRun', { params: { run: 'parent' } })).rejects.toMatchObject({ code: 'not-trashed', status: 409 });
		await client.call('changeLifecycle', { params: { run: 'parent' }, body: { lifecycle: 'trashed' } });
		const found = async () => (await client.call('searchRuns', { params: { workspace }, body: {} })).runs.map(({ id }) => id);
		expect(await found()).toEqual([]);
		await client.call('changeLifecycle', { params: { run: 'parent' }, body: { lifecycle: 'active' } });
		expect(await found()).toEqual(['child', 'parent']);
		await client.call('changeLifecycle', { params: { run: 'parent' }, body: { lifecycle: 'trashed' } });
		expect(await client.call('purgeRun', { params: { run: 'parent' } })).toMatchObject({
			runs: 2,
			freedBytes: expect.toSatisfy((bytes: number) => bytes > 0),
		});
		await expect(client.call('getRun', { params: { run: 'child' } })).rejects.toMatchObject({ code: 'not-found', status: 404 });
	});

	it('that promised a heartbeat hear of its absence, and speak again', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		const { id: run } = await client.call('createRun', { params: { experiment }, body: { leaseSeconds: 5 } });
		const silent = await eventOf(app.url, run, (change) => change.data.to === 'NotResponding');
		expect(silent.data.reason).toBe('Nothing was heard of it for 5 s.');
		expect(await client.call('heartbeat', { params: { run }, body: { leaseSeconds: 60 } })).toMatchObject({ status: 'Running' });
	});
});

/** Statuses to pass from NotStarted to another one. */
function pathTo(status: (typeof RUN_STATUSES)[number]): (typeof RUN_STATUSES)[number][] {
	if (ALLOWED_CHANGES.NotStarted.includes(status)) return [status];
	if (isTerminal(status)) return [status];
	return ['Running', status];
}

/** Waits for an event of a run on its live stream. */
async function eventOf(
	url: string,
	run: string,
	wanted: (change: { data: Record<string, unknown> }) => boolean,
): Promise<{ data: Record<string, unknown> }> {
	const response = await fetch(`${url}/api/v1/runs/${run}/live?after=0`);
	const decoder = new TextDecoder();
	let text = '';
	for await (const part of response.body as ReadableStream<Uint8Array>) {
		text += decoder.decode(part, { stream: true });
		const change = [...text.matchAll(/^data: (.*)$/gm)]
			.map((match) => JSON.parse(match[1] as string) as { data: Record<string, unknown> })
			.find((one) => one.data && wanted(one));
		// Leaving the loop closes the stream.
		if (change) return change;
	}
	throw new Error('The stream ended without the event.');
}
