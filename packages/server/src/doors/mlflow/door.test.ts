/** What holds for every call of the door: probes, other names of paths, refusals, and whose request it is. */
import { LIMITS } from '@runstead/contract';
import { describe, expect, test } from 'vitest';
import { ENGINES, startTestApp } from '../../testing/test-app.ts';

test('clients learn the version and what is offered', async () => {
	await using app = await startTestApp();
	const version = await fetch(`${app.url}/version`);
	expect([version.status, await version.text()]).toEqual([200, '3.17.2']);
	for (const path of ['/api/3.0/mlflow/server-info', '/ajax-api/3.0/mlflow/server-info']) {
		const info = await fetch(app.url + path);
		expect(await info.json()).toMatchObject({ store_type: 'SqlStore', workspaces_enabled: true });
	}
});

test('what is not there is refused in the words of the protocol', async () => {
	await using app = await startTestApp();
	const answer = await fetch(`${app.url}/api/2.0/mlflow/nothing`);
	expect(answer.status).toBe(404);
	expect(await answer.json()).toEqual({ error_code: 'ENDPOINT_NOT_FOUND', message: 'There is no GET /api/2.0/mlflow/nothing.' });
});

test('how a job ended is not for its script to say', async () => {
	await using app = await startTestApp({ agent: false });
	const { client, experiment } = app;
	const params = { workspace: 'lab' };
	await client.call('createCluster', { params, body: { name: 'cpu', vmSize: 'standard_d1_v2', minNodes: 1, maxNodes: 1 } });
	const { id: target } = await client.call('getCluster', { params: { ...params, compute: 'cpu' } });
	const definition = { command: ['false'], target: 'cpu' };
	const { runId } = await client.call('submitJob', { params: { experiment }, body: { definition } });
	const { job } = await client.call('leaseJob', { params: { agent: 'a' }, body: { target, waitMs: 0 } });
	const lease = { agent: 'a', fence: job?.fence as number, time: '2100-01-01T00:00:00.000000Z' };
	const report = (body: { phase: 'running' } | { phase: 'ended'; exitCode: number }) =>
		client.call('reportJob', { params: { run: runId }, body: { ...lease, ...body } });
	await report({ phase: 'running' });
	const ended = await fetch(`${app.url}/api/2.0/mlflow/runs/update`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ run_id: runId, status: 'FINISHED', end_time: Date.now() }),
	});
	expect(ended.status).toBe(200);
	expect(await ended.json()).toMatchObject({ run_info: { status: 'RUNNING' } });
	await report({ phase: 'ended', exitCode: 1 });
	expect((await client.call('getRun', { params: { run: runId } })).status).toBe('Failed');
});

describe.each(ENGINES)('searches on %s', (engine) => {
	const times = (count: number, write: (index: number) => string, between: string) =>
		Array.from({ length: count }, (_, index) => write(index)).join(between);
	const comparisons = (count: number, field: string) => times(count, (index) => `${field} != 'value ${index}'`, ' and ');
	const list = (count: number, field: string) => `${field} in (${times(count, (index) => `'${index}'`, ', ')})`;
	const pattern = (length: number, field: string) => `${field} like '${'%*'.repeat(length / 2)}${length % 2 === 1 ? '_' : ''}'`;
	const orders = (count: number, field: string) => Array.from({ length: count }, (_, index) => `${field}${index}`);
	const { filterComparisons, filterListValues, filterCharacters, orderClauses, tracesPerRequest, experimentsPerSearch } = LIMITS;
	const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index));

	test('take what is within the limits, and refuse what is not', async () => {
		await using app = await startTestApp({ engine });
		const post = async (call: string, body: object) => {
			const headers = { 'content-type': 'application/json' };
			const answer = await fetch(`${app.url}/api/${call}`, { method: 'POST', headers, body: JSON.stringify(body) });
			return { status: answer.status, said: (await answer.json()) as { message?: string; run?: { info: { run_id: string } } } };
		};
		const ask = async (call: string, body: object) => {
			const { status, said } = await post(call, body);
			return [status, said.message ?? null];
		};
		const made = await post('2.0/mlflow/runs/create', { experiment_id: app.experiment, run_name: 'a', tags: [{ key: 'a', value: 'a' }] });
		const run_id = made.said.run?.info.run_id;
		const experiment_ids = [app.experiment];
		const locations = [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: app.experiment } }];
		const runs = (fields: object) => ['2.0/mlflow/runs/search', { experiment_ids, ...fields }] as const;
		const traces = (fields: object) => ['3.0/mlflow/traces/search', { locations, ...fields }] as const;
		const models = (fields: object) => ['2.0/mlflow/logged-models/search', { experiment_ids, ...fields }] as const;
		const experiments = (fields: object) => ['2.0/mlflow/experiments/search', { max_results: 1, ...fields }] as const;
		type Limit = (count: number) => readonly [call: string, body: object];
		const asked: readonly (readonly [max: number, words: string, limit: Limit])[] = [
			...[runs, traces, models, experiments].map(
				(search) =>
					[filterComparisons.max, 'filterComparisons', (count: number) => search({ filter: comparisons(count, 'tags.a') })] as const,
			),
			[filterComparisons.max, 'filterComparisons', (count) => traces({ filter: comparisons(count, 'span.attributes.a') })],
			[filterComparisons.max, 'filterComparisons', (count) => models({ datasets: ids(count).map((dataset_name) => ({ dataset_name })) })],
			[filterListValues.max, 'filterListValues', (count) => runs({ filter: list(count, 'run_id') })],
			[filterListValues.max, 'filterListValues', (count) => traces({ filter: list(count, 'span.attributes.a') })],
			[filterListValues.max, 'filterListValues', (count) => models({ filter: list(count, 'name') })],
			...[runs, traces, experiments].map(
				(search) =>
					[
						filterCharacters.max,
						'filterCharacters',
						(count: number) => search({ filter: pattern(count, search === experiments ? 'name' : 'tags.a') }),
					] as const,
			),
			[orderClauses.max, 'orderClauses', (count) => runs({ order_by: orders(count, 'tags.a') })],
			[orderClauses.max, 'orderClauses', (count) => traces({ order_by: orders(count, 'tags.a') })],
			[orderClauses.max, 'orderClauses', (count) => models({ order_by: orders(count, 'metrics.a').map((field_name) => ({ field_name })) })],
			[orderClauses.max, 'orderClauses', (count) => experiments({ order_by: new Array(count).fill('name') })],
			[tracesPerRequest.max, 'tracesPerRequest', (count) => ['2.0/mlflow/traces/link-to-run', { trace_ids: ids(count), run_id }]],
			[
				tracesPerRequest.max,
				'tracesPerRequest',
				(count) => ['3.0/mlflow/traces/delete-traces', { experiment_id: app.experiment, request_ids: ids(count) }],
			],
			[experimentsPerSearch.max, 'experimentsPerSearch', (count) => models({ experiment_ids: ids(count) })],
		];
		for (const [max, name, limit] of asked) {
			expect([name, await ask(...limit(max))]).toEqual([name, [200, null]]);
			expect(await ask(...limit(max + 1))).toEqual([400, expect.stringContaining(`(${name}) is ${max}`)]);
		}
	});

	test('are answered for any number and any letters', async () => {
		await using app = await startTestApp({ engine });
		const post = async (call: string, body: object) => {
			const headers = { 'content-type': 'application/json' };
			const answer = await fetch(`${app.url}/api/${call}`, { method: 'POST', headers, body: JSON.stringify(body) });
			return { status: answer.status, said: (await answer.json()) as Record<string, unknown> };
		};
		const experiment_ids = [app.experiment];
		const locations = [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: app.experiment } }];
		const run = await post('2.0/mlflow/runs/create', { experiment_id: app.experiment, run_name: 'Ärger' });
		const { run_id } = (run.said.run as { info: { run_id: string } }).info;
		const dataset = { name: 'd', digest: '1', sourceType: 'local', source: 'here', schema: null, profile: null };
		const datasets = [{ dataset, tags: { 'mlflow.data.context': 'cut off \ud83d' } }];
		await app.client.call('logRunLineage', { params: { run: run_id }, body: { datasets } });
		await post('2.0/mlflow/experiments/create', { name: 'Ärger' });
		await post('2.0/mlflow/logged-models', { experiment_id: app.experiment, name: 'Ärger' });
		const searches = {
			runs: ['2.0/mlflow/runs/search', { experiment_ids }],
			traces: ['3.0/mlflow/traces/search', { locations }],
			models: ['2.0/mlflow/logged-models/search', { experiment_ids }],
			experiments: ['2.0/mlflow/experiments/search', { max_results: 10 }],
		} as const;
		const found = async (what: keyof typeof searches, filter: string) => {
			const [call, body] = searches[what];
			const { status, said } = await post(call, { ...body, filter });
			return [what, filter, status, ((said[what] as unknown[]) ?? []).length];
		};
		for (const [what, field] of [
			['runs', 'run_name'],
			['models', 'name'],
			['experiments', 'name'],
		] as const) {
			const filter = `${field} ilike 'ÄRG%'`;
			expect(await found(what, filter)).toEqual([what, filter, 200, 1]);
		}
		for (const number of ['1.5', '1e30', '-1e30'])
			for (const [what, field] of [
				['runs', 'start_time'],
				['runs', 'end_time'],
				['traces', 'execution_time'],
				['traces', 'timestamp'],
				['models', 'creation_timestamp'],
				['models', 'metrics.a'],
				['experiments', 'creation_time'],
			] as const) {
				const filter = `${field} < ${number}`;
				expect(await found(what, filter)).toEqual([what, filter, 200, expect.any(Number)]);
			}
		expect(await found('runs', "dataset.context like 'cut off _'")).toEqual(['runs', "dataset.context like 'cut off _'", 200, 1]);
	});

	test('measures of traces refuse what they cannot be', async () => {
		await using app = await startTestApp({ engine });
		const base = { experiment_ids: [app.experiment], view_type: 'TRACES', metric_name: 'trace_count' };
		const aggregations = [{ aggregation_type: 'COUNT' }];
		const times = { start_time_ms: 0, end_time_ms: 1 };
		const ask = async (fields: object) => {
			const body = JSON.stringify({ ...base, aggregations, ...fields });
			const headers = { 'content-type': 'application/json' };
			return (await fetch(`${app.url}/api/3.0/mlflow/traces/metrics`, { method: 'POST', headers, body })).status;
		};
		expect(await ask({ ...times, time_interval_seconds: 60 })).toBe(200);
		for (const wrong of [{ aggregations: [] }, { ...times, time_interval_seconds: -1 }, { ...times, time_interval_seconds: 1e15 }])
			expect([wrong, await ask(wrong)]).toEqual([wrong, 400]);
	});

	test('a tag of prompts that names none is as if it were not there', async () => {
		await using app = await startTestApp({ engine });
		const trace = { trace_id: 'tr-1', trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: app.experiment } } };
		const info = { ...trace, request_time: '2026-01-01T00:00:00Z', state: 'OK', tags: { 'mlflow.linkedPrompts': '[null, {"name": 5}]' } };
		const post = async (path: string, body: object) => {
			const headers = { 'content-type': 'application/json' };
			return (await fetch(`${app.url}/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).status;
		};
		expect(await post('3.0/mlflow/traces', { trace: { trace_info: info } })).toBe(200);
		expect(await post('2.0/mlflow/traces/link-prompts', { trace_id: 'tr-1', prompt_versions: [{ name: 'p', version: '1' }] })).toBe(200);
	});
});
