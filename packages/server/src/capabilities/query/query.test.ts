import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const params = { workspace: 'lab' };

const ask = async ({ client }: TestApp, query: string): Promise<unknown[][]> =>
	(await client.call('queryWorkspace', { params, body: { query } })).rows;

/** A cluster with a job that failed, and a run beside. */
async function makeHistory({ client, experiment }: TestApp): Promise<string> {
	await client.call('createCluster', { params, body: { name: 'cpu', vmSize: 'standard_d1_v2', minNodes: 1, maxNodes: 2 } });
	const { id: target } = await client.call('getCluster', { params: { ...params, compute: 'cpu' } });
	const { runId } = await client.call('submitJob', {
		params: { experiment },
		body: { definition: { command: ['false'], target: 'cpu' } },
	});
	const { job } = await client.call('leaseJob', { params: { agent: 'a' }, body: { target, waitMs: 0 } });
	const end = { agent: 'a', fence: job?.fence as number, phase: 'ended' as const, time: '2100-01-01T00:00:00.000000Z', exitCode: 3 };
	await client.call('reportJob', { params: { run: runId }, body: { ...end, error: 'ValueError: no data' } });
	return runId;
}

describe.each(ENGINES)('queries on %s', (engine) => {
	it('the published samples give what happened', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const runId = await makeHistory(app);
		const { id: cluster } = await app.client.call('getCluster', { params: { ...params, compute: 'cpu' } });
		expect(
			await ask(
				app,
				'AmlComputeJobEvent\n| where TimeGenerated > ago(5d) and EventType == "JobFailed"\n| project  TimeGenerated , ClusterId , EventType , ExecutionState , ToolType',
			),
		).toEqual([[expect.stringMatching(/^\d{4}-.*Z$/), cluster, 'JobFailed', 'Failed', 'command']]);
		expect(
			await ask(
				app,
				`AmlComputeJobEvent | where JobName == "${runId}" | project  TimeGenerated , ClusterId , EventType , ExecutionState , ToolType`,
			),
		).toEqual([
			[expect.any(String), cluster, 'JobSubmitted', 'Queued', 'command'],
			[expect.any(String), cluster, 'JobFailed', 'Failed', 'command'],
		]);
		// As samples of Azure's own look for them.
		expect(
			await ask(
				app,
				'AmlComputeJobEvent | where OperationName in ("JobSubmitted", "JobFailed") | project JobName, OperationName | order by OperationName',
			),
		).toEqual([
			[expect.any(String), 'JobSubmitted'],
			[expect.any(String), 'JobFailed'],
		]);
		const clusters = await ask(
			app,
			'AmlComputeClusterEvent | where TimeGenerated > ago(4d) and VmSize == "STANDARD_D1_V2" | project  ClusterName , InitialNodeCount , MaximumNodeCount , QuotaAllocated , QuotaUtilized',
		);
		expect(clusters[0]).toEqual(['cpu', 1, 2, '300', '0']);
		const nodes = await ask(
			app,
			'AmlComputeClusterNodeEvent | where TimeGenerated > ago(8d) and NodeAllocationTime  > ago(8d) | distinct NodeId',
		);
		expect(nodes.length).toBeGreaterThan(0);
	});

	it('half a character in a name is shown as one that is not there, and hides nothing', async () => {
		await using app = await startTestApp({ engine, agent: false });
		await app.client.call('createRun', { params: { experiment: app.experiment }, body: { id: 'half', displayName: 'a\ud800 \\ud800' } });
		await app.client.call('createView', { params, body: { name: 'v\udfff', state: { 'k\ud800': 1 } } });
		expect(await ask(app, 'RunsteadRuns | project DisplayName')).toEqual([['a\ufffd \\ud800']]);
		expect(await ask(app, 'RunsteadAudit | where EventType == "view.created" | project Data.name')).toEqual([['"v\ufffd"']]);
	});

	it('an event is there for the next query, once, also after a restart', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const created = 'RunsteadAudit | where EventType == "run.created" | summarize n=count() by Subject | sort by Subject asc';
		await app.client.call('createRun', { params: { experiment: app.experiment }, body: { id: 'a' } });
		expect(await ask(app, created)).toEqual([['a', 1]]);
		await app.client.call('createRun', { params: { experiment: app.experiment }, body: { id: 'b' } });
		expect(await ask(app, created)).toEqual([
			['a', 1],
			['b', 1],
		]);
		const again = await app.restart();
		expect(await ask(again, created)).toEqual([
			['a', 1],
			['b', 1],
		]);
	});

	it('a workspace sees its own rows, and others only when they are named', async () => {
		await using app = await startTestApp({ engine, agent: false });
		await app.client.call('createWorkspace', { body: { name: 'other' } });
		const query = 'RunsteadAudit | where EventType == "workspace.created" | distinct WorkspaceName | sort by WorkspaceName asc';
		expect(await ask(app, query)).toEqual([['lab']]);
		expect((await app.client.call('queryWorkspace', { params, body: { query, workspaces: ['other'] } })).rows).toEqual([
			['lab'],
			['other'],
		]);
		expect((await app.client.call('queryEverything', { body: { query } })).rows).toEqual([['lab'], ['other']]);
	});
});

describe('a query', () => {
	let app: TestApp;
	beforeAll(async () => {
		app = await startTestApp({ agent: false });
	});
	afterAll(() => app[Symbol.asyncDispose]());

	it('that is wrong is told where', async () => {
		await expect(ask(app, 'AmlComputeJobEvent\n| where Nope == 1')).rejects.toMatchObject({
			code: 'invalid-query',
			status: 400,
			details: { line: 2, character: 9, kind: 'semantic', kustoCode: 'KS142' },
		});
		for (const [query, meant] of [
			['AmlComputeJobEvnt | take 1', 'AmlComputeJobEvent'],
			['AmlComputeJobEvent | where eventTpye == 1', 'EventType'],
			['print strlenn("x")', 'strlen'],
			['AmlComputeJobEvent | whre EventType == "x"', 'where'],
			['AmlComputeJobEvent | summarise count()', 'summarize'],
		] as const)
			await expect(ask(app, query)).rejects.toThrow(`Did you mean ${meant}?`);
		await expect(ask(app, 'AmlComputeJobEvent | where Zzzzzz == 1')).rejects.not.toThrow('Did you mean');
		await expect(ask(app, '.drop table AmlComputeJobEvent')).rejects.toMatchObject({ code: 'invalid-query' });
		await expect(ask(app, 'AmlComputeJobEvent | reduce by EventType')).rejects.toMatchObject({
			code: 'invalid-query',
			details: { kind: 'unsupported' },
		});
		for (const [query, kind, says] of [
			['print s="a=1" | parse-kv s as (a:long) with (pair_delimiter=" ")', 'semantic', 'kv_delimiter'],
			[
				'print s="a=1" | parse-kv s as (a:long) with (pair_delimiter=" ", kv_delimiter="=", quote="|", greedy=true)',
				'unsupported',
				'greedy',
			],
			['print bin_auto(5)', 'semantic', 'set query_bin_auto_size'],
			['print ingestion_time()', 'unsupported', 'TimeGenerated'],
			['range x from 0 to 10000000 step 1', 'limit', 'more than 10000000 rows'],
			['range x from 1 to 3 step 1 | make-series count() on x from 0 to 1048577 step 1', 'limit', 'more than 1048576 points'],
			['range x from 1 to 10001 step 1 | scan with (step s: true;)', 'limit', 'through 10000 rows at most'],
			['print x=1 | scan with (step s output=last: true;)', 'unsupported', 'output=last'],
			['print repeat(1, 1048577)', 'limit', 'more than 1048576 elements'],
		] as const)
			await expect(ask(app, query)).rejects.toMatchObject({
				code: 'invalid-query',
				details: { kind },
				message: expect.stringContaining(says),
			});
		// At the limit itself there is an answer.
		expect(await ask(app, 'range x from 1 to 10000000 step 1 | count')).toEqual([[10_000_000]]);
		expect(await ask(app, 'range x from 1 to 10000 step 1 | scan with (step s: x % 2 == 0;) | count')).toEqual([[5_000]]);
		expect(await ask(app, 'print array_length(repeat(1, 3)), repeat(1, -1), repeat(1d, 1)')).toEqual([[3, null, '["1.00:00:00"]']]);
		// What only the data, or the engine, finds wrong has its place, too, also behind columns that the data makes.
		for (const [query, says, line, character] of [
			['print "a"\n| where "a" matches regex "("', 'The regular expression "(" cannot be read: missing ): (', 2, 27],
			['print a="x"\n| evaluate pivot(a)\n| extend z = extract("[", 1, "x")', 'The regular expression "["', 3, 22],
			['print a="x"\n| evaluate pivot(a)\n| project nope', "The name 'nope'", 3, 11],
			['print a="x"\n| evaluate pivot(a)\n| extend z = repeat(x, 2000000)', 'repeat() makes more than', 3, 14],
			['print x=1\n| graph-match (a)-[b]->(c) project a', 'The operator graph-match is not supported here.', 2, 3],
		] as const)
			await expect(ask(app, query)).rejects.toMatchObject({
				code: 'invalid-query',
				message: expect.stringContaining(says),
				details: { line, character },
			});
		// What is not supported is told as itself, whatever stands around it.
		const fit = 'range x from 1 to 3 step 1 | summarize s=make_list(x) | extend (a, b)=series_fit_poly(s)';
		await expect(ask(app, fit)).rejects.toThrow('The function series_fit_poly() is not supported here.');
		const bag = 'print i=1, d=dynamic({"i":2}) | evaluate';
		await expect(ask(app, `${bag} bag_unpack(d)`)).rejects.toThrow(
			'bag_unpack would make a column i beside the one there is: give it a prefix.',
		);
		await expect(ask(app, `${bag} bag_unpack(d, columnsConflict="keep_source")`)).rejects.toThrow(
			'The argument columnsConflict of bag_unpack',
		);
		await expect(ask(app, 'workspace("lab").AmlComputeJobEvent')).rejects.toThrow('workspace() is not supported here: ask all workspaces');
		await expect(ask(app, `print\n${'('.repeat(201)}1${')'.repeat(201)}`)).rejects.toMatchObject({
			code: 'invalid-query',
			status: 400,
			message: expect.stringContaining('nests deeper than 200 brackets here: give a part of it a name with let.'),
			details: { line: 2, character: 201 },
		});
	});

	it('is completed with what is supported, and told what is wrong while it is written', async () => {
		const proposed = async (query: string) => {
			const { proposals, ...replaced } = await app.client.call('completeQuery', { body: { query, position: query.length } });
			return { ...replaced, names: proposals.map(({ name }) => name) };
		};
		const tables = await proposed('Runs');
		expect(tables.names).toContain('RunsteadAudit');
		expect([tables.start, tables.length]).toEqual([0, 4]);
		const operators = (await proposed('RunsteadAudit | ')).names;
		expect(operators).toContain('summarize');
		expect(operators).toContain('scan');
		expect(operators).not.toContain('reduce');
		expect(await proposed('RunsteadAudit | take 1\n| parse-')).toEqual({ start: 25, length: 6, names: ['parse-kv', 'parse-where'] });
		expect((await proposed('RunsteadAudit | mv-')).names).toEqual(['mv-apply', 'mv-expand']);
		expect((await proposed('RunsteadAudit | where Sequence-')).names).toContain('Sequence');
		expect((await proposed('RunsteadAudit | where ')).names).toEqual(expect.arrayContaining(['EventType', 'strlen']));
		const remarks = async (query: string) => (await app.client.call('checkQuery', { body: { query } })).remarks;
		expect(await remarks('RunsteadAudit | take 1')).toEqual([]);
		expect(await remarks('')).toEqual([]);
		expect(await remarks('RunsteadAudit | where Nope == 1')).toMatchObject([
			{ severity: 'error', start: 22, length: 4, kustoCode: 'KS142' },
		]);
		expect(await remarks('RunsteadAudit | extend a = series_fft(dynamic([1]))')).toMatchObject([{ severity: 'error', start: 27 }]);
		expect(await remarks('RunsteadAudit | evaluate pivot(EventType)')).toEqual([]);
		expect(await remarks('('.repeat(1_000))).toMatchObject([{ severity: 'error', start: 200, length: 1 }]);
		expect((await proposed('('.repeat(1_000))).names).toEqual([]);
	});

	it('that ends with several tables gives them all', async () => {
		const answer = (query: string, limit = 100) => app.client.call('queryWorkspace', { params, body: { query, limit } });
		const rows = 'range x from 1 to 5 step 1 | extend s = iff(x > 2, "b", "a")';
		const forked = await answer(
			`${rows} | fork big=(where x > 3 | project x) (count) (summarize n=count() by s | sort by s asc | as each)`,
		);
		expect([forked, ...forked.more].map((table) => [table.name, table.columns.map(({ name }) => name), table.rows])).toEqual([
			['big', ['x'], [[4], [5]]],
			['Table_1', ['Count'], [[5]]],
			[
				'each',
				['s', 'n'],
				[
					['a', 2],
					['b', 3],
				],
			],
		]);
		const faceted = await answer(`${rows} | facet by s, x with (where x > 3 | project x)`, 3);
		expect([faceted, ...faceted.more].map((table) => [table.name, table.columns.map(({ name }) => name), table.rows, table.cutBy])).toEqual(
			[
				['PrimaryResult', ['x'], [[4], [5]], null],
				[
					'Table_1',
					['s', 'count_s'],
					[
						['a', 2],
						['b', 3],
					],
					null,
				],
				[
					'Table_2',
					['x', 'count_x'],
					[
						[1, 1],
						[2, 1],
						[3, 1],
					],
					'rows',
				],
			],
		);
		const stated = await answer('let n = 2; print a = n | render card; print b = 1 | fork (project c = b) d=(count); print e = n');
		expect([stated, ...stated.more].map((table) => [table.name, table.columns.map(({ name }) => name), table.visualization])).toEqual([
			['PrimaryResult', ['a'], { visualization: 'card' }],
			['Table_1', ['c'], null],
			['d', ['Count'], null],
			['Table_3', ['e'], null],
		]);
		expect((await answer('print 1;'.repeat(100))).more.length).toBe(99);
		await expect(answer('print 1;'.repeat(101))).rejects.toThrow('This makes 101 tables; the limit is 100.');
		await expect(answer(`${rows} | facet by x | take 1`)).rejects.toThrow('Here facet is not supported: it ends a query');
	});

	it('is cut off at its rows, and says so', async () => {
		const answer = await app.client.call('queryWorkspace', { params, body: { query: 'range x from 1 to 10 step 1', limit: 3 } });
		expect(answer).toMatchObject({ rows: [[1], [2], [3]], rowCount: 3, cutBy: 'rows' });
	});

	it('sees a span of time, and nothing outside', async () => {
		const count = async (timespan: string) =>
			(await app.client.call('queryWorkspace', { params, body: { query: 'RunsteadAudit | count', timespan } })).rows[0]?.[0];
		expect(await count('PT1H')).toBeGreaterThan(0);
		expect(await count('2020-01-01T00:00:00Z/P1D')).toBe(0);
		await expect(count('yesterday')).rejects.toMatchObject({ code: 'invalid-request' });
	});

	it('reaches no file, no setting and no table of the engine', async () => {
		for (const query of [
			"externaldata(x:string)['/etc/passwd']",
			"print read_text('/etc/passwd')",
			'engine_cursor | take 1',
			"print x = \"' || (select content from read_text('/etc/passwd')) || '\" | extend y = replace_regex(x, \"'\", \"''\")",
			"datatable(['a\" from duckdb_settings() --']:string)['x'] | project ['a\" from duckdb_settings() --']",
		]) {
			const answer = await ask(app, query).catch((error: { code: string }) => error.code);
			expect(JSON.stringify(answer)).not.toMatch(/root:/);
		}
	});
});

describe('the tables that are no events', () => {
	it('have runs, points and lines as they are when they are asked for', async () => {
		await using app = await startTestApp({ agent: false });
		const { client, experiment } = app;
		await client.call('createRun', { params: { experiment }, body: { id: 'one', displayName: 'first', tags: { quality: 'good' } } });
		const log = (steps: number[], numbers: number[]) =>
			client.call('logMetrics', {
				params: { run: 'one' },
				body: {
					series: [
						{
							name: 'loss',
							kind: 'scalar',
							steps,
							times: steps.map(() => 1_795_248_000_000_000),
							columns: [{ name: 'loss', values: numbers }],
						},
					],
				},
			});
		await log([0, 1], [1, 0.5]);
		const points = 'RunsteadMetrics | where RunId == "one" | project Name, Step, Value | sort by Step asc';
		expect(await ask(app, points)).toEqual([
			['loss', 0, 1],
			['loss', 1, 0.5],
		]);
		await log([2], [0.25]);
		expect(await ask(app, points)).toEqual([
			['loss', 0, 1],
			['loss', 1, 0.5],
			['loss', 2, 0.25],
		]);
		const runs = 'RunsteadRuns | project RunId, DisplayName, Status, tostring(Tags.quality), todouble(Metrics.loss)';
		expect(await ask(app, runs)).toEqual([['one', 'first', 'Running', 'good', 0.25]]);
		await client.call('changeRunStatus', { params: { run: 'one' }, body: { status: 'Completed' } });
		expect((await ask(app, runs))[0]?.[2]).toBe('Completed');
		// What comes after the end of its run is found, too.
		await log([3], [0.125]);
		expect((await ask(app, points))[3]).toEqual(['loss', 3, 0.125]);
		expect((await ask(app, runs))[0]?.[4]).toBe(0.125);
		await log([4], [0.5]);
		expect((await ask(app, runs))[0]?.[4]).toBe(0.5);
		const append = (offset: number, text: string) =>
			fetch(`${app.url}/api/v1/runs/one/logs/logs/a.txt?offset=${offset}`, {
				method: 'POST',
				headers: { 'content-type': 'application/octet-stream' },
				body: text,
			});
		expect((await append(0, '2026-11-21 08:00:00,5 ERROR broken\nsecond\nthi')).status).toBeLessThan(300);
		const lines = 'RunsteadLogs | project LineNumber, Level, Message | sort by LineNumber asc';
		expect(await ask(app, lines)).toEqual([
			[1, 'error', '2026-11-21 08:00:00,5 ERROR broken'],
			[2, '', 'second'],
		]);
		await append(45, 'rd\n2026-13-41 99:00:00 no time\n2026-02-30 08:00:00 no day\n');
		expect((await ask(app, lines)).slice(2)).toEqual([
			[3, '', 'third'],
			[4, '', '2026-13-41 99:00:00 no time'],
			[5, '', '2026-02-30 08:00:00 no day'],
		]);
		await log([5], [0.0625]);
		const again = await app.restart();
		expect((await ask(again, runs))[0]?.[4]).toBe(0.0625);
	});
});

it('points that are no numbers, or without end, are there as they were logged', async () => {
	await using app = await startTestApp({ agent: false });
	await app.client.call('createRun', { params: { experiment: app.experiment }, body: { id: 'one' } });
	const values = [0.5, { number: 'NaN' as const }, { number: 'Infinity' as const }, { number: '-Infinity' as const }];
	const series = [{ name: 'loss', kind: 'scalar' as const, steps: [0, 1, 2, 3], times: [0, 1, 2, 3], columns: [{ name: 'loss', values }] }];
	await app.client.call('logMetrics', { params: { run: 'one' }, body: { series } });
	expect(await ask(app, 'RunsteadMetrics | sort by Step asc | project Value, Text, isnan(Value), isinf(Value), Value > 0')).toEqual([
		[0.5, '', false, false, true],
		['NaN', 'NaN', true, false, false],
		['Infinity', 'Infinity', false, true, true],
		['-Infinity', '-Infinity', false, true, false],
	]);
	expect(await ask(app, 'RunsteadRuns | project todouble(Metrics.loss), Metrics')).toEqual([['-Infinity', '{"loss":"-Infinity"}']]);
	expect(await ask(app, 'RunsteadMetrics | summarize max(Value), min(Value), avg(Value), make_list(Value)')).toEqual([
		['Infinity', '-Infinity', 'NaN', '[0.5,"NaN","Infinity","-Infinity"]'],
	]);
	// What a text says of them stays what it says.
	expect(
		await ask(app, `RunsteadMetrics | where isnan(Value) | summarize l = make_list(Value) | project bag_pack('"NaN" \\\\', l)`),
	).toEqual([['{"\\"NaN\\" \\\\":["NaN"]}']]);
	expect(
		await ask(
			app,
			'RunsteadMetrics | summarize l = make_list(Value) | project series_sin(array_concat(l, dynamic([null]))), series_asin(l)',
		),
	).toEqual([[`[${Math.sin(0.5)},"NaN","NaN","NaN",null]`, `[${Math.asin(0.5)},"NaN","NaN","NaN"]`]]);
});

it.each(ENGINES.filter((engine) => engine === 'postgres'))(
	'points that another server on the same %s database took are found, also those of a run that has ended',
	async (engine) => {
		await using app = await startTestApp({ engine, agent: false });
		await using other = await app.beside();
		const { client, experiment } = app;
		const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
		const count = () => ask(app, `RunsteadMetrics | where RunId == "${run}" | count`);
		const last = () => ask(app, `RunsteadRuns | where RunId == "${run}" | project todouble(Metrics.loss)`);
		const log = (step: number) =>
			other.client.call('logMetrics', {
				params: { run },
				body: {
					series: [
						{
							name: 'loss',
							kind: 'scalar',
							steps: [step],
							times: [1_795_248_000_000_000],
							columns: [{ name: 'loss', values: [step / 2] }],
						},
					],
				},
			});
		await log(0);
		expect(await count()).toEqual([[1]]);
		await client.call('changeRunStatus', { params: { run }, body: { status: 'Completed' } });
		expect(await count()).toEqual([[1]]);
		await log(1);
		expect(await count()).toEqual([[2]]);
		expect(await last()).toEqual([[0.5]]);
		await log(2);
		expect(await last()).toEqual([[1]]);
		await log(3);
		expect(await count()).toEqual([[4]]);
	},
);
