import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';
import { serverMachine } from './server-machine.ts';

const create = ({ client, workspace }: TestApp, name: string, fields: object) =>
	client.call('createCluster', { params: { workspace }, body: { name, vmSize: 'STANDARD_D1_V2', ...fields } });

const submit = async ({ client, experiment }: TestApp, target: string, command: string[]): Promise<string> =>
	(await client.call('submitJob', { params: { experiment }, body: { definition: { command, target, cancelGraceSeconds: 1 } } })).runId;

const nodesOf = async ({ client, workspace }: TestApp, compute: string) =>
	(await client.call('listNodes', { params: { workspace, compute } })).nodes;

/** Looks whenever something changes in the workspace, until it is so. */
async function until({ url, workspace }: TestApp, isSo: () => Promise<boolean>): Promise<void> {
	const stream = await fetch(`${url}/api/v1/workspaces/${workspace}/live?after=0`);
	for await (const _ of stream.body as ReadableStream<Uint8Array>) if (await isSo()) return;
}

describe.each(ENGINES)('preemption on %s', (engine) => {
	it('a node is taken away by hand, its run waits again, and it takes nothing more', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace } = app;
		const { id: target } = await create(app, 'spare', { vmPriority: 'lowpriority', maxNodes: 0 });
		const run = await submit(app, 'spare', ['true']);
		const lease = async (agent: string) => (await client.call('leaseJob', { params: { agent }, body: { target, waitMs: 0 } })).job;
		const first = await lease('a');
		const params = { workspace, compute: 'spare', node: 'a' };
		expect(await client.call('preemptNode', { params, body: { reason: 'Maintenance.' } })).toMatchObject({
			state: 'preempted',
			stateReason: 'Maintenance.',
			runId: null,
		});
		expect(await client.call('getRun', { params: { run } })).toMatchObject({
			status: 'Queued',
			statusReason: 'Node a was preempted: Maintenance. Attempt 1 is lost; the job is queued again.',
		});
		await client.call('preemptNode', { params, body: {} });
		expect(await nodesOf(app, 'spare')).toMatchObject([{ id: 'a', state: 'preempted', stateReason: 'Maintenance.' }]);
		expect(await lease('a')).toBeNull();
		const late = { agent: 'a', fence: first?.fence as number, phase: 'ended' as const, time: '2100-01-01T00:00:00.000000Z', exitCode: 0 };
		await expect(client.call('reportJob', { params: { run }, body: late })).rejects.toMatchObject({ code: 'stale-fence' });
		expect(await lease('b')).toMatchObject({ runId: run, attempt: 2 });
		await expect(client.call('preemptNode', { params: { ...params, node: 'nobody' }, body: {} })).rejects.toMatchObject({
			code: 'not-found',
		});
	});

	it('a machine that is taken away says so: its run waits again at once', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace } = app;
		const { id: target } = await create(app, 'spot', { maxNodes: 0 });
		const run = await submit(app, 'spot', ['true']);
		await client.call('leaseJob', { params: { agent: 'a' }, body: { target, waitMs: 0 } });
		const params = { workspace, compute: 'spot', node: 'a' };
		expect(await client.call('leaveNode', { params, query: { preempted: true } })).toEqual({ runs: [], isGone: true });
		expect(await client.call('leaveNode', { params, query: {} })).toEqual({ runs: [], isGone: true });
		expect((await client.call('getRun', { params: { run } })).status).toBe('Queued');
		expect(await nodesOf(app, 'spot')).toMatchObject([{ state: 'preempted', stateReason: 'Its machine is being taken away.' }]);
	});

	it('a dedicated node is not taken away', async () => {
		await using app = await startTestApp({ engine, agent: false });
		await create(app, 'mine', { minNodes: 1 });
		await until(app, async () => (await nodesOf(app, 'mine')).length === 1);
		const [node] = await nodesOf(app, 'mine');
		await expect(
			app.client.call('preemptNode', { params: { workspace: app.workspace, compute: 'mine', node: node?.id as string }, body: {} }),
		).rejects.toMatchObject({ code: 'node-not-preemptible', status: 409 });
	});
});

it('dedicated nodes take the cores that they need from low-priority ones, which come again when there is room', async () => {
	await using app = await startTestApp();
	const { client, workspace } = app;
	await create(app, 'spare', { vmPriority: 'lowpriority', maxNodes: 1 });
	const run = await submit(app, 'spare', ['sleep', '600']);
	const statusOf = async () => (await client.call('getRun', { params: { run } })).status;
	await until(app, async () => (await statusOf()) === 'Running');
	const [lent] = await nodesOf(app, 'spare');
	const cores = serverMachine().cpus.length;
	await create(app, 'mine', { minNodes: cores, maxNodes: cores });
	await until(app, async () => (await statusOf()) === 'Queued');
	expect((await nodesOf(app, 'spare')).find(({ id }) => id === lent?.id)).toMatchObject({
		state: 'preempted',
		stateReason: 'Its cores are needed by the dedicated cluster mine.',
	});
	// While the node that was taken leaves, it is still said to be there.
	await until(app, async () => {
		const { queue } = await client.call('listQueue', { params: { workspace, compute: 'spare' }, query: {} });
		return (
			queue[0]?.reason.includes(
				`ow-priority nodes have the cores that dedicated ones leave, and those have ${cores} of the ${cores} of this machine`,
			) === true
		);
	});
	await client.call('deleteCluster', { params: { workspace, compute: 'mine' }, query: {} });
	await until(app, async () => (await statusOf()) === 'Running');
	await client.call('cancelRun', { params: { run }, body: {} });
	await until(app, async () => (await statusOf()) === 'Canceled');
});
