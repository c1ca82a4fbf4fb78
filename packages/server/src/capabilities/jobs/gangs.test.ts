import type { JobDefinition, JobLease, JobPhase } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const create = async ({ client, workspace }: TestApp, fields: object = {}) =>
	(await client.call('createCluster', { params: { workspace }, body: { name: 'cpu', vmSize: 'STANDARD_D2_V2', maxNodes: 4, ...fields } }))
		.id;

const submit = async ({ client, experiment }: TestApp, definition: JobDefinition = {}): Promise<string> =>
	(
		await client.call('submitJob', {
			params: { experiment },
			body: { definition: { command: ['true'], target: 'cpu', ...definition } },
		})
	).runId;

const ask = async ({ client }: TestApp, target: string, agent: string, waitMs = 20_000, holding: string[] = []): Promise<JobLease | null> =>
	(await client.call('leaseJob', { params: { agent }, body: { target, waitMs, holding, address: `10.0.0.${agent}` } })).job;

const report = (
	{ client }: TestApp,
	{ runId, fence, nodes, rank }: JobLease,
	phase: JobPhase,
	fields: { exitCode?: number; error?: string; process?: number } = {},
) =>
	client.call('reportJob', {
		params: { run: runId },
		body: { agent: nodes[rank]?.node as string, fence, phase, time: '2100-01-01T00:00:00.000000Z', ...fields },
	});

const statusOf = async ({ client }: TestApp, run: string) => (await client.call('getRun', { params: { run } })).status;

/** The leases by rank. */
const whenLease = async (leases: Promise<JobLease | null>[]): Promise<JobLease[]> => {
	const all = await Promise.all(leases);
	return all.map((lease) => lease ?? expect.unreachable('A node was given nothing.')).sort((left, right) => left.rank - right.rank);
};

/** Nodes come one after the other; each stays until it is given something. */
const gather = async (app: TestApp, target: string, agents: readonly string[]): Promise<JobLease[]> =>
	whenLease(agents.map((agent) => ask(app, target, agent)));

describe.each(ENGINES)('jobs on several nodes on %s', (engine) => {
	it('start on all nodes at once, run when all run, and end when all have ended', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const target = await create(app, { maxNodes: 3 });
		const run = await submit(app, { nodeCount: 3 });
		expect(await ask(app, target, '1', 0)).toBeNull();
		expect(await statusOf(app, run)).toBe('Queued');
		const leases = await gather(app, target, ['1', '2', '3']);
		expect(leases.map(({ runId, fence, rank }) => [runId, fence, rank])).toEqual([0, 1, 2].map((rank) => [run, 1, rank]));
		const [first, second, third] = leases as [JobLease, JobLease, JobLease];
		expect(first.nodes).toEqual(second.nodes);
		expect(first.nodes.map(({ node, address }) => `10.0.0.${node}` === address)).toEqual([true, true, true]);
		const meet = (lease: JobLease, waitMs: number) =>
			app.client.call('meetJob', {
				params: { run },
				body: {
					agent: lease.nodes[lease.rank]?.node as string,
					fence: lease.fence,
					offer: { ports: [4_000 + lease.rank], key: `key ${lease.rank}` },
					waitMs,
				},
			});
		expect(await meet(first, 0)).toEqual({ nodes: null });
		const met = Promise.all([meet(first, 20_000), meet(second, 20_000)]);
		const all = await meet(third, 0);
		expect(all.nodes?.map(({ rank, ports, key }) => [rank, ports, key])).toEqual(
			[0, 1, 2].map((rank) => [rank, [4_000 + rank], `key ${rank}`]),
		);
		expect(await met).toEqual([all, all]);
		const statuses: string[] = [];
		for (const lease of leases) statuses.push((await report(app, lease, 'running')).status);
		for (const lease of leases) statuses.push((await report(app, lease, 'finalizing')).status);
		for (const lease of leases) statuses.push((await report(app, lease, 'ended', { exitCode: 0 })).status);
		expect(statuses).toEqual([
			...['Preparing', 'Preparing', 'Running'],
			...['Running', 'Running', 'Finalizing'],
			...['Finalizing', 'Finalizing', 'Completed'],
		]);
		const job = await app.client.call('getJob', { params: { run } });
		expect(job).toMatchObject({ state: 'ended', attempt: 1, requeues: 0, endReason: null });
		expect(job.nodes.map(({ state, exitCode }) => [state, exitCode])).toEqual([
			['ended', 0],
			['ended', 0],
			['ended', 0],
		]);
	});

	it('fail when one part fails: the others are ended, and node, rank and exit code are said', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const target = await create(app);
		const run = await submit(app, { nodeCount: 2 });
		const [first, second] = (await gather(app, target, ['1', '2'])) as [JobLease, JobLease];
		for (const lease of [first, second]) await report(app, lease, 'running');
		const node = second.nodes[1]?.node as string;
		const renewal = app.client.call('renewJob', {
			params: { run },
			body: { agent: first.nodes[0]?.node as string, fence: 1, waitMs: 20_000 },
		});
		await report(app, second, 'ended', { exitCode: 3, process: 1, error: 'ValueError: no data' });
		const reason = `On node ${node} (rank 1): process 1 ended with exit code 3.`;
		expect(await renewal).toEqual({ leaseSeconds: 30, end: true, reason });
		expect(await statusOf(app, run)).toBe('Running');
		await report(app, first, 'ended', { exitCode: 1, process: 0 });
		expect(await app.client.call('getRun', { params: { run } })).toMatchObject({
			status: 'Failed',
			statusReason: reason,
			error: { code: 'ExitCode', message: 'ValueError: no data', details: reason },
		});
	});

	it('are cancelled on every node', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const target = await create(app);
		const run = await submit(app, { nodeCount: 2 });
		const leases = await gather(app, target, ['1', '2']);
		await app.client.call('cancelRun', { params: { run }, body: { reason: 'too slow' } });
		for (const lease of leases) {
			const agent = lease.nodes[lease.rank]?.node as string;
			expect(await app.client.call('renewJob', { params: { run }, body: { agent, fence: 1 } })).toMatchObject({ end: true });
			await report(app, lease, 'ended', { exitCode: 143 });
		}
		expect(await app.client.call('getRun', { params: { run } })).toMatchObject({ status: 'Canceled', statusReason: 'too slow' });
	});

	it('are not overtaken by small ones while they gather, but by more urgent ones', async () => {
		await using app = await startTestApp({ engine, agent: false });
		// Nodes that come by themselves are the only ones: the test plays them.
		const target = await create(app, { maxNodes: 0 });
		for (const agent of ['1', '2', '3']) expect(await ask(app, target, agent, 0)).toBeNull();
		const large = await submit(app, { nodeCount: 3 });
		const other = await submit(app, { nodeCount: 2 });
		const small = await submit(app);
		expect(await ask(app, target, '1', 0)).toBeNull();
		const urgent = await submit(app, { priority: 5 });
		expect((await ask(app, target, '1', 0))?.runId).toBe(urgent);
		expect(await ask(app, target, '2', 0)).toBeNull();
		const { queue } = await app.client.call('listQueue', { params: { workspace: app.workspace, compute: 'cpu' }, query: {} });
		const busy = `1 node of cpu is busy with run ${urgent}.`;
		expect(queue.map(({ runId, reason }) => [runId, reason])).toEqual([
			[large, `It takes 3 nodes at once: 2 are free, 1 lacking; ${busy}`],
			[other, busy],
			[small, busy],
		]);
		const leases = await gather(app, target, ['2', '3', '4']);
		expect(leases.map(({ runId }) => runId)).toEqual([large, large, large]);
		// The next that gathers is cancelled: what stands behind it goes.
		const waiting = ask(app, target, '5');
		await app.client.call('cancelRun', { params: { run: other }, body: {} });
		expect((await waiting)?.runId).toBe(small);
	});

	it('give a part again whose agent never got it, and refuse it under the old fence', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const target = await create(app);
		const run = await submit(app, { nodeCount: 2 });
		const [first] = (await gather(app, target, ['1', '2'])) as [JobLease, JobLease];
		const agent = first.nodes[0]?.node as string;
		expect(await ask(app, target, agent, 0, [run])).toBeNull();
		expect(await ask(app, target, agent, 0)).toMatchObject({ runId: run, rank: 0, fence: 2 });
		await expect(report(app, first, 'running')).rejects.toMatchObject({ code: 'stale-fence' });
		await report(app, { ...first, fence: 2 }, 'running');
		// What it had when it ran is gone for good.
		expect(await ask(app, target, agent, 0)).toBeNull();
		expect(await app.client.call('getRun', { params: { run } })).toMatchObject({
			status: 'Failed',
			error: { code: 'NodeLost', message: `Node ${agent} (rank 0) has lost what it had of the job.` },
		});
	});

	it('say at submission that they cannot be', async () => {
		await using app = await startTestApp({ engine, agent: false });
		await create(app, { maxNodes: 2 });
		const refused = (definition: JobDefinition) => expect(submit(app, definition)).rejects;
		await refused({ nodeCount: 3 }).toMatchObject({
			status: 400,
			message: 'The job takes 3 nodes, and cpu may have 2: raise its maxNodes to 3, or submit with fewer nodes.',
		});
		await refused({ nodeCount: 2, target: 'local' }).toMatchObject({
			message: 'The job takes 2 nodes, and local is one: submit it to a cluster, or give local one node with several processes.',
		});
		await refused({ nodeCount: 2, distribution: { type: 'pytorch', processCount: 3 } }).toMatchObject({
			message: '3 processes cannot be shared out evenly among 2 nodes: let processCount be a multiple of nodeCount.',
		});
		await refused({ nodeCount: 2, distribution: { type: 'tensorflow', workerCount: 1 } }).toMatchObject({
			message: '1 processes leave some of 2 nodes without one: ask for fewer nodes.',
		});
		await refused({ distribution: { type: 'mpi', processCountPerNode: 10_000 }, nodeCount: 2 }).toMatchObject({ code: 'limit-exceeded' });
	});
});
