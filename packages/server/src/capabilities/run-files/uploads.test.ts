/** Resumable uploads: in chunks, over restarts, verified at the end, and never a way to learn what other workspaces hold. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { LIMITS } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function newRun(app: TestApp, id: string, experiment = app.experiment): Promise<string> {
	return (await app.client.call('createRun', { params: { experiment }, body: { id } })).id;
}

function start(app: TestApp, run: string, path: string, bytes: Uint8Array, contentType?: string) {
	return app.client.call('startUpload', { params: { run }, body: { path, sizeBytes: bytes.length, sha256: hashOf(bytes), contentType } });
}

async function startNew(app: TestApp, run: string, path: string, bytes: Uint8Array): Promise<string> {
	const { upload, file } = await start(app, run, path, bytes);
	expect(file).toBeNull();
	return upload?.id as string;
}

function send(app: TestApp, run: string, upload: string, offset: number, bytes: Uint8Array) {
	return app.client.call('appendUpload', { params: { run, upload }, query: { offset }, body: bytes as Uint8Array<ArrayBuffer> });
}

async function content(app: TestApp, run: string, path: string): Promise<string> {
	return hashOf(Buffer.from(await (await app.client.open('readRunFile', { params: { run, '*': path } })).arrayBuffer()));
}

describe.each(ENGINES)('uploads on %s', (engine) => {
	it('go on where they stopped, also after a restart, and become a file', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'resumed');
		const bytes = randomBytes(1_000_000);
		const upload = await startNew(app, run, 'outputs/model.bin', bytes);
		const progress = { id: upload, path: 'outputs/model.bin', sizeBytes: 1_000_000 };
		expect(await send(app, run, upload, 0, bytes.subarray(0, 400_000))).toEqual({
			upload: { ...progress, receivedBytes: 400_000 },
			file: null,
		});
		const again = await app.restart();
		// A client that has lost its notes begins anew, and is given the upload that there is.
		expect(await start(again, run, 'outputs/model.bin', bytes)).toEqual({ upload: { ...progress, receivedBytes: 400_000 }, file: null });
		expect(await again.client.call('getUpload', { params: { run, upload } })).toEqual({ ...progress, receivedBytes: 400_000 });
		await expect(send(again, run, upload, 500_000, bytes.subarray(500_000))).rejects.toMatchObject({
			status: 409,
			code: 'upload-gap',
			details: { size: 400_000, offset: 500_000 },
		});
		// What was received already is skipped.
		const { file } = await send(again, run, upload, 300_000, bytes.subarray(300_000));
		expect(file).toMatchObject({
			path: 'outputs/model.bin',
			version: 1,
			sizeBytes: 1_000_000,
			sha256: hashOf(bytes),
			contentType: 'application/octet-stream',
			sealed: true,
		});
		expect(await content(again, run, 'outputs/model.bin')).toBe(hashOf(bytes));
		await expect(again.client.call('getUpload', { params: { run, upload } })).rejects.toMatchObject({ status: 404, code: 'not-found' });
		expect(await readdir(join(app.dataFolder, 'uploads'))).toEqual([]);
		// A client whose last reply was lost begins anew, too, and is done at once: with the same version.
		expect(await start(again, run, 'outputs/model.bin', bytes)).toEqual({ upload: null, file });
	});

	it('are done at once with content that the workspace has, and with nothing that others have', async () => {
		await using app = await startTestApp({ engine });
		const [run, sibling] = [await newRun(app, 'owner'), await newRun(app, 'sibling')];
		const bytes = randomBytes(10_000);
		await app.client.call('writeRunFile', { params: { run, '*': 'model.bin' }, body: bytes });
		expect((await start(app, sibling, 'copy.json', bytes, 'image/png')).file).toMatchObject({
			path: 'copy.json',
			version: 1,
			sha256: hashOf(bytes),
			contentType: 'application/json',
		});
		const body = { path: 'lie.bin', sizeBytes: 9_999, sha256: hashOf(bytes) };
		expect((await app.client.call('startUpload', { params: { run: sibling }, body })).file).toBeNull();

		await app.client.call('createWorkspace', { body: { name: 'elsewhere' } });
		const { id: experiment } = await app.client.call('createExperiment', { params: { workspace: 'elsewhere' }, body: { name: 'spy' } });
		const spy = await newRun(app, 'spy', experiment);
		const upload = await startNew(app, spy, 'guess.bin', bytes);
		expect((await send(app, spy, upload, 0, bytes)).file).toMatchObject({ version: 1 });
		await app.client.call('deleteRunFile', { params: { run, '*': 'model.bin' } });
		await app.client.call('deleteRunFile', { params: { run: sibling, '*': 'copy.json' } });
		expect(await content(app, spy, 'guess.bin')).toBe(hashOf(bytes));
	});

	it('are refused when their content is not what was announced', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'refused');
		const [right, wrong] = [randomBytes(1_000), randomBytes(1_000)];
		const upload = await startNew(app, run, 'x.bin', right);
		await expect(send(app, run, upload, 0, Buffer.concat([right, wrong]))).rejects.toMatchObject({ status: 400, code: 'invalid-request' });
		expect(await app.client.call('getUpload', { params: { run, upload } })).toMatchObject({ receivedBytes: 0 });
		await expect(send(app, run, upload, 0, wrong)).rejects.toMatchObject({
			status: 422,
			code: 'checksum-mismatch',
			details: { path: 'x.bin', actual: hashOf(wrong), expected: hashOf(right) },
		});
		await expect(app.client.call('getUpload', { params: { run, upload } })).rejects.toMatchObject({ code: 'not-found' });
		expect((await app.client.call('listRunFiles', { params: { run } })).files).toEqual([]);
		const another = await startNew(app, run, 'x.bin', right);
		expect(another).not.toBe(upload);
		expect((await send(app, run, another, 0, right)).file).toMatchObject({ version: 1 });
		await expect(send(app, run, 'no-such-upload', 0, right)).rejects.toMatchObject({ status: 404 });
		await expect(app.client.call('getUpload', { params: { run: await newRun(app, 'other'), upload: another } })).rejects.toMatchObject({
			status: 404,
		});
		await expect(start(app, run, '../x', right)).rejects.toMatchObject({ status: 400, code: 'invalid-path' });
		await app.client.call('appendLog', { params: { run, '*': 'a.log' }, query: { offset: 0 }, body: 'x' });
		await expect(start(app, run, 'a.log', wrong)).rejects.toMatchObject({ status: 409, code: 'already-exists' });
	});

	it('of nothing at all are done at once', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'empty');
		expect((await start(app, run, 'empty.txt', new Uint8Array())).file).toMatchObject({
			sizeBytes: 0,
			sha256: hashOf(new Uint8Array()),
			version: 1,
		});
		expect(await content(app, run, 'empty.txt')).toBe(hashOf(new Uint8Array()));
	});

	it('take the same chunk from several senders at once', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'racing');
		const bytes = randomBytes(500_000);
		const upload = await startNew(app, run, 'race.bin', bytes);
		const replies = await Promise.allSettled([0, 0, 0].map((offset) => send(app, run, upload, offset, bytes.subarray(0, 250_000))));
		expect(replies.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
		expect((await send(app, run, upload, 250_000, bytes.subarray(250_000))).file).toMatchObject({ sha256: hashOf(bytes) });
	});

	it('that nobody goes on with are given up', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'abandoned');
		const bytes = randomBytes(1_000);
		const kept = await startNew(app, run, 'kept.bin', bytes);
		await send(app, run, kept, 0, bytes.subarray(0, 10));
		// Bytes whose upload is gone, as after a purge that was cut short.
		await writeFile(join(app.dataFolder, 'uploads', '00000000-0000-4000-8000-000000000000'), 'nobody’s');
		await utimes(join(app.dataFolder, 'uploads', kept), 0, 0);
		const again = await app.restart();
		await expect.poll(() => readdir(join(app.dataFolder, 'uploads'))).toEqual([kept]);
		expect(await again.client.call('getUpload', { params: { run, upload: kept } })).toMatchObject({ receivedBytes: 10 });
	});
});

describe('a chunk', () => {
	it('has at most 64 MiB', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'large');
		const { max } = LIMITS.uploadChunkBytes;
		const bytes = Buffer.alloc(max + 1, 'runstead');
		const upload = await startNew(app, run, 'large.bin', bytes);
		// Refused by the announced length alone: nothing of it is sent.
		const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
		socket.write(`PATCH /api/v1/runs/${run}/uploads/${upload}?offset=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${max + 1}\r\n\r\n`);
		const [reply] = (await once(socket, 'data')) as [Buffer];
		expect(reply.toString()).toMatch(/^HTTP\/1\.1 413 .*"code":"body-too-large"/s);
		socket.destroy();
		expect((await send(app, run, upload, 0, bytes.subarray(0, max))).upload).toMatchObject({ receivedBytes: max });
		expect((await send(app, run, upload, max, bytes.subarray(max))).file).toMatchObject({ sizeBytes: max + 1, sha256: hashOf(bytes) });
	});

	it('that breaks off leaves nothing', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'broken');
		const bytes = randomBytes(1_000_000);
		const upload = await startNew(app, run, 'broken.bin', bytes);
		await send(app, run, upload, 0, bytes.subarray(0, 100));
		const received = async (): Promise<number> => (await app.client.call('getUpload', { params: { run, upload } })).receivedBytes;
		const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
		socket.write(`PATCH /api/v1/runs/${run}/uploads/${upload}?offset=100 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999900\r\n\r\n`);
		socket.write(bytes.subarray(100, 500_100));
		await expect.poll(received).toBe(500_100);
		socket.destroy();
		await expect.poll(received).toBe(100);
		expect((await send(app, run, upload, 100, bytes.subarray(100))).file).toMatchObject({ sha256: hashOf(bytes) });
	});
});
