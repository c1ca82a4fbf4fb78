/** Datastores: files by path, kept by content; what a job may write, and who may read. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { DEFAULT_DATASTORE as datastore } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const write = ({ client, workspace }: TestApp, path: string, text: string, options: { overwrite?: boolean; sha256?: string } = {}) =>
	client.call('writeDatastoreFile', {
		params: { workspace, datastore, '*': path },
		query: { overwrite: options.overwrite },
		body: text,
		...(options.sha256 && { headers: { 'x-content-sha256': options.sha256 } }),
	});

const read = async ({ client, workspace }: TestApp, path: string, headers: Record<string, string> = {}): Promise<string> =>
	(await client.open('readDatastoreFile', { params: { workspace, datastore, '*': path }, headers })).text();

const list = ({ client, workspace }: TestApp, query: object = {}) =>
	client.call('listDatastoreFiles', { params: { workspace, datastore }, query });

async function contents(app: TestApp): Promise<string[]> {
	const entries = await readdir(join(app.dataFolder, 'blobs'), { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => entry.parentPath.slice(-2) + entry.name);
}

describe.each(ENGINES)('datastores on %s', (engine) => {
	it('every workspace has one, whose files are written, listed by prefix page by page, read by range and deleted', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace } = app;
		expect(await write(app, 'iris/train.csv', 'a,b\n1,2\n', { sha256: hashOf('a,b\n1,2\n') })).toMatchObject({
			path: 'iris/train.csv',
			sizeBytes: 8,
			sha256: hashOf('a,b\n1,2\n'),
		});
		await write(app, 'iris/ä b%.csv', 'x');
		await write(app, 'iris2/test.csv', 'y');
		expect((await client.call('listDatastores', { params: { workspace } })).datastores).toMatchObject([
			{ name: 'workspaceblobstore', isDefault: true, fileCount: 3, sizeBytes: 10 },
		]);
		const first = await list(app, { prefix: 'iris/', limit: 1 });
		const rest = await list(app, { prefix: 'iris/', limit: 1, cursor: first.nextCursor });
		expect([...first.files, ...rest.files].map(({ path }) => path)).toEqual(['iris/train.csv', 'iris/ä b%.csv']);
		expect(rest.nextCursor).toBeNull();
		expect(await read(app, 'iris/ä b%.csv')).toBe('x');
		expect(await read(app, 'iris/train.csv', { range: 'bytes=4-6' })).toBe('1,2');
		await client.call('deleteDatastoreFile', { params: { workspace, datastore, '*': 'iris/train.csv' } });
		await expect(read(app, 'iris/train.csv')).rejects.toMatchObject({
			code: 'not-found',
			message: 'There is no file iris/train.csv in workspaceblobstore.',
		});
		await expect.poll(async () => (await contents(app)).toSorted()).toEqual([hashOf('x'), hashOf('y')].toSorted());
	});

	it('a file is replaced only when that is asked for, and the same content again is no change', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const made = await write(app, 'a.txt', 'one');
		expect(await write(app, 'a.txt', 'one')).toEqual(made);
		await expect(write(app, 'a.txt', 'two')).rejects.toMatchObject({ code: 'already-exists', status: 409 });
		expect(await read(app, 'a.txt')).toBe('one');
		await write(app, 'a.txt', 'two', { overwrite: true });
		expect(await read(app, 'a.txt')).toBe('two');
		await expect.poll(() => contents(app)).toEqual([hashOf('two')]);
	});

	it('content that is not what was announced, a path that leads out, and a datastore that there is not are refused', async () => {
		await using app = await startTestApp({ engine, agent: false });
		await expect(write(app, 'a.txt', 'one', { sha256: hashOf('two') })).rejects.toMatchObject({ code: 'checksum-mismatch' });
		await expect(write(app, 'a/..%2Fb', 'one')).rejects.toMatchObject({ code: 'invalid-path' });
		const params = { workspace: app.workspace, datastore: 'elsewhere' };
		await expect(app.client.call('getDatastore', { params })).rejects.toMatchObject({ code: 'not-found' });
		expect((await list(app)).files).toEqual([]);
		expect(await contents(app)).toEqual([]);
	});

	it('two paths share a content, which stays until the last of them goes, and outlives a restart', async () => {
		await using app = await startTestApp({ engine, agent: false });
		await write(app, 'a', 'same');
		await write(app, 'b', 'same');
		const again = await app.restart();
		const remove = (path: string) =>
			again.client.call('deleteDatastoreFile', { params: { workspace: app.workspace, datastore, '*': path } });
		await remove('a');
		expect(await read(again, 'b')).toBe('same');
		await remove('b');
		await expect.poll(() => contents(again)).toEqual([]);
	});

	it('a job names its data, and its token reads the workspace and writes where the job says alone', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, experiment } = app;
		const submit = (data: readonly object[]) =>
			client.call('submitJob', { params: { experiment }, body: { definition: { command: ['true'], data: data as never } } });
		const { runId } = await submit([{ name: 'model', path: 'models/a', mode: 'upload' }]);
		await submit([{ name: 'train', path: 'iris', mode: 'mount' }]);
		const twice = { name: 'x', path: 'a', mode: 'mount' };
		await expect(submit([twice, twice])).rejects.toMatchObject({ code: 'invalid-request' });
		await expect(submit([{ ...twice, path: '../a' }])).rejects.toMatchObject({ code: 'invalid-path' });
		await expect(submit([{ ...twice, datastore: 'elsewhere' }])).rejects.toMatchObject({ code: 'not-found' });
		await expect(submit([{ name: 'x', mode: 'upload' }])).rejects.toMatchObject({ code: 'invalid-request' });

		const { job } = await client.call('leaseJob', { params: { agent: 'one' }, body: { target: 'local', waitMs: 0 } });
		expect(job?.runId).toBe(runId);
		const ofRun: TestApp = { ...app, client: createClient({ url: app.url, token: job!.runToken }) };
		await write(app, 'a', 'seen');
		expect(await read(ofRun, 'a')).toBe('seen');
		await expect(write(ofRun, 'b', 'refused')).rejects.toMatchObject({ code: 'forbidden' });
		const params = { run: runId, name: 'model' };
		await ofRun.client.call('writeJobData', { params: { ...params, '*': 'weights.bin' }, body: '42' });
		expect(await read(app, 'models/a/weights.bin')).toBe('42');
		await expect(ofRun.client.call('writeJobData', { params: { ...params, '*': '../b' }, body: '42' })).rejects.toMatchObject({
			status: 404,
		});
		const other = { run: runId, name: 'train', '*': 'x' };
		await expect(ofRun.client.call('writeJobData', { params: other, body: '42' })).rejects.toMatchObject({ code: 'not-found' });
	});
});
