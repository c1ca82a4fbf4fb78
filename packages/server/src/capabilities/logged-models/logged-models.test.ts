import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { LIMITS } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp } from '../../testing/test-app.ts';
import { startTestCapabilities, type TestCapabilities } from '../../testing/test-capabilities.ts';
import type { LoggedModelSearch } from './service.ts';

async function experimentOf({ workspaces, experiments }: TestCapabilities) {
	const workspace = await workspaces.create({ name: 'lab' }, 'tester');
	return (await experiments.create(await workspaces.find(workspace.name), { name: 'ridge' }, 'tester')).record;
}

describe.each(ENGINES)('logged models on %s', (engine) => {
	it('keep params, tags, metrics and files, and are found by them', async () => {
		await using app = await startTestCapabilities(engine);
		const { loggedModels, runs, database } = app;
		const experiment = await experimentOf(app);
		const run = await runs.create(experiment, { id: 'maker' }, 'test', 'tester');
		const make = (name: string, alpha: string) =>
			loggedModels.create(experiment, { name, modelType: 'ridge', sourceRunId: run, params: { alpha }, tags: { team: name } });
		const [one, two] = [await make('one', '0.1'), await make('two', '0.2')];
		expect(one).toMatchObject({ name: 'one', status: 'pending', params: { alpha: '0.1' }, tags: { team: 'one' }, sourceRunId: 'maker' });
		expect(one.id).toMatch(/^m-[0-9a-f]{32}$/);
		const point = (modelId: string, value: number, step: number, datasetName: string | null) => ({
			modelId,
			name: 'mse',
			value,
			time: 1_000_000 + step,
			step,
			datasetName,
			datasetDigest: datasetName === null ? null : 'd1',
		});
		await database.write(async (unit) => {
			const of = await runs.find(run, unit.db);
			const points = [
				point(one.id, 5, 0, null),
				point(one.id, 3, 1, 'diabetes'),
				point(two.id, 4, 0, 'iris'),
				point(two.id, Number.NaN, 1, null),
			];
			await loggedModels.logMetricsIn(unit, of, points);
			await loggedModels.logMetricsIn(unit, of, points);
		});
		expect((await loggedModels.get(one.id)).metrics.map(({ value, step, datasetName }) => [value, step, datasetName])).toEqual([
			[5, 0, null],
			[3, 1, 'diabetes'],
		]);
		const names = async (search: Omit<LoggedModelSearch, 'limit'>) =>
			(await loggedModels.search([experiment.key], { limit: 10, ...search })).map(({ name }) => name);
		expect(await names({})).toEqual(['two', 'one']);
		expect(await names({ conditions: [{ metric: 'mse', operator: '<', value: 4 }] })).toEqual(['one']);
		expect(await names({ conditions: [{ kind: 'param', key: 'alpha', operator: '=', value: '0.2' }] })).toEqual(['two']);
		expect(await names({ conditions: [{ kind: 'tag', key: 'team', operator: 'in', value: ['one', 'three'] }] })).toEqual(['one']);
		expect(await names({ conditions: [{ field: 'name', operator: 'ilike', value: 'O%' }] })).toEqual(['one']);
		expect(await names({ datasets: [{ name: 'iris' }] })).toEqual(['two']);
		expect(await names({ datasets: [{ name: 'iris', digest: 'other' }] })).toEqual([]);
		expect(await names({ order: [{ metric: 'mse', dataset: { name: 'diabetes' }, descending: false }] })).toEqual(['one', 'two']);
		expect(await names({ order: [{ by: 'name', descending: false }], offset: 1 })).toEqual(['two']);

		expect(await loggedModels.finalize(one.id, 'ready')).toMatchObject({ status: 'ready' });
		await loggedModels.setTags(one.id, { a: '1' });
		expect(await loggedModels.removeTag(one.id, 'a')).toBe(true);
		expect(await loggedModels.removeTag(one.id, 'a')).toBe(false);
		await loggedModels.putFile(one.id, { path: 'data/model.pkl' }, Readable.from([Buffer.from('weights')]));
		await expect(loggedModels.putFile(one.id, { path: '../x' }, Readable.from([]))).rejects.toMatchObject({ code: 'invalid-path' });
		await loggedModels.remove(one.id);
		await expect(loggedModels.get(one.id)).rejects.toMatchObject({ code: 'not-found' });
		expect(await names({})).toEqual(['two']);
		const file = await loggedModels.file(one.id, 'data/model.pkl');
		expect(await text(loggedModels.read(file, { first: 0, last: file.size_bytes - 1 }))).toBe('weights');
		expect(await loggedModels.removeFiles(one.id, 'data')).toBe(1);
	});

	it('one from elsewhere keeps its id and times, and stays as it is when it comes again', async () => {
		await using app = await startTestCapabilities(engine);
		const { loggedModels } = app;
		const experiment = await experimentOf(app);
		const model = {
			...({ id: 'm-9', name: 'ridge', modelType: null, sourceRunId: 'r', status: 'failed', statusMessage: 'no memory' } as const),
			...{ tags: { a: '1' }, params: { alpha: '0.1' }, createdTime: 1_000_000, modifiedTime: 2_000_000 },
			metrics: [{ name: 'rmse', value: null, time: 3_000_000, step: 4, runId: 'r', datasetName: null, datasetDigest: null }],
		};
		const kept = await loggedModels.put(experiment, model);
		expect(kept).toEqual({
			...model,
			experimentId: experiment.id,
			deleted: false,
			createdTime: '1970-01-01T00:00:01.000000Z',
			modifiedTime: '1970-01-01T00:00:02.000000Z',
			metrics: [{ ...model.metrics[0], time: '1970-01-01T00:00:03.000000Z' }],
		});
		expect(await loggedModels.put(experiment, { ...model, name: 'another', tags: {} })).toEqual(kept);
		const later = { ...model.metrics[0]!, step: 5, value: 0.25 };
		const grown = await loggedModels.put(experiment, { ...model, metrics: [...model.metrics, later] });
		expect(grown.metrics.map(({ step, value }) => [step, value])).toEqual([
			[4, null],
			[5, 0.25],
		]);
		const { record: other } = await app.experiments.create(await app.workspaces.find('lab'), { name: 'elsewhere' }, 'tester');
		await expect(loggedModels.put(other, model)).rejects.toMatchObject({ code: 'already-exists' });
		await expect(loggedModels.put(experiment, { ...model, id: 'a\0b' })).rejects.toMatchObject({ code: 'invalid-request' });
	});

	it('runs tell what they read and made', async () => {
		await using app = await startTestCapabilities(engine);
		const { loggedModels, datasets, runs } = app;
		const experiment = await experimentOf(app);
		for (const id of ['a', 'b']) await runs.create(experiment, { id }, 'test', 'tester');
		const dataset = { name: 'diabetes', digest: 'd1', sourceType: 'local', source: '{}', schema: null, profile: '{"rows": 442}' };
		await datasets.logInputs('a', [{ dataset, tags: { context: 'training' } }]);
		await datasets.logInputs('a', [{ dataset, tags: { context: 'again' } }]);
		await datasets.logInputs('b', [{ dataset, tags: {} }]);
		await loggedModels.logInputs('b', ['m-1']);
		await loggedModels.logOutputs('b', [{ modelId: 'm-2', step: 3 }]);
		const keys = ['a', 'b'] as const;
		const inputs = await datasets.inputsOf(keys);
		expect(inputs.get(keys[0])).toEqual([{ dataset: expect.objectContaining(dataset), tags: { context: 'training' } }]);
		expect(inputs.get(keys[1])?.[0]?.dataset.id).toBe(inputs.get(keys[0])?.[0]?.dataset.id);
		expect((await loggedModels.ofRuns(keys)).get(keys[1])).toEqual({ inputs: ['m-1'], outputs: [{ modelId: 'm-2', step: 3 }] });
		expect(await datasets.list(experiment, 10)).toMatchObject({ datasets: [{ name: 'diabetes' }], nextCursor: null });
		await expect(datasets.logInputs('nobody', [{ dataset, tags: {} }])).rejects.toMatchObject({ code: 'not-found' });
		await expect(datasets.logInputs('a', [{ dataset: { ...dataset, name: 'a\0b' }, tags: {} }])).rejects.toMatchObject({
			code: 'invalid-request',
		});
	});
});

it('what cannot be put over HTTP is refused, each with its reason', async () => {
	await using app = await startTestApp();
	const { client, workspace, experiment } = app;
	const { id: other } = await client.call('createExperiment', { params: { workspace }, body: { name: 'elsewhere' } });
	const time = '2026-01-02T03:04:05.000000Z';
	const metric = { name: 'rmse', value: 1, time, step: 1, runId: 'r', datasetName: null, datasetDigest: null };
	const put = (of: string, loggedModel: string, count: number, createdTime = time) =>
		client.call('putLoggedModel', {
			params: { experiment: of, loggedModel },
			body: {
				...{ name: 'ridge', modelType: null, sourceRunId: null, status: 'ready', statusMessage: null, tags: {}, params: {} },
				...{ createdTime, modifiedTime: time, metrics: Array.from({ length: count }, (_, step) => ({ ...metric, step })) },
			},
		});
	const { max } = LIMITS.loggedModelMetricsPerRequest;
	expect((await put(experiment, 'm-1', max)).metrics).toHaveLength(max);
	await expect(put(experiment, 'm-2', max + 1)).rejects.toMatchObject({ code: 'invalid-request' });
	await expect(put(experiment, 'm-2', 0, 'yesterday')).rejects.toMatchObject({ code: 'invalid-request' });
	await expect(put(other, 'm-1', 0)).rejects.toMatchObject({ code: 'already-exists' });
	expect(await client.call('getLoggedModel', { params: { workspace: 'lab', loggedModel: 'm-1' } })).toMatchObject({
		id: 'm-1',
		experimentId: experiment,
	});
	await client.call('createWorkspace', { body: { name: 'elsewhere' } });
	const elsewhere = client.call('getLoggedModel', { params: { workspace: 'elsewhere', loggedModel: 'm-1' } });
	await expect(elsewhere).rejects.toMatchObject({ code: 'not-found' });
	const file = { loggedModel: 'm-1', '*': 'model.pkl' };
	const write = (of: string, path = file['*'], headers = {}) =>
		client.call('writeLoggedModelFile', { params: { ...file, experiment: of, '*': path }, body: 'weights', headers });
	await expect(write(other)).rejects.toMatchObject({ code: 'not-found' });
	await expect(write(experiment, 'model.pkl', { 'x-content-sha256': '0'.repeat(64) })).rejects.toMatchObject({ code: 'checksum-mismatch' });
	await write(experiment);
	await expect(client.open('readLoggedModelFile', { params: { ...file, experiment: other } })).rejects.toMatchObject({ code: 'not-found' });
	const outputs = (count: number) => Array.from({ length: count }, (_, step) => ({ modelId: 'm-1', step }));
	await client.call('createRun', { params: { experiment }, body: { id: 'r' } });
	const most = LIMITS.lineagePerRequest.max;
	await client.call('logRunLineage', { params: { run: 'r' }, body: { modelOutputs: outputs(most) } });
	const more = client.call('logRunLineage', { params: { run: 'r' }, body: { modelOutputs: outputs(most + 1) } });
	await expect(more).rejects.toMatchObject({ code: 'invalid-request' });
});
