import { describe, expect, it } from 'vitest';
import { JOINING_MACHINE } from '../../testing/joining-machine.ts';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const create = ({ client, workspace }: TestApp, fields: object = {}) =>
	client.call('createCluster', { params: { workspace }, body: { name: 'cpu-cluster', vmSize: 'Standard_D2_v2', maxNodes: 2, ...fields } });

const submit = async ({ client }: TestApp, experiment: string, fields: object = {}): Promise<string> =>
	(
		await client.call('submitJob', {
			params: { experiment },
			body: { definition: { command: ['true'], target: 'cpu-cluster', ...fields } },
		})
	).runId;

/** Waits until runs have ended; what each became. */
const endsOf = (app: TestApp, runs: readonly string[]): Promise<string[]> =>
	statusesUntil(app, runs, (statuses) => statuses.every((status) => ['Completed', 'Failed', 'Canceled'].includes(status)));

/** Looks at runs whenever something changes in their workspace, until they are as wanted. */
async function statusesUntil(
	{ client, url, workspace }: TestApp,
	runs: readonly string[],
	wanted: (statuses: string[]) => boolean,
): Promise<string[]> {
	const statuses = async () => Promise.all(runs.map(async (run) => (await client.call('getRun', { params: { run } })).status));
	const stream = await fetch(`${url}/api/v1/workspaces/${workspace}/live`);
	let now = await statuses();
	for await (const _ of stream.body as ReadableStream<Uint8Array>) {
		now = await statuses();
		if (wanted(now)) return now;
	}
	return now;
}

describe.each(ENGINES)('compute on %s', (engine) => {
	it('a cluster is made, changed, listed and deleted', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace } = app;
		expect(await create(app, { tags: { team: 'a' } })).toMatchObject({
			name: 'cpu-cluster',
			vmSize: 'STANDARD_D2_V2',
			vmPriority: 'dedicated',
			minNodes: 0,
			maxNodes: 2,
			idleSecondsBeforeScaleDown: 1_800,
			allocationState: 'steady',
			currentNodes: 0,
			queuedRuns: 0,
		});
		await expect(create(app, { name: 'CPU-cluster' })).rejects.toMatchObject({ code: 'already-exists', status: 409 });
		const params = { workspace, compute: 'Cpu-Cluster' };
		expect(await client.call('updateCluster', { params, body: { maxNodes: 5, maxConcurrentRuns: 1 } })).toMatchObject({
			maxNodes: 5,
			maxConcurrentRuns: 1,
			minNodes: 0,
		});
		await expect(client.call('updateCluster', { params, body: { minNodes: 6 } })).rejects.toMatchObject({
			status: 400,
			message: 'minNodes (6) is greater than maxNodes (5).',
		});
		expect((await client.call('listClusters', { params: { workspace }, query: {} })).clusters.map(({ name }) => name)).toEqual([
			'cpu-cluster',
		]);
		const run = await submit(app, app.experiment);
		await expect(client.call('deleteCluster', { params, query: {} })).rejects.toMatchObject({
			code: 'cluster-has-runs',
			status: 409,
			message: 'Cluster cpu-cluster has 1 runs that wait or run.',
		});
		await client.call('deleteCluster', { params, query: { cancelRuns: true } });
		expect((await client.call('getRun', { params: { run } })).status).toBe('Canceled');
		await expect(client.call('getCluster', { params })).rejects.toMatchObject({ code: 'not-found', status: 404 });
	});

	it('what happened to a cluster and its nodes is told page by page, newest first, and how long its runs waited', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace } = app;
		await create(app);
		await create(app, { name: 'another' });
		const params = { workspace, compute: 'cpu-cluster' };
		await client.call('updateCluster', { params, body: { maxNodes: 3 } });
		const [first, second] = [await submit(app, app.experiment), await submit(app, app.experiment)];
		await client.call('cancelRun', { params: { run: first }, body: {} });
		const page = await client.call('listComputeEvents', { params, query: { limit: 1 } });
		const all = [];
		for (let cursor: string | null | undefined; cursor !== null; ) {
			const { events, nextCursor } = await client.call('listComputeEvents', { params, query: { limit: 1, ...(cursor && { cursor }) } });
			all.push(...events);
			cursor = nextCursor;
		}
		expect(page.events).toHaveLength(1);
		expect(all.at(-1)).toMatchObject({ type: 'cluster.created', data: { name: 'cpu-cluster', maxNodes: 2 } });
		expect(all.at(-2)).toMatchObject({ type: 'cluster.changed', data: { maxNodes: 3 } });
		expect(all.every(({ data }) => data.name === 'cpu-cluster' || data.clusterName === 'cpu-cluster')).toBe(true);
		const { waits } = await client.call('listQueueWaits', { params, query: {} });
		expect(waits.map(({ runId, leftTime }) => [runId, leftTime === null])).toEqual([
			[first, false],
			[second, true],
		]);
		for (const wait of waits) expect(wait.waitMs).toBeGreaterThanOrEqual(0);
		await expect(client.call('listComputeEvents', { params, query: { cursor: 'x' } })).rejects.toMatchObject({ code: 'invalid-cursor' });
	});

	it.each(['x', 'local', '1st', 'ends-', 'with space', 'n'.repeat(25)])('a cluster is not named %j', async (name) => {
		await using app = await startTestApp({ engine, agent: false });
		await expect(create(app, { name })).rejects.toMatchObject({ code: 'invalid-name', status: 400 });
	});

	it('a size that there is not is refused, and which may have been meant is said', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const said = async (vmSize: string) =>
			create(app, { vmSize }).catch(({ code, message }: { code: string; message: string }) => [code, message]);
		expect(await said('STANDARD_X')).toEqual([
			'not-found',
			'There is no VM size STANDARD_X (there are STANDARD_D2_V2, STANDARD_NC6 and others).',
		]);
		expect(await said('Standard_D2')).toEqual([
			'not-found',
			'There is no VM size Standard_D2 (did you mean STANDARD_D2_V2 or STANDARD_D2S_V3?).',
		]);
		expect(await said('NC60')).toEqual(['not-found', 'There is no VM size NC60 (did you mean STANDARD_NC6?).']);
	});

	it('experiments take turns, and the more urgent goes first', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace, experiment } = app;
		// Nodes that come by themselves are the only ones: the test plays them.
		const cluster = await create(app, { maxNodes: 0 });
		const first = [await submit(app, experiment), await submit(app, experiment), await submit(app, experiment)];
		const other = [await submit(app, '0'), await submit(app, '0')];
		const urgent = await submit(app, experiment, { priority: 5 });
		const { waiting, queue } = await client.call('listQueue', { params: { workspace, compute: 'cpu-cluster' }, query: {} });
		expect(waiting).toBe(6);
		expect(queue.map(({ runId, position }) => [position, runId])).toEqual(
			[urgent, first[0], other[0], first[1], other[1], first[2]].map((run, index) => [index + 1, run]),
		);
		const lease = async (agent: string) =>
			(await client.call('leaseJob', { params: { agent }, body: { target: cluster.id, waitMs: 0 } })).job?.runId;
		// The urgent one is of the first experiment, so the other has its turn next.
		expect([await lease('a'), await lease('b'), await lease('c'), await lease('d')]).toEqual([urgent, other[0], first[0], other[1]]);
		const later = await client.call('listQueue', { params: { workspace, compute: 'cpu-cluster' }, query: {} });
		expect(later.queue[0]?.reason).toBe(`4 nodes of cpu-cluster are busy with runs ${first[0]}, ${other[0]}, ${other[1]} and 1 more.`);
	});

	it('runs at once are limited where the cluster says so, and a cordoned node takes nothing', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace, experiment } = app;
		const cluster = await create(app, { maxNodes: 0, maxConcurrentRuns: 1 });
		await submit(app, experiment);
		await submit(app, experiment);
		const lease = async (agent: string) =>
			(await client.call('leaseJob', { params: { agent }, body: { target: cluster.id, waitMs: 0 } })).job;
		expect(await lease('a')).not.toBeNull();
		expect(await lease('b')).toBeNull();
		await client.call('updateCluster', { params: { workspace, compute: 'cpu-cluster' }, body: { maxConcurrentRuns: null } });
		const node = { workspace, compute: 'cpu-cluster', node: 'b' };
		expect(await client.call('changeNode', { params: node, body: { cordoned: true } })).toMatchObject({
			id: 'b',
			cordoned: true,
			joined: true,
			state: 'idle',
		});
		expect(await lease('b')).toBeNull();
		await client.call('changeNode', { params: node, body: { cordoned: false } });
		expect(await lease('b')).not.toBeNull();
		const { nodes } = await client.call('listNodes', { params: { workspace, compute: 'cpu-cluster' } });
		expect(nodes.map(({ id, state }) => [id, state])).toEqual([
			['a', 'running'],
			['b', 'running'],
		]);
	});
});

it('nodes come with the queue, run what waits, and leave when idle', async () => {
	await using app = await startTestApp();
	const { client, workspace, experiment } = app;
	await create(app, { idleSecondsBeforeScaleDown: 0 });
	const runs = await Promise.all([1, 2, 3].map(() => submit(app, experiment)));
	expect(await endsOf(app, runs)).toEqual(['Completed', 'Completed', 'Completed']);
	const nodes = async () => (await client.call('listNodes', { params: { workspace, compute: 'cpu-cluster' } })).nodes;
	await expect.poll(nodes, { timeout: 40_000 }).toEqual([]);
	const stream = await fetch(`${app.url}/api/v1/workspaces/${workspace}/live?after=0`);
	const states = ['"to":"preparing"', '"to":"idle"', '"to":"leaving"'];
	let text = '';
	const decoder = new TextDecoder();
	for await (const part of stream.body as ReadableStream<Uint8Array>) {
		text += decoder.decode(part, { stream: true });
		if (states.every((state) => text.includes(state))) break;
	}
});

it('a cluster that is deleted ends its jobs before its nodes, and its name is free at once', async () => {
	await using app = await startTestApp();
	const { client, workspace } = app;
	await create(app);
	const run = await submit(app, app.experiment, { command: ['sleep', '600'], cancelGraceSeconds: 1 });
	await statusesUntil(app, [run], (statuses) => statuses[0] === 'Running');
	await client.call('deleteCluster', { params: { workspace, compute: 'cpu-cluster' }, query: { cancelRuns: true } });
	await create(app, { vmSize: 'STANDARD_NC6' });
	expect(await endsOf(app, [run])).toEqual(['Canceled']);
});

describe.each(ENGINES)('nodes that join on %s', (engine) => {
	const machine = JOINING_MACHINE;

	it('say what they are, take jobs, keep their name, and leave with two words', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace, experiment } = app;
		const cluster = await create(app, { maxNodes: 0 });
		const params = { workspace, compute: 'cpu-cluster' };
		const agent = { id: 'gpu1', instance: 'a', protocol: 2, machine };
		const joined = await client.call('joinNode', { params, body: agent });
		expect(joined).toMatchObject({ target: cluster.id, node: { id: 'gpu1', joined: true, state: 'idle', machine } });
		expect((await client.call('joinNode', { params, body: { ...agent, machine: { ...machine, cores: 4 } } })).node.machine?.cores).toBe(4);
		await expect(client.call('joinNode', { params, body: { ...agent, instance: 'b' } })).rejects.toMatchObject({
			code: 'already-exists',
			message: 'There is already a node gpu1 on gpu1; choose another name (--name).',
		});
		await expect(client.call('joinNode', { params, body: { ...agent, protocol: 1 } })).rejects.toMatchObject({
			code: 'agent-not-compatible',
			message: expect.stringContaining('speaks protocol 1; this server'),
		});
		await expect(client.call('joinNode', { params, body: { ...agent, id: '../x' } })).rejects.toMatchObject({ code: 'invalid-request' });

		const run = await submit(app, experiment);
		const lease = () =>
			client.call('leaseJob', { params: { agent: 'gpu1' }, body: { target: cluster.id, waitMs: 20_000, holding: [run] } });
		expect((await lease()).job?.runId).toBe(run);
		const leave = () => client.call('leaveNode', { params: { ...params, node: 'gpu1' } });
		const waiting = lease();
		expect(await leave()).toEqual({ runs: [run], isGone: false });
		// One that waits is told at once.
		expect(await waiting).toEqual({ job: null, ask: 'leave' });
		expect(await leave()).toEqual({ runs: [run], isGone: false });
		await client.call('reportJob', {
			params: { run },
			body: { agent: 'gpu1', fence: 1, phase: 'ended', time: new Date().toISOString(), exitCode: 0 },
		});
		expect(await leave()).toEqual({ runs: [], isGone: true });
		expect(await leave()).toEqual({ runs: [], isGone: true });
		expect((await client.call('listNodes', { params })).nodes).toEqual([]);

		// Another machine may have the name now. One that the server had forgotten is asked who it is.
		expect((await client.call('joinNode', { params, body: { ...agent, instance: 'b' } })).node.state).toBe('idle');
		expect((await client.call('leaseJob', { params: { agent: 'other' }, body: { target: cluster.id, waitMs: 0 } })).ask).toBe('introduce');
	});
});
