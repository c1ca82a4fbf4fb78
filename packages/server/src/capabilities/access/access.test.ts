import { createClient } from '@runstead/client';
import { expect, it } from 'vitest';
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
