import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

/** Three runs of three people, each with a metric and a param, one without either. */
async function fill({ client, experiment }: TestApp): Promise<void> {
	const people = [
		{ id: 'ada', alpha: '0.1', mse: [3100, 2900], tags: { quality: 'great run' } },
		{ id: 'bob', alpha: '0.5', mse: [3500, 3400], tags: { quality: 'Great run', 'worth another look': null } },
		{ id: 'cid', alpha: 'auto', mse: [2800, 3300], tags: {} },
	] as const;
	for (const { id, alpha, mse, tags } of people) {
		await client.call('createRun', { params: { experiment }, body: { id, displayName: `Run of ${id}`, tags, properties: { author: id } } });
		await client.call('updateRun', { params: { run: id }, body: { params: { alpha } } });
		await client.call('logMetrics', {
			params: { run: id },
			body: { series: [{ name: 'mse', kind: 'scalar', steps: [0, 1], times: [1, 2], columns: [{ name: 'mse', values: [...mse] }] }] },
		});
	}
	await client.call('createRun', { params: { experiment }, body: { id: 'dan', parentId: 'ada' } });
	await client.call('changeRunStatus', { params: { run: 'cid' }, body: { status: 'Completed' } });
}

describe.each(ENGINES)('search on %s', (engine) => {
	it('finds by attributes, tags, properties, params and metric summaries, with and, or, not', async () => {
		await using app = await startTestApp({ engine });
		await fill(app);
		const found = async (filter: string) =>
			(await app.client.call('searchRuns', { params: { workspace: app.workspace }, body: { filter } })).runs.map(({ id }) => id).toSorted();
		const cases: [string, string[]][] = [
			['metrics.mse.min < 3000', ['ada', 'cid']],
			['metrics.mse < 3000', ['ada']],
			['metrics.mse.first = 3500', ['bob']],
			['metrics.mse.mean > 3000', ['bob', 'cid']],
			['metrics.mse in (3300, 3400)', ['bob', 'cid']],
			['metrics.mse is null', ['dan']],
			["tags.quality = 'great run'", ['ada']],
			["tags.quality ilike 'GREAT%'", ['ada', 'bob']],
			["tags.quality like 'Great%'", ['bob']],
			["not tags.quality = 'great run'", ['bob', 'cid', 'dan']],
			["tags.quality != 'great run'", ['bob']],
			['has tags."worth another look"', ['bob']],
			['tags."worth another look" is not null', []],
			['params.alpha > 0.2', ['bob']],
			["params.alpha = '0.1' or params.alpha = 'auto'", ['ada', 'cid']],
			["properties.author in ('ada', 'cid') and status = 'Running'", ['ada']],
			["status = 'Completed'", ['cid']],
			['parentId is null and number <= 2', ['ada', 'bob']],
			['number > 1.5 and number < 1e30', ['bob', 'cid', 'dan']],
			['number in (1, 2.5)', ['ada']],
			['durationMs < 0.5e30', ['ada', 'bob', 'cid', 'dan']],
			["parentId = 'ada'", ['dan']],
			["rootId = 'ada'", ['ada', 'dan']],
			["experimentName = 'ridge' and displayName like 'Run of _d%'", ['ada']],
			["createdTime > '2100-01-01T00:00:00Z'", []],
			['durationMs >= 0', ['ada', 'bob', 'cid', 'dan']],
			["not (metrics.mse < 3000 or tags.quality = 'Great run') and has params.alpha", ['cid']],
			["tags.quality = '%'", []],
		];
		for (const [filter, ids] of cases) expect([filter, await found(filter)]).toEqual([filter, ids]);
	});

	it('orders by any field, runs without a value last, and pages through without gaps or repeats', async () => {
		await using app = await startTestApp({ engine });
		await fill(app);
		const ordered = async (by: string, direction: 'ascending' | 'descending', limit: number): Promise<string[]> => {
			const ids: string[] = [];
			let cursor: string | undefined;
			do {
				const page = await app.client.call('searchRuns', {
					params: { workspace: app.workspace },
					body: { orderBy: { by, direction }, limit, cursor },
				});
				expect(page.runs.length).toBeLessThanOrEqual(limit);
				ids.push(...page.runs.map(({ id }) => id));
				cursor = page.nextCursor ?? undefined;
			} while (cursor);
			return ids;
		};
		for (const limit of [1, 2, 3, 100]) {
			expect(await ordered('createdTime', 'descending', limit)).toEqual(['dan', 'cid', 'bob', 'ada']);
			expect(await ordered('metrics.mse.min', 'ascending', limit)).toEqual(['cid', 'ada', 'bob', 'dan']);
			expect(await ordered('metrics.mse', 'descending', limit)).toEqual(['bob', 'cid', 'ada', 'dan']);
			expect(await ordered('params.alpha', 'ascending', limit)).toEqual(['ada', 'bob', 'cid', 'dan']);
			expect(await ordered('endTime', 'ascending', limit)).toEqual(['cid', 'ada', 'bob', 'dan']);
			expect(await ordered('displayName', 'ascending', limit)).toEqual(['ada', 'bob', 'cid', 'dan']);
		}
	});

	it('pages on over infinite values, and refuses the cursor of another order', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment, workspace } = app;
		const losses = [{ number: 'Infinity' }, 1, { number: '-Infinity' }, { number: 'Infinity' }, { number: 'NaN' }] as const;
		for (const [index, loss] of losses.entries()) {
			await client.call('createRun', { params: { experiment }, body: { id: `run-${index}` } });
			await client.call('logMetrics', {
				params: { run: `run-${index}` },
				body: { series: [{ name: 'loss', kind: 'scalar', times: [1], columns: [{ name: 'loss', values: [loss] }] }] },
			});
		}
		const page = (body: object) => client.call('searchRuns', { params: { workspace }, body });
		const ids: string[] = [];
		let cursor: string | null | undefined;
		do {
			const { runs, nextCursor } = await page({
				orderBy: { by: 'metrics.loss', direction: 'ascending' },
				limit: 1,
				cursor: cursor ?? undefined,
			});
			ids.push(...runs.map(({ id }) => id));
			cursor = nextCursor;
		} while (cursor);
		expect(ids).toEqual(['run-2', 'run-1', 'run-0', 'run-3', 'run-4']);
		const { nextCursor } = await page({ orderBy: { by: 'displayName', direction: 'ascending' }, limit: 1 });
		for (const by of ['createdTime', 'metrics.loss', 'durationMs', 'params.alpha', 'endTime']) {
			const foreign = page({ orderBy: { by, direction: 'ascending' }, cursor: nextCursor });
			await expect(foreign).rejects.toMatchObject({ code: 'invalid-cursor', status: 400 });
		}
	});

	it('combines a filter with an order of something else', async () => {
		await using app = await startTestApp({ engine });
		await fill(app);
		const { runs } = await app.client.call('searchRuns', {
			params: { workspace: app.workspace },
			body: { filter: 'has params.alpha and metrics.mse.min > 0', orderBy: { by: 'params.alpha', direction: 'descending' } },
		});
		expect(runs.map(({ id }) => id)).toEqual(['bob', 'ada', 'cid']);
	});

	it('finds runs by the datasets that they read, any of them', async () => {
		await using app = await startTestApp({ engine });
		const { client, workspace, experiment } = app;
		const read = async (id: string, ...inputs: readonly (readonly [name: string, context?: string])[]) => {
			await client.call('createRun', { params: { experiment }, body: { id } });
			const datasets = inputs.map(([name, context]) => ({
				tags: context === undefined ? [] : [{ key: 'mlflow.data.context', value: context }],
				dataset: { name, digest: `of ${name}`, source_type: 'local', source: '{}' },
			}));
			const logged = await fetch(`${app.url}/api/2.0/mlflow/runs/log-inputs`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ run_id: id, datasets }),
			});
			expect(logged.status).toBe(200);
		};
		await read('both', ['Wine', 'training'], ['beer']);
		await read('wine', ['Wine', 'test']);
		await read('none');
		const found = async (filter: string) =>
			(await client.call('searchRuns', { params: { workspace }, body: { filter } })).runs.map(({ id }) => id).toSorted();
		expect(await found("datasets.name = 'Wine'")).toEqual(['both', 'wine']);
		expect(await found("datasets.name like 'w%'")).toEqual([]);
		expect(await found("datasets.name ilike 'w%' and datasets.digest = 'of beer'")).toEqual(['both']);
		expect(await found("datasets.context = 'training'")).toEqual(['both']);
		expect(await found("datasets.context != 'training'")).toEqual(['wine']);
		expect(await found("not datasets.name = 'beer'")).toEqual(['none', 'wine']);
	});

	it('keeps to the experiments and the lifecycle that are asked for', async () => {
		await using app = await startTestApp({ engine });
		await fill(app);
		const { client, workspace } = app;
		const search = async (body: object) => (await client.call('searchRuns', { params: { workspace }, body })).runs.map(({ id }) => id);
		expect(await search({ experimentIds: ['0'] })).toEqual([]);
		expect(await search({ experimentIds: [] })).toEqual([]);
		await client.call('changeLifecycle', { params: { run: 'bob' }, body: { lifecycle: 'archived' } });
		expect(await search({})).toEqual(['dan', 'cid', 'ada']);
		expect(await search({ lifecycle: 'archived' })).toEqual(['bob']);
		expect(await search({ lifecycle: 'all' })).toEqual(['dan', 'cid', 'bob', 'ada']);
	});

	it('says what is wrong with a filter, an order or a cursor', async () => {
		await using app = await startTestApp({ engine });
		const search = (body: object) => app.client.call('searchRuns', { params: { workspace: app.workspace }, body });
		await expect(search({ filter: 'metrics.mse <' })).rejects.toMatchObject({
			code: 'invalid-filter',
			status: 400,
			details: { position: 14 },
		});
		await expect(search({ orderBy: { by: 'mse', direction: 'ascending' } })).rejects.toMatchObject({ code: 'invalid-order', status: 400 });
		await expect(search({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid-cursor', status: 400 });
		await expect(search({ limit: 1001 })).rejects.toMatchObject({ code: 'invalid-request', status: 400 });
		await expect(app.client.call('searchRuns', { params: { workspace: 'nowhere' }, body: {} })).rejects.toMatchObject({
			code: 'not-found',
			status: 404,
		});
	});
});
