/** `runstead export` and `runstead import` as a person uses them: what a workspace has comes into another server as it was, once. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Client, createClient } from '@runstead/client';
import { expect, test, vi } from 'vitest';
import { type CliFolder, makeCliFolder } from './testing/cli-process.ts';

const STUDIO = /Studio\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/;
const TIME = 1_700_000_000_000_000;

async function startServer(folder: CliFolder): Promise<Client> {
	const server = folder.start(['up', '--port', '0']);
	const client = createClient({ url: (await server.printed(STUDIO))[1]! });
	await client.call('createWorkspace', { body: { name: 'lab' } });
	return client;
}

const SPAN = { trace_id: 'dJoV+wVin6hKiXt9zPHrQA==', name: 'answer', status: { code: 'STATUS_CODE_OK' } };

/** Numbers come back as they were written. */
const EVALUATION_RECORDS = `[{"dataset_record_id":"dr-1","created_time":1767323046000,"inputs":{"share":1.0,"large":12345678901234567890},
	"outputs":"said","expectations":{"answer":"a"},"source":{"source_type":"HUMAN","source_data":{}}},{"inputs":{"q":"two"}}]`;

const TRACE = {
	...{ requestTime: '2026-01-02T03:04:05.000006Z', durationMs: 1_500, state: 'OK' as const, clientRequestId: 'c-1' },
	...{
		requestPreview: '"why?"',
		responsePreview: null,
		tags: { who: 'ada' },
		metadata: { 'mlflow.sourceRun': 'parent' },
		runIds: ['child'],
	},
	assessments: [
		{ assessment_id: 'a-2', assessment_name: 'good', feedback: { value: 'no' }, create_time: '2026-01-02T03:04:06Z', valid: false },
		{ assessment_id: 'a-1', assessment_name: 'good', feedback: { value: 'yes' }, overrides: 'a-2', valid: true },
	],
	spans: [
		{
			...SPAN,
			span_id: '1pbAJVFOsfI=',
			start_time_unix_nano: '1795331086084345707',
			attributes: [{ key: 'n', value: { int_value: '9007199254740993' } }],
		},
		{ ...SPAN, span_id: 'qiWDQhqFtws=', parent_span_id: '1pbAJVFOsfI=', start_time_unix_nano: '1795331086084345708', attributes: [] },
	],
};

/** Runs of every sort, with what belongs to them. */
async function furnish(client: Client): Promise<void> {
	const params = { workspace: 'lab' };
	const { id: experiment } = await client.call('createExperiment', { params, body: { name: 'ridge', description: 'of Tikhonov' } });
	const body = {
		id: 'parent',
		displayName: 'the parent',
		tags: { quality: 'good' },
		properties: { author: 'ada' },
		startTime: '2026-01-02T03:04:05.000Z',
	};
	await client.call('createRun', { params: { experiment }, body });
	await client.call('createRun', { params: { experiment }, body: { id: 'child', parentId: 'parent' } });
	await client.call('createRun', { params: { experiment }, body: { id: 'trashed' } });
	await client.call('logMetrics', {
		params: { run: 'parent' },
		body: {
			series: [
				{
					name: 'loss',
					kind: 'scalar',
					steps: [0, null, 2],
					times: [TIME, TIME + 1, TIME + 2],
					columns: [{ name: 'loss', values: [0.5, { number: 'NaN' }, { number: '-Infinity' }] }],
				},
				{
					name: 'wave',
					kind: 'row',
					times: [TIME, TIME],
					columns: [
						{ name: 'angle', values: [0.5, 'none'] },
						{ name: 'count', type: 'integer', values: [1, { integer: '9223372036854775807' }] },
						{ name: 'isGood', values: [true, null] },
					],
				},
				{ name: 'steps', kind: 'scalar', times: [TIME], columns: [{ name: 'steps', type: 'integer', values: [7] }] },
			],
		},
	});
	const values = Array.from({ length: 45_000 }, (_, index) => index / 8);
	const series = {
		name: 'long',
		kind: 'scalar' as const,
		steps: values.map((_, step) => step),
		times: values.map((_, step) => TIME + step),
	};
	await client.call('logMetrics', { params: { run: 'child' }, body: { series: [{ ...series, columns: [{ name: 'long', values }] }] } });
	await client.call('updateRun', {
		params: { run: 'parent' },
		body: { params: { alpha: '0.1' }, primaryMetric: { name: 'loss', direction: 'minimize' } },
	});
	await client.call('writeRunFile', { params: { run: 'parent', '*': 'outputs/model.pkl' }, body: 'weights' });
	await client.call('writeRunFile', { params: { run: 'parent', '*': 'outputs' }, body: 'named as a folder' });
	await client.call('appendLog', {
		params: { run: 'parent', '*': 'logs/train.log' },
		query: { offset: 0, seal: true },
		body: 'one\ntwo\n',
	});
	await client.call('appendLog', { params: { run: 'child', '*': 'logs/empty.log' }, query: { offset: 0, seal: true }, body: '' });
	const dataset = { name: 'diabetes', digest: 'abc', sourceType: 'local', source: '{}', schema: null, profile: null };
	await client.call('logRunLineage', {
		params: { run: 'parent' },
		body: { datasets: [{ dataset, tags: { 'mlflow.data.context': 'training' } }] },
	});
	await client.call('putTrace', { params: { experiment, trace: 'tr-1' }, body: TRACE });
	await client.call('putLoggedModel', {
		params: { experiment, loggedModel: 'm-1' },
		body: {
			...{ name: 'ridge', modelType: 'sklearn', sourceRunId: 'parent', status: 'ready', statusMessage: null },
			...{ tags: { team: 'vision' }, params: { alpha: '0.1' } },
			createdTime: '2026-01-02T03:04:06.000007Z',
			modifiedTime: '2026-01-02T03:04:07.000000Z',
			metrics: [
				{
					...{ name: 'rmse', value: 0.5, time: '2026-01-02T03:04:08.000000Z', step: 3, runId: 'parent' },
					...{ datasetName: 'diabetes', datasetDigest: 'abc' },
				},
			],
		},
	});
	await client.call('writeLoggedModelFile', {
		params: { experiment, loggedModel: 'm-1', '*': 'data/model.pkl' },
		body: 'weights of the logged model',
	});
	await client.call('logRunLineage', {
		params: { run: 'parent' },
		body: { modelInputs: ['m-0'], modelOutputs: [{ modelId: 'm-1', step: 3 }] },
	});
	await client.call('registerModel', {
		params: { ...params, model: 'ridge' },
		body: {
			source: { runId: 'parent', path: 'outputs/model.pkl' },
			tags: { team: 'vision' },
			properties: { size: 'small' },
			framework: 'sklearn',
		},
	});
	await client.call('setModelAlias', { params: { ...params, model: 'ridge', alias: 'champion' }, body: { version: 1 } });
	await client.call('createView', { params, body: { name: 'mine', scope: 'shared', state: { filter: 'x' }, experimentId: experiment } });
	const evaluated = { ...params, dataset: 'd-1' };
	await client.call('putEvaluationDataset', {
		params: evaluated,
		body: {
			...{ name: 'qa', digest: '0123abcd', tags: { team: 'vision' }, experimentIds: [experiment], createdBy: 'ann', modifiedBy: null },
			createdTime: '2026-01-02T03:04:06.000000Z',
			modifiedTime: '2026-01-02T03:04:07.000000Z',
		},
	});
	await client.call('mergeEvaluationRecords', { params: evaluated, body: { records: EVALUATION_RECORDS } });
	await client.call('changeRunStatus', { params: { run: 'parent' }, body: { status: 'Completed', time: '2026-01-02T04:04:05.000Z' } });
	const error = { code: 'ExitCode', message: 'It ended with 1.' };
	await client.call('changeRunStatus', { params: { run: 'child' }, body: { status: 'Failed', error, reason: 'it broke' } });
	await client.call('changeRunStatus', { params: { run: 'trashed' }, body: { status: 'Canceled' } });
	await client.call('changeLifecycle', { params: { run: 'trashed' }, body: { lifecycle: 'trashed' } });
}

/** What a server has of the runs that an import brings back; ids and times of the server itself are left out. */
async function runsOf(client: Client): Promise<unknown[]> {
	const runs = [];
	for (const id of ['parent', 'child', 'trashed']) {
		const params = { run: id };
		const run = await client.call('getRun', { params });
		const {
			name,
			displayName,
			description,
			tags,
			params: given,
			status,
			statusReason,
			error,
			lifecycle,
			parentId,
			startTime,
			endTime,
			metrics,
			primaryMetric,
		} = run;
		const points = [];
		for (const metric of Object.keys(metrics)) {
			const page = await client.call('getMetricPoints', { params, query: { name: metric, limit: 100_000 } });
			points.push(page);
		}
		const { files } = await client.call('listRunFiles', { params });
		const { datasets, modelInputs, modelOutputs } = await client.call('getRunLineage', { params });
		runs.push({
			...{
				id,
				name,
				displayName,
				description,
				tags,
				given,
				status,
				statusReason,
				error,
				lifecycle,
				parentId,
				startTime,
				endTime,
				metrics,
				primaryMetric,
			},
			author: run.properties.author,
			points,
			files: files.map(({ path, kind, sha256, sealed }) => ({ path, kind, sha256, sealed })),
			datasets: datasets.map(({ dataset, tags: of }) => [dataset.name, dataset.digest, of]),
			...{ modelInputs, modelOutputs },
		});
	}
	return runs;
}

/** An evaluation dataset with its records, without what is of each server. */
async function evaluationDatasetOf(client: Client): Promise<unknown> {
	const params = { workspace: 'lab', dataset: 'd-1' };
	const { experimentIds, ...dataset } = await client.call('getEvaluationDataset', { params });
	const { records } = await client.call('listEvaluationRecords', { params });
	return { ...dataset, usedBy: experimentIds.length, records: records.replace(/"last_update_time":\d+/g, '') };
}

/** What a server has that an import brings back. */
async function contentOf(client: Client): Promise<unknown> {
	const version = await client.call('getModelVersion', { params: { workspace: 'lab', model: 'ridge', version: 'champion' } });
	const model = await client.call('getModel', { params: { workspace: 'lab', model: 'ridge' } });
	const file = await client.open('readModelFile', { params: { workspace: 'lab', model: 'ridge', version: '1', '*': 'model.pkl' } });
	const { experimentId: experiment } = await client.call('getRun', { params: { run: 'parent' } });
	const { models } = await client.call('listLoggedModels', { params: { experiment } });
	const weights = { experiment, loggedModel: 'm-1', '*': 'data/model.pkl' };
	const { views } = await client.call('listViews', { params: { workspace: 'lab' } });
	const { trace, spans } = await client.call('getTrace', { params: { experiment, trace: 'tr-1' } });
	const { experimentId: _, ...ownTrace } = trace;
	return {
		trace: [ownTrace, spans],
		runs: await runsOf(client),
		evaluationDataset: await evaluationDatasetOf(client),
		version: [version.tags, version.properties, version.framework, version.runId, version.aliases, version.createdTime],
		model: [model.description, model.tags, model.createdTime],
		file: await file.text(),
		loggedModels: models.map(({ experimentId: _, ...model }) => model),
		weights: await (await client.open('readLoggedModelFile', { params: weights })).text(),
		views: views.map(({ name, scope, state }) => [name, scope, state]),
	};
}

test('a run that has not ended is brought as far as it is, and counted once', { timeout: 120_000 }, async () => {
	await using folder = await makeCliFolder();
	const client = await startServer(folder);
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'ridge' } });
	await client.call('createRun', { params: { experiment }, body: { id: 'open' } });
	await folder.run('export', 'everything');

	await using elsewhere = await makeCliFolder();
	await startServer(elsewhere);
	const bring = async () => JSON.parse((await elsewhere.run('import', join(folder.path, 'everything'), '-o', 'json')).stdout);
	expect(await bring()).toMatchObject({ runs: 1, runsThere: 0 });
	expect(await bring()).toMatchObject({ runs: 0, runsThere: 1 });
});

test('a workspace is written in open formats, and comes into another server as it was', { timeout: 240_000 }, async () => {
	await using folder = await makeCliFolder();
	const client = await startServer(folder);
	await furnish(client);
	const exported = await folder.run('export', 'everything', '-o', 'json');
	expect([exported.exitCode, exported.stderr]).toEqual([0, '']);
	expect(JSON.parse(exported.stdout)).toMatchObject({ runs: 3, files: 4, models: 1, views: 1, datasets: 1, points: 45_006 });
	expect((await folder.run('export', 'everything')).stderr).toContain('everything is not empty.');
	expect((await readdir(folder.path)).filter((name) => name.endsWith('.part'))).toEqual([]);

	// Any program reads it.
	const connection = await (await DuckDBInstance.create(':memory:')).connect();
	const points = `read_parquet('${join(folder.path, 'everything/metrics/*.parquet')}')`;
	const reader = await connection.runAndReadAll(`select name, count(*)::int, max(number) from ${points} where run = 'child' group by name`);
	expect(reader.getRows()).toEqual([['long', 45_000, 44_999 / 8]]);
	expect(await readFile(join(folder.path, 'everything/files/parent/logs/train.log'), 'utf8')).toBe('one\ntwo\n');

	// Here everything is there already.
	const before = await contentOf(client);
	const again = JSON.parse((await folder.run('import', 'everything', '-o', 'json')).stdout);
	expect(again).toMatchObject({ runs: 0, runsThere: 3, points: 0, files: 0, models: 0, versions: 0, versionsThere: 1, views: 0 });
	expect(await contentOf(client)).toEqual(before);

	// What has an id is once on a server: in another workspace of it, that is told, and holds up nothing else.
	await client.call('createWorkspace', { body: { name: 'second' } });
	const beside = await folder.run('import', 'everything', '-w', 'second', '-o', 'json');
	expect([beside.exitCode, JSON.parse(beside.stdout)]).toEqual([
		1,
		expect.objectContaining({ runs: 0, runsThere: 3, models: 1, views: 1 }),
	]);
	expect((JSON.parse(beside.stdout) as { problems: string[] }).problems).toEqual([
		expect.stringMatching(/^Logged model m-1: There is already/),
		expect.stringMatching(/^Trace tr-1: There is already/),
		expect.stringMatching(/^Evaluation dataset qa: There is already/),
	]);

	await using elsewhere = await makeCliFolder();
	const other = await startServer(elsewhere);
	const place = join(folder.path, 'everything');
	// A run of the same id that is there and was not imported stays as it is.
	const { id: experiment } = await other.call('createExperiment', {
		params: { workspace: 'lab' },
		body: { name: 'ridge', description: 'of Tikhonov' },
	});
	const params = { run: 'trashed' };
	await other.call('createRun', { params: { experiment }, body: { id: params.run, displayName: 'another' } });
	expect(JSON.parse((await elsewhere.run('import', place, '-o', 'json')).stdout)).toMatchObject({ runs: 2, runsThere: 1 });
	expect((await other.call('getRun', { params })).displayName).toBe('another');
	await other.call('changeRunStatus', { params, body: { status: 'Canceled' } });
	await other.call('changeLifecycle', { params, body: { lifecycle: 'trashed' } });
	await other.call('purgeRun', { params });
	for (const runs of [1, 0]) expect(JSON.parse((await elsewhere.run('import', place, '-o', 'json')).stdout)).toMatchObject({ runs });
	expect(await contentOf(other)).toEqual(before);

	const nothing = await elsewhere.run('import', elsewhere.path);
	expect([nothing.exitCode, nothing.stderr]).toEqual([1, expect.stringContaining('holds no export.')]);
});

test('runs that are named are written with all below them, and with nothing beside them', { timeout: 120_000 }, async () => {
	await using folder = await makeCliFolder();
	const client = await startServer(folder);
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'tree' } });
	for (const [id, parentId] of [['root'], ['left', 'root'], ['right', 'root'], ['leaf', 'left'], ['other']] as [string, string?][])
		await client.call('createRun', { params: { experiment }, body: { id, ...(parentId && { parentId }) } });
	const exportedOf = async (place: string, ...runs: string[]): Promise<string[]> => {
		expect((await folder.run('export', place, '--runs', runs.join(','))).exitCode).toBe(0);
		const lines = (await readFile(join(folder.path, place, 'runs.jsonl'), 'utf8')).trimEnd().split('\n');
		return lines.map((line) => (JSON.parse(line) as { id: string }).id);
	};
	expect(await exportedOf('whole', 'root')).toEqual(['root', 'left', 'right', 'leaf']);
	expect(await exportedOf('part', 'leaf', 'left', 'other')).toEqual(['left', 'leaf', 'other']);
});

test('an import that is killed is ended by the next one', { timeout: 240_000 }, async () => {
	await using folder = await makeCliFolder();
	const client = await startServer(folder);
	await furnish(client);
	await folder.run('export', 'some', '-e', 'ridge');
	await using elsewhere = await makeCliFolder();
	const other = await startServer(elsewhere);
	const place = join(folder.path, 'some');
	const killed = elsewhere.start(['import', place]);
	// Killed once it has begun to fill the runs.
	await vi.waitFor(() => other.call('getRun', { params: { run: 'child' } }), { timeout: 60_000, interval: 50 });
	killed.signal('SIGKILL');
	await killed.ended;
	expect((await elsewhere.run('import', place)).exitCode).toBe(0);
	expect(await runsOf(other)).toEqual(await runsOf(client));
});
