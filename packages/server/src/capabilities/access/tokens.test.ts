/** Tokens that people made: listed without their secret, and refused once they are revoked. */
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { LIMITS } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp } from '../../testing/test-app.ts';
import { startTestCapabilities } from '../../testing/test-capabilities.ts';
import { createAccessService } from './service.ts';

describe.each(ENGINES)('%s', (engine) => {
	it('a token is listed, used, revoked and refused', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { id: first } = await app.client.call('createToken', { body: {} });
		const { id, token, expiryTime } = await app.client.call('createToken', {
			body: { workspace: 'lab', permissions: ['workspace.read'], subject: 'ada', note: 'nightly build' },
		});
		const ada = createClient({ url: app.url, token });
		const [fresh, older] = (await app.client.call('listTokens', { query: {} })).tokens;
		expect(older?.id).toBe(first);
		expect(fresh).toMatchObject({
			id,
			note: 'nightly build',
			subject: 'ada',
			permissions: ['workspace.read'],
			workspace: 'lab',
			compute: null,
			expiryTime,
			lastUsedTime: null,
			revokedTime: null,
			revokedBy: null,
		});
		expect(JSON.stringify(fresh)).not.toContain(token);

		const read = () => ada.call('getWorkspace', { params: { workspace: 'lab' } });
		expect((await read()).name).toBe('lab');
		const { lastUsedTime } = (await app.client.call('listTokens', { query: { limit: 1 } })).tokens[0] ?? {};
		expect(lastUsedTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:00:00\.000000Z$/);

		const revoked = await app.client.call('revokeToken', { params: { token: id } });
		expect(revoked).toMatchObject({ id, revokedTime: expect.any(String), revokedBy: fresh?.createdBy });
		const refusal = {
			code: 'token-revoked',
			status: 401,
			message: `Token ${id} was revoked at ${revoked.revokedTime} by ${revoked.revokedBy}.`,
		};
		await expect(read()).rejects.toMatchObject(refusal);
		expect(await app.client.call('revokeToken', { params: { token: id } })).toEqual(revoked);
		await expect(app.client.call('revokeToken', { params: { token: 'nobody' } })).rejects.toMatchObject({ code: 'not-found', status: 404 });

		const ids = async (query: { ended?: boolean; limit?: number; cursor?: string }) => {
			const { tokens, nextCursor } = await app.client.call('listTokens', { query });
			return { ids: tokens.map((one) => one.id), nextCursor };
		};
		expect(await ids({})).toEqual({ ids: [first], nextCursor: null });
		const page = await ids({ ended: true, limit: 1 });
		expect(page.ids).toEqual([id]);
		expect(await ids({ ended: true, limit: 1, cursor: page.nextCursor ?? '' })).toEqual({ ids: [first], nextCursor: null });

		const again = await app.restart();
		await expect(createClient({ url: again.url, token }).call('getWorkspace', { params: { workspace: 'lab' } })).rejects.toMatchObject(
			refusal,
		);
	});

	it('another server on the database refuses a revoked token within seconds', async () => {
		await using near = await startTestCapabilities(engine);
		const far = createAccessService({
			keyFile: join(near.dataFolder, 'secrets', 'signing-key'),
			tenantId: near.workspaces.subscriptionId,
			database: near.database,
			clock: near.clock,
		});
		const grant = { subject: 'ada', permissions: ['run.read'], workspaceId: null, runId: null, expiresInSeconds: 3_600 } as const;
		const note = { note: '', actor: 'grace', workspaceKey: null, compute: null };
		const { id, token } = await near.access.makeRecordedToken(grant, note);
		expect((await far.principalOfToken(token)).name).toBe('ada');
		await near.access.revokeToken(id, null, 'grace');
		await expect(near.access.principalOfToken(token)).rejects.toMatchObject({ code: 'token-revoked' });
		await near.pass(3);
		await expect(far.principalOfToken(token)).rejects.toMatchObject({ code: 'token-revoked' });
		// Of a run nothing is kept, so that none of its requests asks the database.
		expect((await far.principalOfToken((await near.access.makeToken(grant)).token)).name).toBe('ada');
		const all = { ended: true, workspaceId: null, limit: 10, cursor: undefined };
		expect((await near.access.listTokens(all)).tokens.map((one) => one.id)).toEqual([id]);

		// What is long over is let go of, and a token that nobody knows is not let in.
		const kept = await near.access.makeRecordedToken({ ...grant, expiresInSeconds: 86_400 * 365 }, note);
		await near.pass(100 * 86_400);
		const last = await near.access.makeRecordedToken(grant, note);
		expect((await near.access.listTokens(all)).tokens.map((one) => one.id)).toEqual([last.id, kept.id]);
		await near.database.write(({ db }) => db.deleteFrom('access_token').where('id', '=', kept.id).execute());
		await expect(far.principalOfToken(kept.token)).rejects.toMatchObject({
			code: 'unauthorized',
			message: 'This request needs a token: this server has no record of the token.',
		});
	});
});

it('a token makes, lists and revokes none beyond its own reach', async () => {
	await using app = await startTestApp({ agent: false });
	await app.client.call('createWorkspace', { body: { name: 'other' } });
	const { id: whole } = await app.client.call('createToken', { body: {} });
	const { id: mine, token } = await app.client.call('createToken', {
		body: { workspace: 'lab', permissions: ['server.admin', 'run.read'] },
	});
	const { call } = createClient({ url: app.url, token });
	const refused = { code: 'forbidden', status: 403 };
	await expect(call('createToken', { body: {} })).rejects.toMatchObject(refused);
	await expect(call('createToken', { body: { workspace: 'other' } })).rejects.toMatchObject(refused);
	await expect(call('createToken', { body: { workspace: 'lab', permissions: ['run.write'] } })).rejects.toMatchObject(refused);
	await expect(call('revokeToken', { params: { token: whole } })).rejects.toMatchObject({ code: 'not-found' });
	const { id: made } = await call('createToken', { body: { workspace: 'lab' } });
	const { tokens } = await call('listTokens', { query: {} });
	expect(tokens.map((one) => [one.id, one.permissions])).toEqual([
		[made, ['server.admin', 'run.read']],
		[mine, ['server.admin', 'run.read']],
	]);
	const note = 'x'.repeat(LIMITS.displayNameCharacters.max);
	expect((await app.client.call('createToken', { body: { note } })).id).toBeTruthy();
	await expect(app.client.call('createToken', { body: { note: `${note}x` } })).rejects.toMatchObject({ code: 'invalid-request' });
});
