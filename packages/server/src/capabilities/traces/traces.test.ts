import { LIMITS, plainSpanValue, type TraceState } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp } from '../../testing/test-app.ts';
import { startTestCapabilities, type TestCapabilities } from '../../testing/test-capabilities.ts';
import type { KeptTrace, NewSpan, NewTrace, TraceCondition, TraceMetricsQuery } from './service.ts';
import { checkedSpan, spanOfContent } from './span-content.ts';

async function experimentOf({ workspaces, experiments }: TestCapabilities) {
	const workspace = await workspaces.create({ name: 'lab' }, 'tester');
	return (await experiments.create(await workspaces.find(workspace.name), { name: 'agents' }, 'tester')).record;
}

const span = (fields: Partial<NewSpan>): NewSpan => ({
	traceId: 'tr-1',
	spanId: 'root',
	parentId: null,
	name: 'answer',
	type: 'CHAIN',
	status: 'OK',
	startTime: 10_000_000,
	endTime: 12_000_000,
	content: '{"name":"answer","attributes":[{"key":"model","value":{"string_value":"small"}}]}',
	ofTrace: null,
	...fields,
});

const trace = (fields: Partial<NewTrace>): NewTrace => ({
	id: 'tr-2',
	requestTime: 20_000_000,
	durationMs: 500,
	state: 'ERROR',
	clientRequestId: 'req-2',
	requestPreview: 'why?',
	responsePreview: null,
	tags: { team: 'blue' },
	metadata: { 'mlflow.sourceRun': 'run-2' },
	assessments: [],
	...fields,
});

describe.each(ENGINES)('traces on %s', (engine) => {
	it('are found by what an attribute of a span says, and by nothing beside it', async () => {
		await using app = await startTestCapabilities(engine);
		const { traces } = app;
		const experiment = await experimentOf(app);
		const values = {
			a: { int_value: '3' },
			b: { int_value: '5' },
			'100%_"done"': { string_value: '"yes"' },
			plain: { string_value: 'C:\\' },
			isWarm: { bool_value: true },
			part: { double_value: 0.5 },
			tags: { array_value: { values: [{ string_value: 'x' }] } },
		};
		const attributes = Object.entries(values).map(([key, value]) => ({ key, value }));
		await traces.logSpans(experiment, [span({ content: JSON.stringify({ attributes }) })], () => ({}));
		const isFound = async (key: string, operator: string, value: string | string[]) => {
			const condition = { spanAttribute: key, operator, value } as TraceCondition;
			return (await traces.search([experiment.key], { conditions: [condition], limit: 10 })).length > 0;
		};
		for (const [key, operator, value] of [
			['a', '=', '3'],
			['a', '!=', '5'],
			['a', 'not in', ['5', '7']],
			['100%_"done"', '=', 'yes'],
			['100%_"done"', '=', '"yes"'],
			['100%_"done"', 'ilike', 'YE_'],
			['plain', '=', 'C:\\'],
			['plain', 'like', 'C:\\'],
			['plain', 'ilike', 'c:\\'],
			['isWarm', '=', 'true'],
			['part', 'in', ['0.5', '1']],
			['tags', 'like', '%"x"%'],
		] as const)
			expect([key, operator, value, await isFound(key, operator, value as string)]).toEqual([key, operator, value, true]);
		for (const [key, operator, value] of [
			['a', '=', '5'],
			['a', 'like', '%5%'],
			['a', '!=', '3'],
			['100xx"done"', '=', 'yes'],
			['100%_"done"', '!=', 'yes'],
			['nothing', '!=', '3'],
			['nothing', 'like', '%'],
		] as const)
			expect([key, operator, value, await isFound(key, operator, value)]).toEqual([key, operator, value, false]);
	});

	it('are measured, and so are their spans and assessments', async () => {
		await using app = await startTestCapabilities(engine);
		const { traces } = app;
		const experiment = await experimentOf(app);
		const usage = { 'mlflow.trace.tokenUsage': '{"input_tokens": 3, "output_tokens": 1.5e1}', 'mlflow.trace.session': 's' };
		await traces.start(experiment, trace({ metadata: usage }));
		await traces.start(experiment, trace({ id: 'tr-3', durationMs: 100, metadata: { ...usage, 'mlflow.trace.tokenUsage': 'no JSON' } }));
		const attributes = [
			{ key: 'mlflow.llm.model', value: { string_value: '"small"' } },
			{ key: 'mlflow.llm.provider', value: { string_value: 'here' } },
		];
		const costs = [
			{ kvlist_value: { values: [{ key: 'total_cost', value: { double_value: 0.25 } }] } },
			{ kvlist_value: { values: [{ key: 'total_cost', value: { int_value: '2' } }] } },
			{ string_value: '{"total_cost": 0.5}' },
			{ string_value: 'nothing' },
			{ kvlist_value: { values: 'nothing' } },
		];
		const spans = costs.map((value, index) =>
			span({
				traceId: 'tr-2',
				spanId: `s${index}`,
				content: JSON.stringify({ attributes: [...attributes, { key: 'mlflow.llm.cost', value }] }),
			}),
		);
		await traces.logSpans(experiment, spans, () => ({}));
		for (const [name, value] of Object.entries({ yes: 'yes', truth: true, stars: 4, words: 'many words', list: [1] }))
			await traces.assess('tr-2', { name, kind: 'feedback', value, content: {} });

		const measure = async (query: Pick<TraceMetricsQuery, 'view' | 'measure'> & Partial<TraceMetricsQuery>) =>
			traces.metrics([experiment.key], {
				aggregations: [{ kind: 'sum' }],
				dimensions: [],
				conditions: [],
				own: [],
				bucketMillis: null,
				fromMillis: null,
				toMillis: null,
				limit: 10,
				...query,
			});
		const row = (values: (number | null)[], dimensions: string[] = [], bucket: number | null = null) => ({ bucket, dimensions, values });
		const all: TraceMetricsQuery['aggregations'] = [
			{ kind: 'count' },
			{ kind: 'avg' },
			{ kind: 'min' },
			{ kind: 'max' },
			...[0, 25, 100].map((percent) => ({ kind: 'percentile', percent }) as const),
		];
		expect(await measure({ view: 'traces', measure: 'latency', aggregations: all })).toEqual([row([2, 300, 100, 500, 100, 200, 500])]);
		expect(await measure({ view: 'traces', measure: 'sessions', aggregations: [{ kind: 'count' }] })).toEqual([row([1])]);
		expect(await measure({ view: 'traces', measure: 'input_tokens' })).toEqual([row([3])]);
		expect(await measure({ view: 'traces', measure: 'output_tokens' })).toEqual([row([15])]);
		expect(await measure({ view: 'traces', measure: 'latency', bucketMillis: 3_000 })).toEqual([row([600], [], 18_000)]);
		expect(await measure({ view: 'traces', measure: 'latency', fromMillis: 20_001 })).toEqual([row([null])]);
		expect(await measure({ view: 'spans', measure: 'total_cost', dimensions: ['model', 'provider'] })).toEqual([
			row([2.75], ['small', 'here']),
		]);
		expect(await measure({ view: 'spans', measure: 'latency', own: [{ field: 'status', value: 'OK' }], bucketMillis: 1_000 })).toEqual([
			row([10_000], [], 10_000),
		]);
		expect(await measure({ view: 'assessments', measure: 'value', dimensions: ['name'] })).toEqual([
			row([4], ['stars']),
			row([1], ['truth']),
			row([1], ['yes']),
		]);
	});

	it('are found and measured beside texts that are cut off and numbers that are too large', async () => {
		await using app = await startTestCapabilities(engine);
		const { traces } = app;
		const experiment = await experimentOf(app);
		const attributes = [
			{ key: 'said', value: { string_value: 'cut off \ud83d' } },
			...['mlflow.spanInputs', 'mlflow.spanType', 'session.id'].map((key) => ({ key, value: { string_value: 'n\0ul' } })),
			{ key: 'mlflow.llm.model', value: { string_value: 'small' } },
			{ key: 'mlflow.llm.cost', value: { string_value: '{"input_cost": 1e999, "output_cost": 0.5, "total_cost": 1e-999}' } },
		];
		const given = { trace_id: 'AAAA', span_id: 'BBBB', name: 'Är\0ger', start_time_unix_nano: '5000', attributes };
		await traces.logSpans(experiment, [spanOfContent(given, 'tr-1')], () => ({}));
		await traces.start(experiment, trace({ metadata: { 'mlflow.trace.tokenUsage': '{"input_tokens": 1e999, "output_tokens": 2}' } }));
		expect(await traces.get('tr-1')).toMatchObject({
			requestPreview: 'nul',
			tags: { 'mlflow.traceName': 'Ärger' },
			metadata: { 'mlflow.trace.session': 'nul' },
		});
		const found = async (condition: object) =>
			(await traces.search([experiment.key], { conditions: [condition as TraceCondition], limit: 10 })).map(({ id }) => id);
		const sum = async (view: 'traces' | 'spans', measure: TraceMetricsQuery['measure']) => {
			const all = { dimensions: [], conditions: [], own: [], bucketMillis: null, fromMillis: null, toMillis: null, limit: 10 };
			return (await traces.metrics([experiment.key], { view, measure, aggregations: [{ kind: 'sum' }], ...all })).map(
				({ values }) => values,
			);
		};
		expect(await found({ spanAttribute: 'said', operator: 'like', value: 'cut off _' })).toEqual(['tr-1']);
		expect(await found({ span: 'name', operator: 'ilike', value: 'ÄRG%' })).toEqual(['tr-1']);
		expect(await found({ field: 'durationMs', operator: '>', value: 499.5 })).toEqual(['tr-2']);
		expect(await found({ field: 'durationMs', operator: '<', value: 1e30 })).toContain('tr-2');
		expect(await sum('spans', 'output_cost')).toEqual([[0.5]]);
		expect(await sum('spans', 'input_cost')).toEqual([[null]]);
		expect([0, null]).toContain((await sum('spans', 'total_cost'))[0]?.[0]);
		expect(await sum('traces', 'output_tokens')).toEqual([[2]]);
		expect(await sum('traces', 'input_tokens')).toEqual([[null]]);
	});

	it('come to be by their spans or by whoever traced, in either order, and are found', async () => {
		await using app = await startTestCapabilities(engine);
		const { traces } = app;
		const experiment = await experimentOf(app);
		const told = { requestPreview: '"hi"', responsePreview: '"ho"', tags: { 'mlflow.traceName': 'answer' }, metadata: {} };
		await traces.logSpans(
			experiment,
			[span({ spanId: 'child', parentId: 'root', name: 'look up', type: 'TOOL', endTime: 11_000_000 })],
			() => ({}),
		);
		expect(await traces.get('tr-1')).toMatchObject({ state: 'IN_PROGRESS', durationMs: 1_000, requestPreview: null });
		await traces.logSpans(experiment, [span({ ofTrace: told })], () => ({ where: 'here' }));
		expect(await traces.get('tr-1')).toMatchObject({
			state: 'OK',
			durationMs: 2_000,
			requestPreview: '"hi"',
			tags: { 'mlflow.traceName': 'answer', where: 'here' },
		});
		await traces.start(experiment, trace({}));
		await traces.logSpans(experiment, [span({ traceId: 'tr-2', status: 'OK', ofTrace: told })], () => ({}));
		expect(await traces.get('tr-2')).toMatchObject({ state: 'ERROR', durationMs: 500, requestPreview: 'why?' });
		expect((await traces.spansOf(['tr-1'])).get('tr-1')).toHaveLength(2);
		await traces.assess('tr-1', { name: 'correct', kind: 'feedback', value: true, content: { feedback: { value: true } } });
		await traces.assess('tr-2', { name: 'score', kind: 'feedback', value: 0.7, content: {} });
		await traces.assess('tr-2', { name: 'expected', kind: 'expectation', value: 'blue', content: {} });
		await traces.linkToRun(['tr-1', 'nothing'], 'run-1');

		const ids = async (...conditions: TraceCondition[]) =>
			(await traces.search([experiment.key], { conditions, limit: 10 })).map(({ id }) => id);
		const found: readonly [TraceCondition[], string[]][] = [
			[[], ['tr-2', 'tr-1']],
			[[{ field: 'state', operator: '=', value: 'OK' }], ['tr-1']],
			[[{ field: 'requestTime', operator: '>', value: 15_000 }], ['tr-2']],
			[[{ field: 'endTime', operator: '<=', value: 12_000 }], ['tr-1']],
			[[{ kind: 'tag', key: 'team', operator: 'like', value: 'bl%' }], ['tr-2']],
			[[{ kind: 'tag', key: 'team', operator: 'is null', value: null }], ['tr-1']],
			[[{ span: 'name', operator: '=', value: 'look up' }], ['tr-1']],
			[
				[
					{ span: 'name', operator: '=', value: 'look up' },
					{ span: 'type', operator: '=', value: 'CHAIN' },
				],
				[],
			],
			[[{ span: 'content', operator: 'ilike', value: '%SMALL%' }], ['tr-2', 'tr-1']],
			// What its JSON has around what the span says is not looked at.
			[[{ span: 'content', operator: 'like', value: '%value%' }], []],
			[[{ span: 'content', operator: 'ilike', value: '%STRING%' }], []],
			[[{ span: 'content', operator: 'like', value: '%ke_%small%' }], []],
			[[{ span: 'content', operator: 'like', value: '%model%small%' }], ['tr-2', 'tr-1']],
			[[{ spanAttribute: 'model', operator: 'like', value: 'small' }], ['tr-2', 'tr-1']],
			[[{ assessment: 'correct', of: 'feedback', operator: '=', value: 'true' }], ['tr-1']],
			[[{ assessment: 'score', of: 'feedback', operator: '>', value: 0.5 }], ['tr-2']],
			[[{ assessment: 'score', of: 'feedback', operator: '>', value: 0.9 }], []],
			[[{ assessment: 'expected', of: 'expectation', operator: '=', value: 'blue' }], ['tr-2']],
			[[{ run: true, operator: '=', value: 'run-1' }], ['tr-1']],
			[[{ run: true, operator: 'in', value: ['run-2'] }], ['tr-2']],
		];
		for (const [conditions, expected] of found) expect([conditions, await ids(...conditions)]).toEqual([conditions, expected]);
		const byTag = await traces.search([experiment.key], { order: [{ kind: 'tag', key: 'team', descending: true }], limit: 10 });
		expect(byTag.map(({ id }) => id)).toEqual(['tr-2', 'tr-1']);
	});

	it('assessments are revised, replaced and taken back; traces are deleted with all of theirs', async () => {
		await using app = await startTestCapabilities(engine);
		const { traces } = app;
		const experiment = await experimentOf(app);
		await traces.start(
			experiment,
			trace({ assessments: [{ id: 'a-1', name: 'good', kind: 'feedback', value: 1, content: { rationale: 'x' } }] }),
		);
		await traces.assess('tr-2', { id: 'a-2', name: 'good', kind: 'feedback', value: 2, overrides: 'a-1', content: { overrides: 'a-1' } });
		expect((await traces.get('tr-2')).assessments).toEqual([
			{ assessment_id: 'a-1', trace_id: 'tr-2', rationale: 'x', valid: false },
			{ assessment_id: 'a-2', trace_id: 'tr-2', overrides: 'a-1', valid: true },
		]);
		await traces.reassess('tr-2', 'a-2', (content) => ({ name: 'better', value: 3, content: { ...content, rationale: 'y' } }));
		expect(await traces.assessment('tr-2', 'a-2')).toMatchObject({ rationale: 'y' });
		await traces.removeAssessment('tr-2', 'a-2');
		expect(await traces.assessment('tr-2', 'a-1')).toMatchObject({ valid: true });
		await traces.removeAssessment('tr-2', 'a-2');
		await expect(traces.assess('tr-2', { name: 'x', kind: 'feedback', value: 1, overrides: 'no', content: {} })).rejects.toMatchObject({
			code: 'not-found',
		});
		await traces.setTag('tr-2', 'a', '1');
		expect(await traces.removeTag('tr-2', 'a')).toBe(true);
		await traces.start(experiment, trace({ id: 'tr-3', requestTime: 30_000_000 }));
		expect(await traces.remove(experiment, { until: 25_000_000, max: 10 })).toBe(1);
		expect(await traces.remove(experiment, { ids: ['tr-3', 'tr-9'] })).toBe(1);
		await expect(traces.get('tr-3')).rejects.toMatchObject({ code: 'not-found' });
	});

	it('are put as they were kept elsewhere: in pieces, and once', async () => {
		await using app = await startTestCapabilities(engine);
		const { traces } = app;
		const experiment = await experimentOf(app);
		const kept: KeptTrace = {
			...trace({ id: 'tr-9' }),
			assessments: [
				{ id: 'a-9', name: 'good', kind: 'feedback', value: 1, content: { assessment_name: 'good' }, isValid: false },
				{ id: 'a-1', name: 'good', kind: 'feedback', value: 2, overrides: 'a-9', content: { overrides: 'a-9' }, isValid: true },
			],
			runIds: ['run-1'],
		};
		const first = span({ traceId: 'tr-9' });
		const second = span({ traceId: 'tr-9', spanId: 'child', parentId: 'root', startTime: 11_000_000 });
		expect(await traces.put(experiment, { ...kept, state: 'IN_PROGRESS' }, [first])).toMatchObject({ state: 'IN_PROGRESS' });
		const whole = await traces.put(experiment, kept, [second]);
		expect(whole).toEqual({
			...{ id: 'tr-9', experimentId: experiment.id, requestTime: '1970-01-01T00:00:20.000000Z', durationMs: 500, state: 'ERROR' },
			...{ clientRequestId: 'req-2', requestPreview: 'why?', responsePreview: null },
			...{ tags: { team: 'blue' }, metadata: { 'mlflow.sourceRun': 'run-2' } },
			assessments: [
				{ assessment_id: 'a-9', trace_id: 'tr-9', assessment_name: 'good', valid: false },
				{ assessment_id: 'a-1', trace_id: 'tr-9', overrides: 'a-9', valid: true },
			],
			runIds: ['run-1'],
		});
		await traces.removeAssessment('tr-9', 'a-1');
		await traces.setTag('tr-9', 'team', 'red');
		const again = await traces.put(experiment, kept, [first, second]);
		expect([again.tags, again.assessments.length, (await traces.spansOf(['tr-9'])).get('tr-9')?.length]).toEqual([{ team: 'red' }, 1, 2]);
		const { record: other } = await app.experiments.create(await app.workspaces.find('lab'), { name: 'others' }, 'tester');
		await expect(traces.put(other, kept, [])).rejects.toMatchObject({ code: 'already-exists' });
	});
});

describe('spans that come as they were kept elsewhere', () => {
	const whole = { trace_id: 'AAAA', span_id: 'BBBB', name: 'a', start_time_unix_nano: '5000', attributes: [] };

	it('are read for what is asked of them', () => {
		const attributes = [
			{ key: 'mlflow.spanType', value: { string_value: 'LLM' } },
			{ key: 'mlflow.spanInputs', value: { kvlist_value: { values: [{ key: 'q', value: { int_value: '7' } }] } } },
		];
		const given = { ...whole, attributes, end_time_unix_nano: '9000', status: { code: 'STATUS_CODE_ERROR' } };
		expect(spanOfContent(checkedSpan(given), 'tr-1')).toEqual({
			...{ traceId: 'tr-1', spanId: '041041', parentId: null, name: 'a', type: 'LLM', status: 'ERROR', startTime: 5, endTime: 9 },
			content: JSON.stringify(given),
			ofTrace: { requestPreview: '{"q":7}', responsePreview: null, tags: { 'mlflow.traceName': 'a' }, metadata: {} },
		});
	});

	it.each([
		[undefined, null],
		[{}, null],
		[{ int_value: '7' }, 7],
		[{ array_value: null }, []],
		[{ array_value: { values: [null, { bool_value: false }] } }, [null, false]],
		[{ kvlist_value: { values: [{ key: 'a' }, { value: {} }, 5] } }, { a: null }],
	])('have values that may say nothing: %o is %o', (value, json) => {
		expect(plainSpanValue(value)).toEqual(json);
	});

	it.each([
		[{ trace_id: '' }, 'has no trace_id'],
		[{ span_id: 5 }, 'has no span_id'],
		[{ name: null }, 'has no name'],
		[{ start_time_unix_nano: 5 }, 'has no start_time_unix_nano'],
		[{ end_time_unix_nano: '1e9' }, 'has an end_time_unix_nano'],
		[{ parent_span_id: 5 }, 'has a parent_span_id'],
		[{ attributes: [{ value: {} }] }, 'has no list of attributes'],
		[{ attributes: [{ key: 'a', value: 'b' }] }, 'has no list of attributes'],
		[{ events: {} }, 'has events'],
		[{ events: [{ time_unix_nano: 'now' }] }, 'has events'],
		[{ events: [{ attributes: [null] }] }, 'has events'],
		[{ links: {} }, 'has links'],
		[{ status: 'OK' }, 'has a status'],
		[{ status: { code: 1 } }, 'has a status code'],
	])('are refused with %o', (part, words) => {
		expect(() => checkedSpan({ ...whole, ...part })).toThrow(words);
	});
});

it.each(ENGINES)('traces of a workspace are looked through newest first, by page, filter, experiment and run, on %s', async (engine) => {
	await using app = await startTestApp({ agent: false, engine });
	const { client, workspace, experiment } = app;
	const second = (await client.call('createExperiment', { params: { workspace }, body: { name: 'second' } })).id;
	await client.call('createWorkspace', { body: { name: 'elsewhere' } });
	const third = (await client.call('createExperiment', { params: { workspace: 'elsewhere' }, body: { name: 'third' } })).id;
	const put = (
		of: string,
		id: string,
		seconds: number,
		more: Partial<{ state: TraceState; metadata: Record<string, string>; runIds: string[] }> = {},
	) =>
		client.call('putTrace', {
			params: { experiment: of, trace: id },
			body: {
				...{ requestTime: `2026-01-02T03:04:0${seconds}.000000Z`, durationMs: 1, state: 'OK', clientRequestId: null },
				...{ requestPreview: null, responsePreview: null, tags: {}, metadata: {}, assessments: [], runIds: [], spans: [], ...more },
			},
		});
	await put(experiment, 'tr-1', 1, { state: 'ERROR' });
	await put(second, 'tr-2', 2, { runIds: ['run-1'] });
	await put(experiment, 'tr-4', 3, { metadata: { 'mlflow.sourceRun': 'run-1' } });
	await put(experiment, 'tr-3', 3, { metadata: { 'mlflow.sourceRun': 'x'.repeat(5_000) } });
	await put(third, 'tr-5', 4, { runIds: ['run-1'] });

	const search = (query: { filter?: string; experiment?: string; run?: string; limit?: number; cursor?: string }) =>
		client.call('searchTraces', { params: { workspace }, query });
	const found = async (query: Parameters<typeof search>[0]) => (await search(query)).traces.map(({ id }) => id);
	const whole = await search({});
	expect(whole.traces.map(({ id, experimentName }) => [id, experimentName])).toEqual([
		['tr-3', 'ridge'],
		['tr-4', 'ridge'],
		['tr-2', 'second'],
		['tr-1', 'ridge'],
	]);
	expect(whole.nextCursor).toBeNull();
	const pages: string[][] = [];
	for (let cursor: string | null | undefined; cursor !== null; ) {
		const page: Awaited<ReturnType<typeof search>> = await search({ limit: 1, ...(cursor !== undefined && { cursor }) });
		pages.push(page.traces.map(({ id }) => id));
		cursor = page.nextCursor;
	}
	expect(pages).toEqual([['tr-3'], ['tr-4'], ['tr-2'], ['tr-1']]);
	expect(await found({ filter: "state = 'ERROR'" })).toEqual(['tr-1']);
	expect(await found({ experiment: second })).toEqual(['tr-2']);
	expect(await found({ run: 'run-1' })).toEqual(['tr-4', 'tr-2']);
	expect(await found({ run: 'run-1', experiment, filter: 'execution_time > 0' })).toEqual(['tr-4']);
	await expect(search({ experiment: third })).rejects.toMatchObject({ code: 'not-found' });
	await expect(search({ cursor: 'W10' })).rejects.toMatchObject({ code: 'invalid-cursor' });
	await expect(search({ filter: 'state = ERROR' })).rejects.toMatchObject({
		code: 'invalid-mlflow-filter',
		message: expect.stringContaining('at character 9 of the filter'),
	});
});

it.each(ENGINES)('a duration or a step that is no whole number, or too large to be kept as it is, is refused on %s', async (engine) => {
	await using app = await startTestApp({ agent: false, engine });
	const { client, experiment } = app;
	await client.call('createRun', { params: { experiment }, body: { id: 'r' } });
	const time = '2026-01-02T03:04:05.000000Z';
	const nothing = {
		clientRequestId: null,
		requestPreview: null,
		responsePreview: null,
		metadata: {},
		assessments: [],
		runIds: [],
		spans: [],
	};
	const trace = { requestTime: time, state: 'OK' as const, tags: {}, ...nothing };
	const model = { name: 'm', modelType: null, sourceRunId: null, status: 'ready' as const, statusMessage: null, tags: {}, params: {} };
	const metric = { name: 'a', value: 1, time, runId: 'r', datasetName: null, datasetDigest: null };
	const putAll = [
		(durationMs: number) => client.call('putTrace', { params: { experiment, trace: 'tr-1' }, body: { ...trace, durationMs } }),
		(step: number) =>
			client.call('putLoggedModel', {
				params: { experiment, loggedModel: 'm-1' },
				body: { ...model, createdTime: time, modifiedTime: time, metrics: [{ ...metric, step }] },
			}),
		(step: number) => client.call('logRunLineage', { params: { run: 'r' }, body: { modelOutputs: [{ modelId: 'm-1', step }] } }),
	];
	for (const put of putAll) {
		await put(Number.MAX_SAFE_INTEGER);
		for (const wrong of [1.5, Number.MAX_SAFE_INTEGER + 1]) await expect(put(wrong)).rejects.toMatchObject({ code: 'invalid-request' });
	}
	expect((await client.call('listTraces', { params: { experiment } })).traces).toMatchObject([{ durationMs: Number.MAX_SAFE_INTEGER }]);
});

it('a request takes so many spans of a trace, and more come in another', async () => {
	await using app = await startTestApp({ agent: false });
	const { client, experiment } = app;
	const idOf = (index: number, bytes: number) => Buffer.from(index.toString(16).padStart(bytes * 2, '0'), 'hex').toString('base64');
	const spanOf = (index: number) => ({
		trace_id: idOf(1, 16),
		span_id: idOf(index + 1, 8),
		name: 'step',
		start_time_unix_nano: '1795331086211581137',
		attributes: [],
	});
	const told = {
		requestTime: '2026-01-02T03:04:05.000000Z',
		durationMs: 1,
		clientRequestId: null,
		requestPreview: null,
		responsePreview: null,
	};
	const put = (state: 'IN_PROGRESS' | 'OK', from: number, count: number) =>
		client.call('putTrace', {
			params: { experiment, trace: 'tr-1' },
			body: {
				...{ ...told, state, tags: {}, metadata: {}, assessments: [], runIds: [] },
				spans: Array.from({ length: count }, (_, index) => spanOf(from + index)),
			},
		});
	const { max } = LIMITS.spansPerRequest;
	await expect(put('OK', 0, max + 1)).rejects.toMatchObject({ code: 'invalid-request' });
	await put('IN_PROGRESS', 0, max);
	await put('OK', max, 1);
	const { trace, spans } = await client.call('getTrace', { params: { experiment, trace: 'tr-1' } });
	expect([trace.state, spans.length]).toEqual(['OK', max + 1]);
});
