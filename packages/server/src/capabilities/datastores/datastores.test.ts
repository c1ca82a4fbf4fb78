/** Datastores: files by path, kept by content; what a job may write, and who may read. */
import { createHash, randomBytes } from 'node:crypto';
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

/** A chunk of a file that is announced as a whole. */
const send = ({ client, workspace }: TestApp, whole: Uint8Array, [from, to]: readonly [number, number], fields: object = {}) =>
	client.call('appendDatastoreFile', {
		params: { workspace, datastore, '*': 'large.bin' },
		query: { sizeBytes: whole.length, sha256: createHash('sha256').update(whole).digest('hex'), offset: from, ...fields },
		body: whole.subarray(from, to),
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

	it('a large file comes in chunks, and goes on where it was broken off, after a restart too', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const whole = randomBytes(100_000);
		const sha256 = createHash('sha256').update(whole).digest('hex');
		expect(await send(app, whole, [0, 0])).toEqual({ receivedBytes: 0, file: null });
		expect(await send(app, whole, [0, 40_000])).toEqual({ receivedBytes: 40_000, file: null });
		await expect(send(app, whole, [50_000, 100_000])).rejects.toMatchObject({
			status: 409,
			code: 'upload-gap',
			details: { size: 40_000, offset: 50_000 },
		});
		const again = await app.restart();
		// A client that has lost its notes asks, and what it sends twice is taken once.
		expect(await send(again, whole, [0, 0])).toEqual({ receivedBytes: 40_000, file: null });
		const { receivedBytes, file } = await send(again, whole, [30_000, 100_000]);
		expect([receivedBytes, file]).toEqual([100_000, expect.objectContaining({ path: 'large.bin', sizeBytes: 100_000, sha256 })]);
		expect(await send(again, whole, [0, 0])).toEqual({ receivedBytes: 100_000, file });
		const { body } = await again.client.open('readDatastoreFile', {
			params: { workspace: app.workspace, datastore, '*': 'large.bin' },
		});
		const hash = createHash('sha256');
		for await (const chunk of body!) hash.update(chunk);
		expect(hash.digest('hex')).toBe(sha256);
		expect(await readdir(join(app.dataFolder, 'data-uploads'))).toEqual([]);
	});

	it('a file that comes in chunks is refused before it is sent, or begun anew, as a whole one is', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const [whole, other] = [randomBytes(1_000), randomBytes(1_000)];
		await send(app, whole, [0, 1_000]);
		await expect(send(app, other, [0, 0])).rejects.toMatchObject({ code: 'already-exists', status: 409 });
		expect(await send(app, other, [0, 500], { overwrite: true })).toEqual({ receivedBytes: 500, file: null });
		const sha256 = createHash('sha256').update(whole).digest('hex');
		await expect(send(app, other, [500, 1_000], { overwrite: true, sha256 })).resolves.toMatchObject({ receivedBytes: 1_000 });
		const third = createHash('sha256').update('third').digest('hex');
		await expect(send(app, other, [0, 1_000], { overwrite: true, sha256: third })).rejects.toMatchObject({ code: 'checksum-mismatch' });
		expect(await send(app, other, [0, 0], { overwrite: true, sha256: third })).toEqual({ receivedBytes: 0, file: null });
		await expect(send(app, other, [500, 1_000], { overwrite: true, sizeBytes: 900 })).rejects.toMatchObject({ code: 'upload-gap' });
		await expect(send(app, other, [0, 1_000], { overwrite: true, sizeBytes: 900 })).rejects.toMatchObject({ code: 'invalid-request' });
		expect((await send(app, other, [500, 1_000], { overwrite: true })).file).toMatchObject({ path: 'large.bin', sizeBytes: 1_000 });
		expect((await send(app, new Uint8Array(), [0, 0], { overwrite: true })).file).toMatchObject({ sizeBytes: 0 });
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
		const query = { agent: 'one', fence: 1 };
		await ofRun.client.call('writeJobData', { params: { ...params, '*': 'weights.bin' }, query, body: '42' });
		expect(await read(app, 'models/a/weights.bin')).toBe('42');
		await expect(ofRun.client.call('writeJobData', { params: { ...params, '*': '../b' }, query, body: '42' })).rejects.toMatchObject({
			status: 404,
		});
		const other = { run: runId, name: 'train', '*': 'x' };
		await expect(ofRun.client.call('writeJobData', { params: other, query, body: '42' })).rejects.toMatchObject({ code: 'not-found' });
		for (const late of [
			{ agent: 'one', fence: 0 },
			{ agent: 'two', fence: 1 },
		])
			await expect(
				ofRun.client.call('writeJobData', { params: { ...params, '*': 'late.bin' }, query: late, body: '42' }),
			).rejects.toMatchObject({ code: 'stale-fence' });
		await expect(read(app, 'models/a/late.bin')).rejects.toMatchObject({ code: 'not-found' });

		const append = (fields: object, body: string) =>
			ofRun.client.call('appendJobData', {
				params: { ...params, '*': 'large.bin' },
				query: { ...query, sizeBytes: 4, sha256: hashOf('abcd'), offset: 0, ...fields },
				body,
			});
		expect(await append({}, 'ab')).toEqual({ receivedBytes: 2, file: null });
		await expect(append({ offset: 2, fence: 0 }, 'cd')).rejects.toMatchObject({ code: 'stale-fence' });
		await expect(read(app, 'models/a/large.bin')).rejects.toMatchObject({ code: 'not-found' });
		// All of it is there; the agent that holds the job has only to say so.
		expect((await append({}, '')).file).toMatchObject({ path: 'models/a/large.bin' });
		expect(await read(app, 'models/a/large.bin')).toBe('abcd');
	});
});
