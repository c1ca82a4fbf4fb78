/** What was sealed with a key that is lost: shown as far as it can be, given anew, and taken away. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { expect, it } from 'vitest';
import { startServer } from '../main.ts';

it('receivers, destinations and webhooks outlive the key that they were sealed with', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'runstead-sealed-'));
	const start = async () => {
		const server = await startServer({ host: '127.0.0.1', port: 0, dataFolder: folder });
		const webhooks = async (method: string, path = '', body?: object) => {
			const headers = { 'content-type': 'application/json' };
			const reply = await fetch(`${server.url}/api/2.0/mlflow/webhooks${path}`, {
				method,
				headers,
				...(body && { body: JSON.stringify(body) }),
			});
			return [reply.status, (await reply.json()) as object] as const;
		};
		return { server, client: createClient({ url: server.url }), webhooks };
	};
	try {
		const params = { workspace: 'lab' };
		const events = [{ entity: 'REGISTERED_MODEL', action: 'CREATED' }];
		const before = await start();
		await before.client.call('createWorkspace', { body: { name: 'lab' } });
		const receivers = [{ type: 'webhook' as const, url: 'http://127.0.0.1:9/a' }];
		await before.client.call('createActionGroup', { params, body: { name: 'ops', receivers } });
		const archive = { kind: 'folder' as const, path: 'kept' };
		await before.client.call('putDiagnosticSetting', {
			params: { ...params, setting: 'ship' },
			body: { categories: ['AllLogs'], archive },
		});
		const [, made] = await before.webhooks('POST', '', { name: 'w', url: 'http://127.0.0.1:9/b', events, secret: 'hush' });
		const id = (made as { webhook: { webhook_id: string } }).webhook.webhook_id;
		await before.server.stop();
		rmSync(join(folder, 'secrets', 'sealing-key'));

		const after = await start();
		const { client, webhooks } = after;
		const problem = 'its receivers were sealed with another key: give them anew';
		expect((await client.call('listActionGroups', { params })).groups).toMatchObject([{ name: 'ops', receivers: [], problem }]);
		const changed = await client.call('updateActionGroup', { params: { ...params, group: 'ops' }, body: { receivers } });
		expect(changed).toMatchObject({ receivers: [{ address: 'http://127.0.0.1:9/a', problem: null }], problem: null });

		const settings = async () => (await client.call('listDiagnosticSettings', { params })).settings.filter(({ name }) => name === 'ship');
		expect(await settings()).toMatchObject([{ archive: null, destinations: [{ kind: 'archive' }] }]);
		await client.call('putDiagnosticSetting', { params: { ...params, setting: 'ship' }, body: { categories: ['AllLogs'], archive } });
		expect(await settings()).toMatchObject([{ archive }]);

		expect(await webhooks('GET')).toMatchObject([200, { webhooks: [{ name: 'w', url: '' }] }]);
		expect(await webhooks('PATCH', `/${id}`, { secret: 'other' })).toMatchObject([409, { message: expect.stringContaining('sealed') }]);
		expect(await webhooks('PATCH', `/${id}`, { url: 'http://127.0.0.1:9/c' })).toMatchObject([
			200,
			{ webhook: { url: 'http://127.0.0.1:9/c' } },
		]);
		expect(await webhooks('DELETE', `/${id}`)).toEqual([200, {}]);
		await after.server.stop();
	} finally {
		rmSync(folder, { recursive: true });
	}
});
