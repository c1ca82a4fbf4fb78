import { createClient } from '@runstead/client';
import { AGENT_PROTOCOL } from '@runstead/contract';
import { expect, it } from 'vitest';
import { JOINING_MACHINE } from '../../testing/joining-machine.ts';
import { startTestApp } from '../../testing/test-app.ts';

it('a token restricts to its permissions and its workspace', async () => {
	await using app = await startTestApp();
	await app.client.call('createWorkspace', { body: { name: 'other' } });
	const { token, expiryTime } = await app.client.call('createToken', {
		body: { workspace: 'lab', permissions: ['workspace.read', 'run.read'], expiresInSeconds: 60, subject: 'ada' },
	});
	expect(Date.parse(expiryTime)).toBeGreaterThan(Date.now());
	const reader = createClient({ url: app.url, token });
	expect((await reader.call('getWorkspace', { params: { workspace: 'lab' } })).name).toBe('lab');
	await expect(reader.call('getWorkspace', { params: { workspace: 'other' } })).rejects.toMatchObject({ code: 'forbidden', status: 403 });
	await expect(reader.call('createRun', { params: { experiment: app.experiment }, body: {} })).rejects.toMatchObject({
		code: 'forbidden',
		message: 'This token may not do that: it lacks the permission workspace.write.',
	});
	await expect(app.client.call('createToken', { body: { permissions: ['everything'] } })).rejects.toMatchObject({
		code: 'invalid-request',
		message: expect.stringContaining('There is no permission "everything"'),
	});
});

it('a token is three parts, with the expiry and tenant that clients look for', async () => {
	await using app = await startTestApp();
	const { token } = await app.client.call('createToken', { body: {} });
	const [header, payload, signature] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
	expect(JSON.parse(header as string)).toMatchObject({ alg: 'HS256', typ: 'JWT' });
	expect(JSON.parse(payload as string)).toMatchObject({
		exp: expect.any(Number),
		tid: expect.stringMatching(/^[0-9a-f-]{36}$/),
		scope: expect.stringContaining('run.write'),
	});
	expect(signature?.length).toBeGreaterThan(0);
});

it('a token for a cluster runs the jobs of that cluster, and nothing else', async () => {
	await using app = await startTestApp({ agent: false });
	const { workspace, experiment } = app;
	const targets = Object.fromEntries(
		await Promise.all(
			['near', 'far'].map(async (name) => {
				const { id } = await app.client.call('createCluster', {
					params: { workspace },
					body: { name, vmSize: 'STANDARD_D2_V2', maxNodes: 0 },
				});
				return [name, id];
			}),
		),
	) as { near: string; far: string };
	const submit = async (target: string) =>
		(await app.client.call('submitJob', { params: { experiment }, body: { definition: { command: ['true'], target } } })).runId;
	const [near, far] = [await submit('near'), await submit('far')];
	const { token } = await app.client.call('createToken', { body: { workspace, compute: 'far' } });
	const joined = await createClient({ url: app.url, token }).call('joinNode', {
		params: { workspace, compute: 'far' },
		body: { id: 'x', instance: 'i', protocol: AGENT_PROTOCOL, machine: JOINING_MACHINE },
	});
	const { call } = createClient({ url: app.url, token: joined.token as string });
	const lease = (target: string) => call('leaseJob', { params: { agent: 'x' }, body: { target, waitMs: 0 } });
	const agent = async (run: string, fence: number) => call('renewJob', { params: { run }, body: { agent: 'x', fence, waitMs: 0 } });

	expect((await lease(targets.far)).job?.runId).toBe(far);
	expect(await agent(far, 1)).toMatchObject({ end: false });
	await call('appendLog', { params: { run: far, '*': 'logs/a.txt' }, query: { offset: 0 }, body: 'hello' });
	const refused = { code: 'forbidden', status: 403 };
	await expect(lease(targets.near)).rejects.toMatchObject(refused);
	await expect(lease('local')).rejects.toMatchObject(refused);
	await app.client.call('leaseJob', { params: { agent: 'x' }, body: { target: targets.near, waitMs: 0 } });
	await expect(agent(near, 1)).rejects.toMatchObject(refused);
	await expect(call('getRun', { params: { run: near } })).rejects.toMatchObject(refused);
	await expect(call('cancelRun', { params: { run: near }, body: {} })).rejects.toMatchObject(refused);
	await expect(submitWith(call, experiment)).rejects.toMatchObject(refused);
	await expect(call('listNodes', { params: { workspace, compute: 'far' } })).rejects.toMatchObject(refused);
	await expect(call('leaveNode', { params: { workspace, compute: 'near', node: 'x' } })).rejects.toMatchObject(refused);
	await expect(call('createToken', { body: {} })).rejects.toMatchObject(refused);
	// What a job logs of its own, and not what it sends to another cluster.
	const child = await app.client.call('createRun', { params: { experiment }, body: { parentId: far } });
	expect((await call('getRun', { params: { run: child.id } })).id).toBe(child.id);
	const elsewhere = await app.client.call('submitJob', {
		params: { experiment },
		body: { parentId: far, definition: { command: ['true'], target: 'near' } },
	});
	await expect(call('getRun', { params: { run: elsewhere.runId } })).rejects.toMatchObject(refused);
	await expect(app.client.call('createToken', { body: { compute: 'far' } })).rejects.toMatchObject({ code: 'invalid-request' });
});

function submitWith(call: ReturnType<typeof createClient>['call'], experiment: string) {
	return call('submitJob', { params: { experiment }, body: { definition: { command: ['true'], target: 'far' } } });
}
