/** What clients of Azure ML can send that is wrong, sent twice, or not theirs: each is answered in their words, and changes nothing. */
import { createClient } from '@runstead/client';
import { LIMITS } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { door } from '../../testing/azureml-door.ts';
import { ENGINES, startTestApp } from '../../testing/test-app.ts';

const RUN_EVENT = 'Microsoft.MachineLearning.Run.';

const point = (metricId: string, value: string | number, name = 'mse') =>
	`{"name":"${name}","columns":{"${name}":"double"},"properties":{"uxMetricType":"azureml.v1.scalar"},"value":[{"metricId":"${metricId}","createdUtc":"2026-11-21T08:00:00.5Z","data":{"${name}":${value}}}]}`;

describe.each(ENGINES)('%s', (engine) => {
	it('the same request ten times is done once', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { history, workspace, send } = await door(app);
		const run = { runId: 'r1', name: 'run_r1', tags: { quality: null }, properties: { author: 'ada' } };
		for (let time = 0; time < 10; time++) {
			expect((await send('PATCH', `${history}/runs/r1`, run)).body).toMatchObject({ runId: 'r1', runNumber: 1, rootRunId: 'r1' });
			expect((await send('POST', `${history}/runs/r1/events`, { name: `${RUN_EVENT}Start`, data: { RunId: 'r1' } })).status).toBe(200);
			const batch = await send('POST', `/metric/v2.0${workspace}/runs/r1/batch`, `{"values":[${point('a', 1)},${point('b', 'NaN')}]}`);
			expect(batch).toEqual({ status: 200, body: {} });
		}
		const { metrics, tags } = await app.client.call('getRun', { params: { run: 'r1' } });
		expect([metrics.mse?.count, tags]).toEqual([2, { quality: null }]);
		// Ids are told apart by their metric: what was read here is sent on with such.
		await send('POST', `/metric/v2.0${workspace}/runs/r1/batch`, `{"values":[${point('0', 1, 'loss')}]}`);
		await send('POST', `/metric/v2.0${workspace}/runs/r1/batch`, `{"values":[${point('0', 2, 'gain')}]}`);
		expect(Object.keys((await app.client.call('getRun', { params: { run: 'r1' } })).metrics).toSorted()).toEqual(['gain', 'loss', 'mse']);
		const { body } = await send('POST', `/metric/v2.0${workspace}/runs/r1/full`, { metricName: 'mse' });
		expect(body.columns).toEqual({ mse: 'double' });
		expect(body.value.map((one: { data: object }) => one.data)).toEqual([{ mse: 1 }, { mse: 'NaN' }]);
	});

	it('rows are read back in order of time, each with all columns, between two times and page by page', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { history, workspace, send } = await door(app);
		await send('PATCH', `${history}/runs/r1`, { runId: 'r1' });
		const row = (second: number, data: object, step?: number) => ({
			metricId: `m${second}`,
			createdUtc: `2026-11-21T08:00:0${second}.000001Z`,
			...(step !== undefined && { step }),
			data,
		});
		const table = { name: 'a "quoted" name', properties: { uxMetricType: 'azureml.v1.table' } };
		for (const value of [
			[row(3, { x: 1.5, 'y\n': 'three' }, 7), row(2, { x: 2.5 })],
			[row(1, { 'y\n': 'one' }), row(1, { x: 0.5, 'y\n': 'ü' })],
		])
			await send('POST', `/metric/v2.0${workspace}/runs/r1/batch`, {
				values: [{ ...table, columns: { x: 'double', 'y\n': 'string' }, value }],
			});
		const read = async (query: object) =>
			(await send('POST', `/metric/v2.0${workspace}/runs/r1/full`, { metricName: table.name, ...query })).body;
		const { name, columns, value } = await read({});
		expect([name, columns]).toEqual([table.name, { x: 'double', 'y\n': 'string' }]);
		expect(value.map(({ createdUtc, step, data }: Record<string, unknown>) => [createdUtc, step, data])).toEqual([
			['2026-11-21T08:00:01.000001Z', undefined, { x: 'NaN', 'y\n': 'one' }],
			['2026-11-21T08:00:01.000001Z', undefined, { x: 0.5, 'y\n': 'ü' }],
			['2026-11-21T08:00:02.000001Z', undefined, { x: 2.5, 'y\n': null }],
			['2026-11-21T08:00:03.000001Z', 7, { x: 1.5, 'y\n': 'three' }],
		]);
		const some = await read({ startTime: '2026-11-21T08:00:02Z', endTime: '2026-11-21T08:00:03Z' });
		expect(some.value.map(({ data }: { data: object }) => data)).toEqual([{ x: 2.5, 'y\n': null }]);
		expect((await read({ startTime: '2999-01-01T00:00:00Z' })).value).toEqual([]);
	});

	it('of a batch with a metric that cannot be, the others are kept', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { history, workspace, send } = await door(app);
		await send('PATCH', `${history}/runs/r1`, { runId: 'r1' });
		const list = point('c', 1, 'other').replace('azureml.v1.scalar', 'azureml.v1.list');
		const batches = `/metric/v2.0${workspace}/runs/r1/batch`;
		await send('POST', batches, `{"values":[${list}]}`);
		const answer = await send('POST', batches, `{"values":[${point('d', 1)},${point('e', 1, 'other')},${point('f', 2)}]}`);
		expect(answer.status).toBe(207);
		expect(answer.body.errors).toMatchObject([{ metric: { name: 'other' }, errorResponse: { error: { code: 'Conflict' } } }]);
		const { metrics } = await app.client.call('getRun', { params: { run: 'r1' } });
		expect([metrics.mse?.count, metrics.other?.count]).toEqual([2, 1]);
	});
});

it('tokens that are no tokens, and what the token of a run may not', async () => {
	await using app = await startTestApp({ agent: false });
	const owner = await door(app);
	const { history, workspace } = owner;
	for (const id of ['r1', 'r2']) await owner.send('PATCH', `${history}/runs/${id}`, { runId: id });
	for (const token of ['nonsense', 'e30.e30.c2ln']) {
		const refused = await (await door(app, token)).send('GET', `${history}/runs/r1`);
		expect([refused.status, refused.body.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
	}
	const { token } = (await owner.send('GET', `${history}/runs/r1/token`)).body;
	const job = await door(app, token);
	expect((await job.send('GET', `${history}/runs/r1`)).status).toBe(200);
	expect((await job.send('PATCH', `${history}/runs/c1`, { runId: 'c1', parentRunId: 'r1' })).status).toBe(200);
	const batch = `/metric/v2.0${workspace}/runs/r2/batch`;
	for (const [method, path, body] of [
		['PATCH', `${history}/runs/r2`, { tags: { a: 'b' } }],
		['PATCH', `${history}/runs/new`, { runId: 'new' }],
		['PATCH', `${history}/runs/new`, { runId: 'new', parentRunId: 'r2' }],
		['PATCH', `${history}/batch/runs`, { runs: [{ runId: 'new', parentRunId: 'r2' }] }],
		['POST', `${history}/batch/events`, { events: [{ name: `${RUN_EVENT}Completed`, data: { RunId: 'r2' } }] }],
		['POST', batch, { values: [] }],
		['POST', '/history/v1.0'.concat(workspace, '/experiments/another'), undefined],
	] as const) {
		const refused = await job.send(method, path, body);
		expect([path, refused.status, refused.body.error.code]).toEqual([path, 403, 'AuthorizationFailed']);
	}
	// A run of another workspace is not there, under whichever workspace it is asked for.
	const { subscriptionId, resourceGroup } = await app.client.call('createWorkspace', { body: { name: 'other' } });
	const other = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/other`;
	const elsewhere = `/history/v1.0${other}/experiments/ridge`;
	await owner.send('POST', elsewhere);
	expect((await owner.send('PATCH', `${elsewhere}/runs/r3`, { runId: 'r3' })).status).toBe(200);
	for (const [path, status] of [
		[`${elsewhere}/runs/r3`, 403],
		[`${elsewhere}/runs/r1`, 403],
		[`${history}/runs/r3`, 404],
		[`/artifact/v2.0${workspace}/artifacts/ExperimentRun/dcid.r3`, 404],
		[`/datastore/v1.0${other}/default`, 403],
	] as const)
		expect([path, (await job.send('GET', path)).status]).toEqual([path, status]);
	expect((await job.send('POST', `/metric/v2.0${workspace}/runs/r3/list`, {})).status).toBe(404);
	// The token of a job is not turned into another one.
	const identity = await fetch(`${app.url}/msi/token`, { method: 'POST', headers: { metadata: 'true', authorization: `Bearer ${token}` } });
	expect(identity.status).toBe(401);
	expect((await fetch(`${app.url}/msi/token`, { method: 'POST' })).status).toBe(401);
});

it('the token of a run makes no clusters, environments or jobs of others, and an expired one is refused', async () => {
	await using app = await startTestApp({ agent: false });
	const owner = await door(app);
	const { history, workspace } = owner;
	for (const id of ['r1', 'r2']) await owner.send('PATCH', `${history}/runs/${id}`, { runId: id });
	const { token } = (await owner.send('GET', `${history}/runs/r1/token`)).body;
	const job = await door(app, token);
	const submit = `/execution/v1.0${workspace}/experiments/ridge/snapshotrun?runId=new`;
	for (const [method, path, body] of [
		['PUT', `${workspace}/computes/a`, { properties: { computeType: 'AmlCompute' } }],
		['DELETE', `${workspace}/computes/a`, undefined],
		['PUT', `/environment/v1.0${workspace}/environments/a`, {}],
		['POST', submit, { Configuration: { script: 'a.py' } }],
		['POST', submit, { Configuration: { script: 'a.py' }, ParentRunId: 'r2' }],
		['POST', `/execution/v1.0${workspace}/runId/r2/cancel`, undefined],
		['DELETE', `/modelmanagement/v1.0${workspace}/models/a:1`, undefined],
		['POST', `/artifact/v2.0${workspace}/artifacts/batch/metadata/ExperimentRun/dcid.r2`, { paths: [{ path: 'a' }] }],
	] as const) {
		const refused = await job.send(method, path, body);
		expect([path, refused.status, refused.body.error.code]).toEqual([path, 403, 'AuthorizationFailed']);
	}
	// As a client shows it that was asleep: well-formed, and over.
	const [head, , signature] = token.split('.');
	const over = Buffer.from(JSON.stringify({ exp: 1, tid: 'a' })).toString('base64url');
	const expired = await (await door(app, `${head}.${over}.${signature}`)).send('GET', `${history}/runs/r1`);
	expect([expired.status, expired.body.error.code]).toEqual([401, 'InvalidAuthenticationToken']);

	// The client itself sends 50 metrics at once; more are taken too.
	const many = Array.from({ length: 2_000 }, (_, index) => point(String(index), index, `metric ${index % 100}`));
	expect(await owner.send('POST', `/metric/v2.0${workspace}/runs/r1/batch`, `{"values":[${many.join()}]}`)).toEqual({
		status: 200,
		body: {},
	});
	const { metrics } = await app.client.call('getRun', { params: { run: 'r1' } });
	expect(Object.values(metrics).map(({ count }) => count)).toEqual(Array.from({ length: 100 }, () => 20));
});

it('bad bodies, filters and names are refused with what is wrong', async () => {
	await using app = await startTestApp({ agent: false });
	const { history, workspace, send } = await door(app);
	await send('PATCH', `${history}/runs/r1`, { runId: 'r1' });
	const query = (filter: string) => send('POST', `${history}/runs:query`, { filter });
	for (const [answer, status] of [
		[await send('PATCH', `${history}/runs/r1`, '{"tags":'), 400],
		[await send('PATCH', `${history}/runs/r1`, []), 400],
		[await send('PATCH', `${history}/runs/r1`, '{"tags":{"__proto__":"a"}}'), 400],
		[await send('PATCH', `${history}/runs/r1`, '{"tags":{"_\\u005fpr\\u006fto__":"a"}}'), 400],
		[await send('PATCH', `${history}/runs/r1`, { tags: { a: {} } }), 400],
		[await send('PATCH', `${history}/runs/r1`, { status: 'Dancing' }), 400],
		[await send('PATCH', `${history}/runs/a%2Fb`, { runId: 'a/b' }), 400],
		[await send('POST', `${history}/runs/r1/events`, { name: 'Something' }), 400],
		[await send('POST', `/metric/v2.0${workspace}/runs/r1/batch`, { values: [{ name: 'a', value: [{ createdUtc: 'soon' }] }] }), 207],
		[await send('POST', `/metric/v2.0${workspace}/runs/r1/full`, { metricName: 'nothing' }), 404],
		[await send('GET', `${history}/runs/r1/children?$continuationToken=nonsense`), 400],
		[await query('(Status eq'), 400],
		[await query('(Colour eq blue)'), 400],
		[await query('(Status eq Failed'), 400],
		[await send('GET', `/history/v1.0${workspace.replace('/lab', '/other')}/experiments/ridge`), 404],
		[await send('GET', `/history/v1.0${workspace.replace('runstead', 'other')}/experiments/ridge`), 404],
		[await send('GET', `/jasmine/v1.0${workspace}/nothing`), 404],
	] as const) {
		expect([answer.status, answer.body]).toEqual([
			status,
			expect.objectContaining(status === 207 ? { errors: expect.anything() } : { error: expect.anything() }),
		]);
	}
	expect((await query('')).body.value).toHaveLength(1);
});

it('ids of resources may be lower-cased, and any version of the interface is taken', async () => {
	await using app = await startTestApp({ agent: false });
	const { workspace, send } = await door(app);
	for (const path of [`${workspace.toLowerCase()}?api-version=2999-01-01`, `/${workspace}`, `/rp/workspaces${workspace.toLowerCase()}`]) {
		const { status, body } = await send('GET', path);
		expect([path, status, body.name]).toEqual([path, 200, 'lab']);
		expect(body.properties.discoveryUrl).toBe(`${app.url}/discovery`);
	}
	expect((await send('GET', '/subscriptions')).body.value).toHaveLength(1);
});

it('filters as the clients write them', async () => {
	await using app = await startTestApp({ agent: false });
	const { history, send } = await door(app);
	await send('PATCH', `${history}/runs/a`, { runId: 'a', tags: { 'worth another look': null, said: 'it is "good" (or not)' } });
	await send('PATCH', `${history}/runs/b`, { runId: 'b', parentRunId: 'a', properties: { author: "ada's" } });
	const found = async (filter: string) =>
		(await send('POST', `${history}/runs:query`, { filter })).body.value.map(({ runId }: { runId: string }) => runId);
	expect(await found('(ParentRunId eq null)')).toEqual(['a']);
	expect(await found('(Tags/worth another look ne null or Tags/worth another look eq null)')).toEqual(['a']);
	expect(await found('((Tags/said eq "it is "good" (or not)") and (ParentRunId eq null))')).toEqual(['a']);
	expect(await found(`(Properties/author eq "ada's")`)).toEqual(['b']);
	expect(await found('(RootRunId eq a and RunId ne a)')).toEqual(['b']);
	expect(await found('(CreatedUtc ge 2020-01-01 00:00:00)')).toEqual(['b', 'a']);
	expect(await found('(CreatedUtc ge 2999-01-01 00:00:00.5+00:00)')).toEqual([]);
	expect(await found('(RunType eq x or Properties/azureml.runsource eq x)')).toEqual([]);
	expect(await found('RunId eq a or RunId eq b')).toEqual(['b', 'a']);
	expect(await found('(RunId eq  a   or   RunId  eq b )')).toEqual(['b', 'a']);
});

it.each(ENGINES)('a filter of thousands of runs is answered, and a longer one is refused, on %s', async (engine) => {
	await using app = await startTestApp({ agent: false, engine });
	const { history, send } = await door(app);
	await send('PATCH', `${history}/runs/a`, { runId: 'a' });
	const { max } = LIMITS.azureFilterCharacters;
	const ask = async (filter: string) => {
		const { status, body } = await send('POST', `${history}/runs:query`, { filter });
		return [filter.length, status, body.value?.length ?? body.error.innerError.code];
	};
	for (const [comparison, word, found] of [
		['RunId eq a', 'or', 1],
		['Tags/a ne "b"', 'and', 0],
		['(Tags/a eq b)', 'or', 0],
	] as const) {
		const filter = new Array(Math.floor(max / `${comparison} ${word} `.length)).fill(comparison).join(` ${word} `);
		expect(await ask(filter.padEnd(max))).toEqual([max, 200, found]);
	}
	expect(await ask(' '.repeat(max + 1))).toEqual([max + 1, 200, 1]);
	expect(await ask('RunId eq a'.padEnd(max + 1))).toEqual([max + 1, 400, 'limit-exceeded']);
	expect(await ask(`RunId eq ${' '.repeat(max - 10)}x`)).toEqual([max, 200, 0]);
});

it('an address of a file lets its bearer do that to that file, and nothing else', async () => {
	await using app = await startTestApp({ agent: false });
	const { history, workspace, send, plain } = await door(app);
	await send('PATCH', `${history}/runs/r1`, { runId: 'r1' });
	const artifacts = `/artifact/v2.0${workspace}/artifacts`;
	const reserve = (path: string) => send('POST', `${artifacts}/batch/metadata/ExperimentRun/dcid.r1`, { paths: [{ path }] });
	// Clients write over TLS alone: without it they are told so, in place of an address that they cannot reach.
	expect((await reserve('a')).body.error.innerError.code).toBe('tls-off');
	await app.client.call('setTls', { body: { isOn: true, port: 0 } });
	const { body } = await reserve('./outputs/a ü.txt');
	const target = plain(body.artifactContentInformation['./outputs/a ü.txt'].contentUri);
	const put = (url: URL | string) => fetch(url, { method: 'PUT', headers: { 'x-ms-blob-type': 'BlockBlob' }, body: 'hello' });
	expect((await put(target)).status).toBe(201);
	const { body: info } = await send('GET', `${artifacts}/contentinfo/ExperimentRun/dcid.r1/outputs/a%20%C3%BC.txt`);
	expect(await (await fetch(info.contentUri)).text()).toBe('hello');
	const part = await fetch(info.contentUri, { headers: { 'x-ms-range': 'bytes=1-2' } });
	expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 1-2/5', 'el']);
	expect((await put(info.contentUri)).status).toBe(401);
	expect((await put(target.href.replace('outputs', 'elsewhere'))).status).toBe(401);
	expect((await put(target.href.replace(/sig=.*/, 'sig='))).status).toBe(401);
	const sig = target.searchParams.get('sig') as string;
	await expect(createClient({ url: app.url, token: sig }).call('getRun', { params: { run: 'r1' } })).rejects.toMatchObject({ status: 401 });
	expect((await reserve('../a')).status).toBe(400);
	expect((await send('GET', `${artifacts}/contentinfo/ExperimentRun/dcid.r1/nothing`)).status).toBe(404);
	expect((await send('GET', `${artifacts}/contentinfo/ExperimentRun/dcid.nobody/nothing`)).status).toBe(404);
});
