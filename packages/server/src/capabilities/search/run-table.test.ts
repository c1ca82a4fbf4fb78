import type { Run } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

/** Four runs of two optimizers, each with a metric; one is live, one has neither param nor metric, and one name is hostile. */
async function fill({ client, experiment }: TestApp): Promise<void> {
	const runs = [
		{ id: 'ada', displayName: '=cmd|calc', optimizer: 'adam', mse: [3, 1] },
		{ id: 'bob', displayName: 'a "quoted", name', optimizer: 'adam', mse: [5, 4] },
		{ id: 'cid', displayName: '<b>cid</b>', optimizer: 'sgd', mse: [2, 7] },
	] as const;
	for (const { id, displayName, optimizer, mse } of runs) {
		await client.call('createRun', { params: { experiment }, body: { id, displayName, tags: { team: 'red' }, target: 'cpu' } });
		await client.call('updateRun', { params: { run: id }, body: { params: { optimizer }, properties: { author: id } } });
		await client.call('logMetrics', {
			params: { run: id },
			body: {
				series: [
					{ name: 'mse', kind: 'scalar', steps: [0, 1], times: [1, 2], columns: [{ name: 'mse', values: [...mse] }] },
					{ name: 'val/100%_ok', kind: 'scalar', times: [1], columns: [{ name: 'val/100%_ok', values: [1] }] },
				],
			},
		});
	}
	await client.call('createRun', { params: { experiment }, body: { id: 'dan', displayName: 'dan', target: 'gpu' } });
	for (const run of ['ada', 'bob']) await client.call('changeRunStatus', { params: { run }, body: { status: 'Completed' } });
}

describe.each(ENGINES)('a table of runs on %s', (engine) => {
	it('brings along only the metrics, params, tags and properties that are asked for', async () => {
		await using app = await startTestApp({ engine });
		await fill(app);
		const one = async (fields?: string) => {
			const { runs } = await app.client.call('searchRuns', {
				params: { workspace: app.workspace },
				body: { filter: "id = 'ada'", fields },
			});
			return runs[0] && brought(runs[0]);
		};
		const lone = async (fields?: string) => brought(await app.client.call('getRun', { params: { run: 'ada' }, query: { fields } }));
		const brought = ({ metrics, params, tags, properties }: Run) => ({ metrics: Object.keys(metrics), params, tags, properties });
		const optimizer = { optimizer: 'adam' };
		expect(await one()).toEqual({
			metrics: ['mse', 'val/100%_ok'],
			params: optimizer,
			tags: { team: 'red' },
			properties: { author: 'ada' },
		});
		expect(await one('')).toEqual({ metrics: [], params: {}, tags: {}, properties: {} });
		expect(await one('status, metrics.mse.min, tags')).toEqual({ metrics: ['mse'], params: {}, tags: { team: 'red' }, properties: {} });
		expect(await one('params.optimizer, tags.other')).toEqual({ metrics: [], params: optimizer, tags: {}, properties: {} });
		await expect(one('metrics.mse.min, , tags')).rejects.toMatchObject({ code: 'invalid-fields', details: { position: 18 } });
		await expect(one('mse')).rejects.toMatchObject({ code: 'invalid-fields', details: { position: 1 } });
		expect(await lone()).toEqual(await one());
		expect(await lone('tags, metrics.mse.min')).toEqual(await one('tags, metrics.mse.min'));
		await expect(lone('mse')).rejects.toMatchObject({ code: 'invalid-fields', details: { position: 1 } });
	});

	it('knows the names in use, found by any part of them, and the common ones of an experiment', async () => {
		await using app = await startTestApp({ engine });
		await fill(app);
		const params = { workspace: app.workspace };
		expect(await app.client.call('listRunFields', { params, query: { experimentId: app.experiment } })).toEqual({
			names: { metrics: ['mse', 'val/100%_ok'], params: ['optimizer'], tags: ['team'], properties: ['author'] },
			truncated: false,
			common: { metrics: ['mse', 'val/100%_ok'], params: ['optimizer'] },
		});
		await app.client.call('createRun', { params: { experiment: app.experiment }, body: { id: 'sweep' } });
		await app.client.call('createChildren', { params: { run: 'sweep' }, body: { children: [{ id: 'trial' }] } });
		await app.client.call('updateRun', { params: { run: 'trial' }, body: { params: { alpha: '0.1' } } });
		const paramsOf = async (rootsOnly: boolean) => (await app.client.call('listRunFields', { params, query: { rootsOnly } })).common.params;
		expect([await paramsOf(false), await paramsOf(true)].map((names) => names.includes('alpha'))).toEqual([true, false]);
		const found = (contains: string) => app.client.call('listRunFields', { params, query: { contains } });
		expect((await found('100%_')).names.metrics).toEqual(['val/100%_ok']);
		expect((await found('0_%')).names.metrics).toEqual([]);
		expect((await found('MS')).names.metrics).toEqual(['mse']);
		expect(await app.client.call('listRunFields', { params, query: { limit: 1 } })).toMatchObject({
			truncated: true,
			names: { metrics: ['mse'] },
		});
		expect((await app.client.call('listRunFields', { params, query: { experimentId: 'none' } })).common).toEqual({
			metrics: [],
			params: [],
		});
	});

	it('groups runs by what they have in common, and sums up their numbers', async () => {
		await using app = await startTestApp({ engine });
		await fill(app);
		const params = { workspace: app.workspace };
		const groups = (by: string, aggregates: string[] = [], body: object = {}) =>
			app.client.call('groupRuns', { params, body: { by, aggregates, ...body } });
		expect(await groups('params.optimizer', ['metrics.mse.min'])).toEqual({
			groups: [
				{ value: 'adam', runCount: 2, activeRunCount: 0, aggregates: [{ count: 2, min: 1, max: 4, mean: 2.5 }] },
				{ value: 'sgd', runCount: 1, activeRunCount: 1, aggregates: [{ count: 1, min: 2, max: 2, mean: 2 }] },
				{ value: null, runCount: 1, activeRunCount: 1, aggregates: [{ count: 0, min: null, max: null, mean: null }] },
			],
			truncated: false,
		});
		expect((await groups('status')).groups.map(({ value, runCount }) => [value, runCount])).toEqual([
			['Completed', 2],
			['Running', 2],
		]);
		expect((await groups('experimentName', [], { filter: 'metrics.mse < 5' })).groups).toMatchObject([{ value: 'ridge', runCount: 2 }]);
		expect(await groups('tags.team', [], { limit: 1 })).toMatchObject({ groups: [{ value: 'red', runCount: 3 }], truncated: true });
		await expect(groups('status', ['displayName'])).rejects.toMatchObject({ status: 400 });
		await expect(groups('nonsense')).rejects.toMatchObject({ code: 'invalid-order' });
	});

	it('says how many runs there are, where the live ones are, and how long they take', async () => {
		await using app = await startTestApp({ engine });
		await fill(app);
		const params = { workspace: app.workspace };
		expect(await app.client.call('summarizeRuns', { params, body: { experimentIds: [app.experiment] } })).toEqual({
			runCount: 4,
			activeRunCount: 2,
			activeTargets: [
				{ target: 'cpu', activeRunCount: 1 },
				{ target: 'gpu', activeRunCount: 1 },
			],
			durationMs: { min: expect.any(Number), max: expect.any(Number), mean: expect.any(Number), total: expect.any(Number) },
		});
		expect(await app.client.call('summarizeRuns', { params, body: { filter: "status = 'Failed'" } })).toEqual({
			runCount: 0,
			activeRunCount: 0,
			activeTargets: [],
			durationMs: null,
		});
	});

	it('gives every run that matches as CSV, quoted, with no formulas', async () => {
		await using app = await startTestApp({ engine });
		await fill(app);
		const csv = async (query: object) =>
			(
				await app.client.open('exportRuns', {
					params: { workspace: app.workspace },
					query: { orderBy: 'id', direction: 'ascending', ...query },
				})
			).text();
		expect(await csv({ fields: 'id, displayName, status, params.optimizer, metrics.mse.min, metrics."val/100%_ok", tags.team' })).toBe(
			[
				'id,displayName,status,params.optimizer,metrics.mse.min,"metrics.""val/100%_ok"".last",tags.team',
				"ada,'=cmd|calc,Completed,adam,1,1,red",
				'bob,"a ""quoted"", name",Completed,adam,4,1,red',
				'cid,<b>cid</b>,Running,sgd,2,1,red',
				'dan,dan,Running,,,,',
				'',
			].join('\r\n'),
		);
		expect((await csv({ filter: 'metrics.mse.min < 3', fields: 'id' })).split('\r\n')).toEqual(['id', 'ada', 'cid', '']);
		await expect(csv({ filter: 'nonsense' })).rejects.toMatchObject({ code: 'invalid-filter', status: 400 });
	});

	it('exports every column that is in use, however many, of some experiments', async () => {
		await using app = await startTestApp({ engine });
		const { client, workspace } = app;
		const params = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`p${String(index).padStart(3, '0')}`, String(index)]));
		const experiments = [app.experiment];
		for (const name of ['second', 'third'])
			experiments.push((await client.call('createExperiment', { params: { workspace }, body: { name } })).id);
		for (const [index, experiment] of experiments.entries()) {
			await client.call('createRun', { params: { experiment }, body: { id: `run-${index}`, tags: { team: 'red' } } });
			await client.call('updateRun', { params: { run: `run-${index}` }, body: { params } });
		}
		const csv = async (query: object) =>
			(
				await (
					await client.open('exportRuns', { params: { workspace }, query: { orderBy: 'id', direction: 'ascending', ...query } })
				).text()
			)
				.trimEnd()
				.split('\r\n');
		const lines = await csv({ fields: 'id, params, tags', experimentIds: experiments.slice(1).join(',') });
		const names = Object.keys(params);
		expect(lines).toEqual([
			['id', ...names.map((name) => `params.${name}`), 'tags.team'].join(','),
			...['run-1', 'run-2'].map((id) => [id, ...Object.values(params), 'red'].join(',')),
		]);
		expect(await csv({ fields: 'id' })).toEqual(['id', 'run-0', 'run-1', 'run-2']);
	});

	it('exports more runs than one page holds, each once', async () => {
		await using app = await startTestApp({ engine });
		await app.client.call('createRun', { params: { experiment: app.experiment }, body: { id: 'top' } });
		const children = Array.from({ length: 1_200 }, (_, index) => ({ id: `child-${index}` }));
		await app.client.call('createChildren', { params: { run: 'top' }, body: { children } });
		const reply = await app.client.open('exportRuns', { params: { workspace: app.workspace }, query: { fields: 'id' } });
		const lines = (await reply.text()).trimEnd().split('\r\n');
		expect(lines.length).toBe(1_202);
		expect(new Set(lines).size).toBe(1_202);
	});

	it('draws a metric of several runs in a few points', async () => {
		await using app = await startTestApp({ engine });
		await fill(app);
		const values = Array.from({ length: 1_000 }, (_, index) => index);
		const series = {
			name: 'mse',
			kind: 'scalar' as const,
			steps: values.map((value) => value + 2),
			times: values,
			columns: [{ name: 'mse', values }],
		};
		await app.client.call('logMetrics', { params: { run: 'cid' }, body: { series: [series] } });
		const body = { runs: ['ada', 'cid', 'dan', 'nobody'], metric: 'mse', points: 20 };
		const { sparklines } = await app.client.call('readSparklines', { params: { workspace: app.workspace }, body });
		const byRun = new Map(sparklines.map((line) => [line.run, line]));
		expect([...byRun.keys()].toSorted()).toEqual(['ada', 'cid']);
		expect(byRun.get('ada')).toEqual({
			run: 'ada',
			min: 1,
			max: 3,
			points: [
				[0, 3],
				[1, 1],
			],
		});
		expect(byRun.get('cid')).toMatchObject({ min: 0, max: 999 });
		expect(byRun.get('cid')?.points.length).toBeLessThanOrEqual(20);
		expect(byRun.get('cid')?.points.at(-1)).toEqual([1_001, 999]);
	});
});
