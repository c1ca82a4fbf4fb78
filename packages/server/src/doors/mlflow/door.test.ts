/** What holds for every call of the door: probes, other names of paths, refusals, and whose request it is. */
import { expect, test } from 'vitest';
import { startTestApp } from '../../testing/test-app.ts';

test('clients learn the version and what is offered', async () => {
	await using app = await startTestApp();
	const version = await fetch(`${app.url}/version`);
	expect([version.status, await version.text()]).toEqual([200, '3.17.2']);
	for (const path of ['/api/3.0/mlflow/server-info', '/ajax-api/3.0/mlflow/server-info']) {
		const info = await fetch(app.url + path);
		expect(await info.json()).toMatchObject({ store_type: 'SqlStore', workspaces_enabled: true });
	}
});

test('what is not there is refused in the words of the protocol', async () => {
	await using app = await startTestApp();
	const answer = await fetch(`${app.url}/api/2.0/mlflow/nothing`);
	expect(answer.status).toBe(404);
	expect(await answer.json()).toEqual({ error_code: 'ENDPOINT_NOT_FOUND', message: 'There is no GET /api/2.0/mlflow/nothing.' });
});

test('how a job ended is not for its script to say', async () => {
	await using app = await startTestApp({ agent: false });
	const { client, experiment } = app;
	const params = { workspace: 'lab' };
	await client.call('createCluster', { params, body: { name: 'cpu', vmSize: 'standard_d1_v2', minNodes: 1, maxNodes: 1 } });
	const { id: target } = await client.call('getCluster', { params: { ...params, compute: 'cpu' } });
	const definition = { command: ['false'], target: 'cpu' };
	const { runId } = await client.call('submitJob', { params: { experiment }, body: { definition } });
	const { job } = await client.call('leaseJob', { params: { agent: 'a' }, body: { target, waitMs: 0 } });
	const lease = { agent: 'a', fence: job?.fence as number, time: '2100-01-01T00:00:00.000000Z' };
	const report = (body: { phase: 'running' } | { phase: 'ended'; exitCode: number }) =>
		client.call('reportJob', { params: { run: runId }, body: { ...lease, ...body } });
	await report({ phase: 'running' });
	const ended = await fetch(`${app.url}/api/2.0/mlflow/runs/update`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ run_id: runId, status: 'FINISHED', end_time: Date.now() }),
	});
	expect(ended.status).toBe(200);
	expect(await ended.json()).toMatchObject({ run_info: { status: 'RUNNING' } });
	await report({ phase: 'ended', exitCode: 1 });
	expect((await client.call('getRun', { params: { run: runId } })).status).toBe('Failed');
});
