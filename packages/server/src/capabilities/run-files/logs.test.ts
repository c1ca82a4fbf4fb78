/** Logs over HTTP: nothing lost, nothing twice, and whoever follows sees it all. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, readdir, readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { LIMITS } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const hashOf = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function newRun(app: TestApp, id: string): Promise<string> {
	return (await app.client.call('createRun', { params: { experiment: app.experiment }, body: { id } })).id;
}

async function append(app: TestApp, run: string, path: string, offset: number, bytes: string | Uint8Array, seal = false): Promise<number> {
	return (await app.client.call('appendLog', { params: { run, '*': path }, query: { offset, seal }, body: bytes as string })).sizeBytes;
}

function open(
	app: TestApp,
	run: string,
	path: string,
	query: { follow?: boolean } = {},
	headers: Record<string, string> = {},
): Promise<Response> {
	return app.client.open('readRunFile', { params: { run, '*': path }, query, headers });
}

async function read(app: TestApp, run: string, path: string): Promise<string> {
	return (await open(app, run, path)).text();
}

/** Reads a reply until it has given so many characters. */
async function take(reader: ReadableStreamDefaultReader<Uint8Array>, characters: number): Promise<string> {
	let text = '';
	while (text.length < characters) {
		const { value, done } = await reader.read();
		if (done) break;
		text += Buffer.from(value).toString();
	}
	return text;
}

/** The only log file in the data folder. */
async function logFileOf(app: TestApp): Promise<string> {
	const entries = await readdir(join(app.dataFolder, 'logs'), { recursive: true, withFileTypes: true });
	const [file] = entries.filter((entry) => entry.isFile());
	if (!file) throw new Error('There is no log file.');
	return join(file.parentPath, file.name);
}

describe.each(ENGINES)('logs on %s', (engine) => {
	it('take bytes at an offset: once, in order, until they are sealed', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'offsets');
		const path = 'azureml-logs/70_driver_log.txt';
		expect(await append(app, run, path, 0, 'hello\n')).toBe(6);
		expect(await append(app, run, path, 0, 'hello\n')).toBe(6);
		expect(await append(app, run, path, 3, 'lo\nworld\n')).toBe(12);
		expect(await append(app, run, path, 0, '')).toBe(12);
		await expect(append(app, run, path, 13, 'x')).rejects.toMatchObject({
			status: 409,
			code: 'log-gap',
			details: { path, size: 12, offset: 13 },
		});
		await expect(append(app, run, 'new.txt', 1, 'x')).rejects.toMatchObject({
			code: 'log-gap',
			details: { path: 'new.txt', size: 0, offset: 1 },
		});
		const growing = { path, kind: 'log', version: 1, sizeBytes: 12, sha256: null, contentType: 'text/plain', sealed: false };
		expect((await app.client.call('listRunFiles', { params: { run } })).files).toMatchObject([growing]);
		expect((await open(app, run, path)).headers.get('etag')).toBe(null);
		expect(await append(app, run, path, 12, 'end', true)).toBe(15);
		// The writer whose reply was lost says it again.
		expect(await append(app, run, path, 12, 'end', true)).toBe(15);
		await expect(append(app, run, path, 15, 'x')).rejects.toMatchObject({ status: 409, code: 'log-sealed', details: { path, size: 15 } });
		expect((await app.client.call('listRunFiles', { params: { run } })).files).toMatchObject([
			{ ...growing, sizeBytes: 15, sealed: true, sha256: hashOf('hello\nworld\nend') },
		]);
		expect(await read(app, run, path)).toBe('hello\nworld\nend');
		const part = await open(app, run, path, {}, { range: 'bytes=-9' });
		expect([part.status, await part.text()]).toEqual([206, 'world\nend']);
		expect(await app.client.call('getRunSpace', { params: { run } })).toEqual({ metricBytes: 0, artifactBytes: 0, logBytes: 15 });
	});

	it('take whole pieces of several writers, each with offsets of its own', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'writers');
		const write = async (writer: string, offset: number, body: string): Promise<number> =>
			(await app.client.call('appendLog', { params: { run, '*': 'shared.txt' }, query: { offset, writer }, body })).sizeBytes;
		expect(await write('1-0', 0, 'one\n')).toBe(4);
		expect(await write('1-1', 0, 'other\n')).toBe(6);
		expect(await write('1-0', 0, 'one\n')).toBe(4);
		expect(await write('1-0', 4, '')).toBe(4);
		expect(await write('1-0', 2, 'e\ntwo\n')).toBe(8);
		await expect(write('1-1', 7, 'x')).rejects.toMatchObject({ code: 'log-gap', details: { path: 'shared.txt', size: 6, offset: 7 } });
		await expect(write('2-0', 1, 'x')).rejects.toMatchObject({ code: 'log-gap', details: { size: 0 } });
		const again = await app.restart();
		expect(await read(again, run, 'shared.txt')).toBe('one\nother\ntwo\n');
		// A log that takes its name later knows nothing of them.
		await again.client.call('deleteRunFile', { params: { run, '*': 'shared.txt' } });
		expect(await append(again, run, 'shared.txt', 0, 'anew')).toBe(4);
	});

	it('keep their paths to themselves', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'paths');
		await append(app, run, 'log.txt', 0, 'a log');
		await app.client.call('writeRunFile', { params: { run, '*': 'artifact.txt' }, body: 'an artifact' });
		await expect(append(app, run, 'artifact.txt', 0, 'x')).rejects.toMatchObject({
			status: 409,
			code: 'already-exists',
			details: { noun: 'artifact', given: 'artifact.txt' },
		});
		await expect(app.client.call('writeRunFile', { params: { run, '*': 'log.txt' }, body: 'x' })).rejects.toMatchObject({
			status: 409,
			code: 'already-exists',
			details: { noun: 'log', given: 'log.txt' },
		});
		await expect(append(app, run, 'a//log.txt', 0, 'x')).rejects.toMatchObject({ status: 400, code: 'invalid-path' });
		await expect(append(app, 'nobody', 'log.txt', 0, 'x')).rejects.toMatchObject({ status: 404, code: 'not-found' });
		await app.client.call('deleteRunFile', { params: { run, '*': 'log.txt' } });
		expect(await app.client.call('getRunSpace', { params: { run } })).toMatchObject({ logBytes: 0 });
		await expect(append(app, run, 'log.txt', 5, 'x')).rejects.toMatchObject({ code: 'log-gap', details: { size: 0 } });
		expect(await append(app, run, 'log.txt', 0, 'anew')).toBe(4);
		expect(await read(app, run, 'log.txt')).toBe('anew');
	});

	it('are whole when several send the same bytes at once', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'together');
		const bytes = randomBytes(300_000);
		const send = async (pieceBytes: number): Promise<void> => {
			for (let offset = 0; offset < bytes.length; ) {
				const size = await append(app, run, 'race.log', offset, bytes.subarray(offset, offset + pieceBytes));
				expect(size).toBeGreaterThanOrEqual(Math.min(offset + pieceBytes, bytes.length));
				offset = size;
			}
		};
		await Promise.all([7_001, 11_003, 23_456, 100_000].map(send));
		await append(app, run, 'race.log', bytes.length, '', true);
		expect(hashOf(Buffer.from(await (await open(app, run, 'race.log')).arrayBuffer()))).toBe(hashOf(bytes));
	});

	it('lose what was never acknowledged, and nothing else', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'crash');
		await append(app, run, 'crash.log', 0, 'acknowledged ');
		// What a crash between the sync and the commit leaves.
		await appendFile(await logFileOf(app), 'written, but never acknowledged, and long');
		const again = await app.restart();
		expect(await read(again, run, 'crash.log')).toBe('acknowledged ');
		expect(await append(again, run, 'crash.log', 13, 'and sent again')).toBe(27);
		expect(await readFile(await logFileOf(again), 'utf8')).toBe('acknowledged and sent again');
	});

	it('go with their run when it is purged', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'purged');
		await append(app, run, 'a.log', 0, '12345');
		await append(app, run, 'b.log', 0, '123');
		await app.client.call('changeRunStatus', { params: { run }, body: { status: 'Completed' } });
		await app.client.call('changeLifecycle', { params: { run }, body: { lifecycle: 'trashed' } });
		expect(await app.client.call('purgeRun', { params: { run } })).toEqual({ runs: 1, freedBytes: 8 });
		await expect.poll(() => readdir(join(app.dataFolder, 'logs'))).toEqual([]);
	});
});

describe('an append', () => {
	it('takes as much as the limit says and no more', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'limits');
		const { max } = LIMITS.logAppendBytes;
		const bytes = randomBytes(max + 1);
		expect(await append(app, run, 'big.log', 0, bytes.subarray(0, max - 1))).toBe(max - 1);
		expect(await append(app, run, 'big.log', 0, bytes.subarray(0, max))).toBe(max);
		await expect(append(app, run, 'big.log', 0, bytes)).rejects.toMatchObject({ status: 413, code: 'body-too-large' });
		// Without an announced length it is found out on the way.
		const stream = new ReadableStream({
			start(controller) {
				for (let at = 0; at < bytes.length; at += 1_000_000) controller.enqueue(bytes.subarray(at, at + 1_000_000));
				controller.close();
			},
		});
		await expect(
			app.client.call('appendLog', { params: { run, '*': 'big.log' }, query: { offset: 0 }, body: stream }),
		).rejects.toMatchObject({ status: 413, code: 'body-too-large' });
		expect(hashOf(Buffer.from(await (await open(app, run, 'big.log')).arrayBuffer()))).toBe(hashOf(bytes.subarray(0, max)));
	});
});

describe('following a log', () => {
	it('gives what there is, then what comes, until the log is sealed', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'followed');
		await append(app, run, 'f.log', 0, 'one ');
		const all = (await open(app, run, 'f.log', { follow: true })).body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
		const response = await open(app, run, 'f.log', { follow: true }, { range: 'bytes=4-' });
		expect([response.status, response.headers.get('content-range'), response.headers.get('content-type')]).toEqual([
			206,
			'bytes 4-9007199254740991/*',
			'text/plain; charset=utf-8',
		]);
		const rest = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
		expect(await take(all, 4)).toBe('one ');
		await append(app, run, 'f.log', 4, 'two ');
		expect([await take(all, 4), await take(rest, 4)]).toEqual(['two ', 'two ']);
		await append(app, run, 'f.log', 8, 'three', true);
		expect([await take(all, Number.POSITIVE_INFINITY), await take(rest, Number.POSITIVE_INFINITY)]).toEqual(['three', 'three']);
		expect(await (await open(app, run, 'f.log', { follow: true })).text()).toBe('one two three');
		await expect(open(app, run, 'f.log', { follow: true }, { range: 'bytes=14-' })).rejects.toMatchObject({
			status: 416,
			code: 'range-not-satisfiable',
		});
	});

	it('ends when the run has ended and everything was sent', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'ending');
		await append(app, run, 'f.log', 0, 'one ');
		const followed = (await open(app, run, 'f.log', { follow: true })).text();
		await app.client.call('changeRunStatus', { params: { run }, body: { status: 'Failed' } });
		await append(app, run, 'f.log', 4, 'last words');
		expect(await followed).toBe('one last words');
	});

	it('ends when the log is deleted, and also when another takes its name', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'deleted');
		await append(app, run, 'f.log', 0, 'one ');
		const followed = (await open(app, run, 'f.log', { follow: true })).text();
		await app.client.call('deleteRunFile', { params: { run, '*': 'f.log' } });
		await append(app, run, 'f.log', 0, 'another log');
		expect(await followed).toBe('one ');
	});

	it('is let go with its reader', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'left');
		await append(app, run, 'f.log', 0, 'one ');
		const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
		const before = await openFiles();
		const address = app.client.address('readRunFile', { params: { run, '*': 'f.log' }, query: { follow: true } });
		const requests = Array.from({ length: 10 }, () => get(address, { agent: false }));
		const heard = requests.map(async (request) => {
			const [reply] = (await once(request, 'response')) as [IncomingMessage];
			return String((await once(reply, 'data'))[0]);
		});
		expect(await Promise.all(heard)).toEqual(new Array(10).fill('one '));
		expect(await openFiles()).toBeGreaterThanOrEqual(before + 20);
		for (const request of requests) request.destroy();
		// A socket on each side of each of them; the client keeps others of its own.
		await expect.poll(openFiles).toBeLessThan(before + 10);
	});

	it('a megabyte arrives whole through many small appends', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'whole');
		const bytes = randomBytes(1_000_000);
		await append(app, run, 'f.log', 0, '');
		const followed = (await open(app, run, 'f.log', { follow: true })).arrayBuffer();
		for (let offset = 0; offset < bytes.length; ) offset = await append(app, run, 'f.log', offset, bytes.subarray(offset, offset + 12_345));
		await append(app, run, 'f.log', bytes.length, '', true);
		expect(hashOf(Buffer.from(await followed))).toBe(hashOf(bytes));
	});
});
