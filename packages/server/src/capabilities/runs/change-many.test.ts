import { createClient } from '@runstead/client';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const change = ({ client, workspace }: TestApp, runs: string[], how: object) =>
	client.call('changeRuns', { params: { workspace }, body: { runs, change: how as { type: 'purge' } } });

async function startRuns(app: TestApp, ids: readonly string[]): Promise<void> {
	for (const id of ids) await app.client.call('createRun', { params: { experiment: app.experiment }, body: { id } });
}

describe.each(ENGINES)('several runs changed at once on %s', (engine) => {
	it('each is changed alone, and what cannot be says why', async () => {
		await using app = await startTestApp({ engine });
		await startRuns(app, ['a', 'b', 'c']);
		await app.client.call('createWorkspace', { body: { name: 'other' } });
		const { id: elsewhere } = await app.client.call('createExperiment', { params: { workspace: 'other' }, body: { name: 'x' } });
		await app.client.call('createRun', { params: { experiment: elsewhere }, body: { id: 'foreign' } });

		expect(await change(app, ['a', 'b', 'b', 'foreign', 'nobody'], { type: 'cancel' })).toMatchObject({
			changed: 2,
			failed: 2,
			results: [
				{ run: 'a', changed: true, error: null },
				{ run: 'b', changed: true, error: null },
				{ run: 'foreign', changed: false, error: { code: 'not-found' } },
				{ run: 'nobody', changed: false, error: { code: 'not-found', message: 'There is no run nobody.' } },
			],
		});
		expect((await app.client.call('getRun', { params: { run: 'a' } })).status).toBe('Canceled');
		expect((await app.client.call('getRun', { params: { run: 'foreign' } })).status).toBe('Running');
		expect(await change(app, ['a'], { type: 'cancel' })).toMatchObject({ changed: 0, failed: 0 });

		await change(app, ['a', 'b', 'c'], { type: 'tag', tags: { quality: 'good', seen: null } });
		await change(app, ['c'], { type: 'tag', removeTags: ['seen'] });
		expect((await app.client.call('getRun', { params: { run: 'a' } })).tags).toEqual({ quality: 'good', seen: null });
		expect((await app.client.call('getRun', { params: { run: 'c' } })).tags).toEqual({ quality: 'good' });

		expect(await change(app, ['a', 'b', 'c'], { type: 'lifecycle', lifecycle: 'trashed' })).toMatchObject({
			changed: 2,
			results: [{ changed: true }, { changed: true }, { run: 'c', error: { code: 'run-is-active' } }],
		});
		expect(await change(app, ['a'], { type: 'lifecycle', lifecycle: 'active' })).toMatchObject({ changed: 1 });
		expect(await change(app, ['a', 'b'], { type: 'purge' })).toMatchObject({
			changed: 1,
			failed: 1,
			results: [
				{ run: 'a', error: { code: 'not-trashed' } },
				{ run: 'b', changed: true },
			],
		});
	});

	it('a purge takes files, metrics and children with it, and frees what they held', async () => {
		await using app = await startTestApp({ engine });
		await startRuns(app, ['top']);
		await app.client.call('createChildren', { params: { run: 'top' }, body: { children: [{ id: 'child' }] } });
		for (const run of ['top', 'child']) {
			await app.client.call('writeRunFile', { params: { run, '*': 'model.bin' }, body: `the model of ${run}` });
			const series = { name: 'mse', kind: 'scalar' as const, times: [1], columns: [{ name: 'mse', values: [1] }] };
			await app.client.call('logMetrics', { params: { run }, body: { series: [series] } });
		}
		await change(app, ['top'], { type: 'cancel' });
		expect(await change(app, ['top'], { type: 'lifecycle', lifecycle: 'trashed' })).toMatchObject({ changed: 1 });
		const purged = await change(app, ['top', 'child'], { type: 'purge' });
		expect(purged).toMatchObject({
			failed: 0,
			results: [
				{ run: 'top', changed: true },
				{ run: 'child', changed: false },
			],
		});
		expect(purged.freedBytes).toBeGreaterThan(30);
		for (const run of ['top', 'child']) {
			await expect(app.client.call('getRun', { params: { run } })).rejects.toMatchObject({ status: 404 });
			await expect(app.client.open('readRunFile', { params: { run, '*': 'model.bin' } })).rejects.toMatchObject({ status: 404 });
		}
		expect((await app.client.call('listRunFields', { params: { workspace: app.workspace } })).names.metrics).toEqual([]);
	});

	it('what was moved is told with where it was, and put back alone', async () => {
		await using app = await startTestApp({ engine });
		await startRuns(app, ['top']);
		await app.client.call('createChildren', { params: { run: 'top' }, body: { children: [{ id: 'kept' }, { id: 'put-away' }] } });
		await app.client.call('createChildren', { params: { run: 'put-away' }, body: { children: [{ id: 'below' }] } });
		await change(app, ['top', 'kept', 'put-away', 'below'], { type: 'cancel' });
		await change(app, ['put-away'], { type: 'lifecycle', lifecycle: 'archived', alone: true });
		const lifecycles = async () =>
			Object.fromEntries(
				await Promise.all(
					['top', 'kept', 'put-away', 'below'].map(async (run) => [run, (await app.client.call('getRun', { params: { run } })).lifecycle]),
				),
			);
		const before = await lifecycles();
		expect(before).toEqual({ top: 'active', kept: 'active', 'put-away': 'archived', below: 'active' });

		const { moved } = await change(app, ['below', 'top'], { type: 'lifecycle', lifecycle: 'trashed' });
		expect(new Set(Object.values(await lifecycles()))).toEqual(new Set(['trashed']));
		expect(moved.flatMap(({ from, runs }) => runs.map((run) => `${run} ${from}`)).toSorted()).toEqual(
			Object.entries(before)
				.map(([run, from]) => `${run} ${from}`)
				.toSorted(),
		);
		for (const { from, runs } of moved) await change(app, runs, { type: 'lifecycle', lifecycle: from, alone: true });
		expect(await lifecycles()).toEqual(before);
		expect(await change(app, ['top'], { type: 'tag', tags: { a: 'b' } })).toMatchObject({ moved: [] });
	});

	it('takes a thousand runs and no more', async () => {
		await using app = await startTestApp({ engine });
		await startRuns(app, ['top']);
		const ids = Array.from({ length: 1_000 }, (_, index) => `r${index}`);
		await app.client.call('createChildren', { params: { run: 'top' }, body: { children: ids.map((id) => ({ id })) } });
		expect(await change(app, ids, { type: 'tag', tags: { bulk: 'yes' } })).toMatchObject({ changed: 1_000, failed: 0 });
		await expect(change(app, [...ids, 'one-more'], { type: 'tag', tags: {} })).rejects.toMatchObject({ status: 400 });
		await expect(change(app, [], { type: 'purge' })).rejects.toMatchObject({ status: 400 });
	});

	it('needs the right to write to the workspace', async () => {
		await using app = await startTestApp({ engine });
		await startRuns(app, ['a']);
		const { token } = await app.client.call('createToken', {
			body: { subject: 'reader', permissions: ['workspace.read', 'run.read'], workspace: app.workspace, expiresInSeconds: 600 } as never,
		});
		const reader = createClient({ url: app.url, token });
		const request = { params: { workspace: app.workspace }, body: { runs: ['a'], change: { type: 'cancel' as const } } };
		await expect(reader.call('changeRuns', request)).rejects.toMatchObject({ status: 403 });
		expect((await app.client.call('getRun', { params: { run: 'a' } })).status).toBe('Running');
	});
});
