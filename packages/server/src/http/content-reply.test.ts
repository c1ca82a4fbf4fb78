/** Contents that are not where the database says: one clear error, whoever asks. */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTestApp } from '../testing/test-app.ts';

it('contents that are missing are told by every door, in its own words', async () => {
	await using app = await startTestApp();
	const { client, experiment, url, workspace } = app;
	await client.call('createRun', { params: { experiment }, body: { id: 'lost' } });
	await client.call('writeRunFile', { params: { run: 'lost', '*': 'outputs/a.txt' }, body: 'content' });
	await client.call('appendLog', { params: { run: 'lost', '*': 'a.log' }, query: { offset: 0 }, body: 'line\n' });
	const sha256 = createHash('sha256').update('content').digest('hex');
	await client.call('uploadSnapshotContent', { params: { workspace, sha256 }, body: 'content' });
	const { id } = await client.call('createSnapshot', {
		params: { workspace },
		body: { files: [{ path: 'a.txt', sizeBytes: 7, sha256 }] },
	});
	for (const folder of ['blobs', 'logs'])
		await rm(join(app.dataFolder, folder, folder === 'blobs' ? sha256.slice(0, 2) : '1'), { recursive: true });
	const file = `blobs/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
	const message = `The database names contents that are not here: there is no ${file}.`;
	const ask = async (path: string, headers: Record<string, string> = {}) => {
		const reply = await fetch(`${url}${path}`, { headers });
		const { 'content-type': type, etag, 'content-disposition': disposition } = Object.fromEntries(reply.headers);
		return { status: reply.status, type, etag, disposition, body: (await reply.json()) as object };
	};
	const plain = { status: 409, type: 'application/json; charset=utf-8', etag: undefined, disposition: undefined };
	expect(await ask('/api/v1/runs/lost/files/outputs/a.txt')).toMatchObject({
		...plain,
		body: { error: { code: 'content-missing', message, details: { file } } },
	});
	expect(await ask('/api/v1/runs/lost/files/outputs/a.txt', { range: 'bytes=1-2' })).toMatchObject(plain);
	expect(await ask('/api/v1/runs/lost/files/a.log')).toMatchObject({ ...plain, body: { error: { code: 'content-missing' } } });
	const mlflow = { ...plain, body: { error_code: 'RESOURCE_CONFLICT', message } };
	expect(await ask('/get-artifact?run_uuid=lost&path=outputs/a.txt')).toEqual(mlflow);
	const place = `${experiment}/lost/artifacts/outputs/a.txt`;
	expect(await ask(`/api/2.0/mlflow-artifacts/artifacts/${place}`)).toEqual(mlflow);
	await expect(client.open('readSnapshotFile', { params: { workspace, snapshot: id, '*': 'a.txt' } })).rejects.toMatchObject({
		code: 'content-missing',
	});
});
