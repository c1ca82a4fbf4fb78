/** Tokens of joined nodes: with the one for joining any machine may become a node, and then acts as that one alone. */
import { createClient } from '@runstead/client';
import { AGENT_PROTOCOL } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { JOINING_MACHINE } from '../../testing/joining-machine.ts';
import { startTestApp } from '../../testing/test-app.ts';

type Client = ReturnType<typeof createClient>;

describe('a token for joining', () => {
	it('lets each node act as itself alone, until it is revoked', async () => {
		await using app = await startTestApp({ agent: false });
		const { client, workspace } = app;
		const params = { workspace, compute: 'far' };
		await client.call('createCluster', { params: { workspace }, body: { name: 'far', vmSize: 'STANDARD_D2_V2', maxNodes: 0 } });
		const { id, token } = await client.call('createToken', { body: { workspace, compute: 'far' } });
		const joining = createClient({ url: app.url, token });
		const join = (as: Client, node: string) =>
			as.call('joinNode', { params, body: { id: node, instance: `i-${node}`, protocol: AGENT_PROTOCOL, machine: JOINING_MACHINE } });
		const one = await join(joining, 'one');
		const two = await join(joining, 'two');
		const asOne = createClient({ url: app.url, token: one.token as string });
		const lease = (as: Client, agent: string) =>
			as.call('leaseJob', { params: { agent }, body: { target: one.target, waitMs: 0, holding: [] } });
		const refused = { status: 403, code: 'forbidden' };

		// Before a node has joined, and as another one.
		await expect(lease(joining, 'one')).rejects.toMatchObject(refused);
		await expect(lease(asOne, 'two')).rejects.toMatchObject(refused);
		await expect(join(asOne, 'two')).rejects.toMatchObject(refused);
		await expect(asOne.call('leaveNode', { params: { ...params, node: 'two' } })).rejects.toMatchObject(refused);
		expect((await join(asOne, 'one')).node.id).toBe('one');

		await client.call('submitJob', { params: { experiment: app.experiment }, body: { definition: { command: ['true'], target: 'far' } } });
		const { job } = await lease(asOne, 'one');
		const run = job?.runId as string;
		const asTwo = createClient({ url: app.url, token: two.token as string });
		const fence = job?.fence as number;
		const time = new Date().toISOString();
		const calls = (as: Client, agent: string) => [
			() => as.call('renewJob', { params: { run }, body: { agent, fence, waitMs: 0 } }),
			() => as.call('reportJob', { params: { run }, body: { agent, fence, phase: 'running', time } }),
			() => as.call('deliverFiles', { params: { run }, body: { agent, fence, logs: [], artifacts: [] } }),
			() => as.call('appendLog', { params: { run, '*': 'a.txt' }, query: { offset: 0, agent, fence }, body: 'a' }),
		];
		for (const call of calls(asTwo, 'one')) await expect(call()).rejects.toMatchObject(refused);
		for (const call of calls(asOne, 'one')) await call();

		await client.call('revokeToken', { params: { token: id } });
		await expect(lease(asOne, 'one')).rejects.toMatchObject({ code: 'token-revoked' });
	});
});
