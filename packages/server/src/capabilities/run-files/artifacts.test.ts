/** Artifacts over HTTP: versions, ranges, checksums, names that lead nowhere, and bodies that break off. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { RunFile } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const hashOf = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

async function newRun(app: TestApp, id: string): Promise<string> {
	return (await app.client.call('createRun', { params: { experiment: app.experiment }, body: { id } })).id;
}

function put(app: TestApp, run: string, path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<RunFile> {
	return app.client.call('writeRunFile', { params: { run, '*': path }, body: body as string, headers });
}

function read(
	app: TestApp,
	run: string,
	path: string,
	headers: Record<string, string> = {},
	query: { version?: number; download?: boolean } = {},
): Promise<Response> {
	return fetch(app.client.address('readRunFile', { params: { run, '*': path }, query }), { headers });
}

/** Contents that the blob store holds. */
async function contents(app: TestApp): Promise<string[]> {
	const entries = await readdir(join(app.dataFolder, 'blobs'), { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => entry.parentPath.slice(-2) + entry.name);
}

describe.each(ENGINES)('artifacts on %s', (engine) => {
	it('have versions, of which the newest is read and listed', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'versions');
		const first = await put(app, run, 'outputs/model.txt', 'one');
		expect(first).toEqual({
			path: 'outputs/model.txt',
			kind: 'artifact',
			version: 1,
			sizeBytes: 3,
			sha256: hashOf('one'),
			contentType: 'text/plain',
			sealed: true,
			createdTime: expect.any(String),
			modifiedTime: expect.any(String),
		});
		// The same again is the same: a client that lost the reply may repeat its request.
		expect(await put(app, run, 'outputs/model.txt', 'one')).toEqual(first);
		const second = await put(app, run, 'outputs/model.txt', 'two!');
		expect(second).toMatchObject({ version: 2, sizeBytes: 4, sha256: hashOf('two!') });
		expect((await app.client.call('listRunFileVersions', { params: { run, '*': 'outputs/model.txt' } })).versions).toEqual([second, first]);
		expect((await app.client.call('listRunFiles', { params: { run } })).files).toEqual([second]);
		expect(await (await read(app, run, 'outputs/model.txt')).text()).toBe('two!');
		expect(await (await read(app, run, 'outputs/model.txt', {}, { version: 1 })).text()).toBe('one');
		expect((await read(app, run, 'outputs/model.txt', {}, { version: 3 })).status).toBe(404);
		expect(await app.client.call('getRunSpace', { params: { run } })).toEqual({ metricBytes: 0, artifactBytes: 7, logBytes: 0 });
		const { events } = await app.client.call('listRunEvents', { params: { run }, query: {} });
		expect(events.slice(2).map(({ type, data }) => [type, data])).toEqual([
			['file.written', { path: 'outputs/model.txt', version: 1, sizeBytes: 3 }],
			['file.written', { path: 'outputs/model.txt', version: 2, sizeBytes: 4 }],
		]);
	});

	it('are listed by path, page by page, under a prefix', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'pages');
		const paths = ['a', 'a/b', 'a/b/c', 'a/ä', 'a0', 'b/%', 'b/_x', 'b/x', 'ä/1'];
		for (const path of paths.toReversed()) await put(app, run, path, path);
		const listed: string[] = [];
		for (let cursor: string | null | undefined; cursor !== null; ) {
			const page = await app.client.call('listRunFiles', { params: { run }, query: { limit: 4, cursor: cursor ?? undefined } });
			expect(page.files.length).toBeLessThanOrEqual(4);
			listed.push(...page.files.map(({ path }) => path));
			cursor = page.nextCursor;
		}
		expect(listed).toEqual(paths.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))));
		const under = async (prefix: string): Promise<string[]> =>
			(await app.client.call('listRunFiles', { params: { run }, query: { prefix } })).files.map(({ path }) => path);
		expect(await under('a/')).toEqual(['a/b', 'a/b/c', 'a/ä']);
		expect(await under('b/_')).toEqual(['b/_x']);
		expect(await under('b/%')).toEqual(['b/%']);
		expect(await under('c')).toEqual([]);
		await expect(app.client.call('listRunFiles', { params: { run }, query: { cursor: 'nonsense' } })).rejects.toMatchObject({
			code: 'invalid-cursor',
		});
	});

	it('give their content back when the last that holds it is gone', async () => {
		await using app = await startTestApp({ engine });
		const [one, other] = [await newRun(app, 'one'), await newRun(app, 'other')];
		await put(app, one, 'a', 'shared');
		await put(app, one, 'b', 'shared');
		await put(app, one, 'c', 'own');
		await put(app, other, 'd', 'shared');
		expect((await contents(app)).toSorted()).toEqual([hashOf('own'), hashOf('shared')].toSorted());
		await app.client.call('deleteRunFile', { params: { run: one, '*': 'a' } });
		await expect(app.client.call('deleteRunFile', { params: { run: one, '*': 'a' } })).rejects.toMatchObject({
			code: 'not-found',
			status: 404,
		});
		expect(await (await read(app, one, 'b')).text()).toBe('shared');
		await app.client.call('changeRunStatus', { params: { run: one }, body: { status: 'Completed' } });
		await app.client.call('changeLifecycle', { params: { run: one }, body: { lifecycle: 'trashed' } });
		expect(await app.client.call('purgeRun', { params: { run: one } })).toEqual({ runs: 1, freedBytes: 3 });
		await expect.poll(() => contents(app)).toEqual([hashOf('shared')]);
		expect(await (await read(app, other, 'd')).text()).toBe('shared');
		await app.client.call('deleteRunFile', { params: { run: other, '*': 'd' } });
		await expect.poll(() => contents(app)).toEqual([]);
		const { events } = await app.client.call('listRunEvents', { params: { run: other }, query: {} });
		expect(events.at(-1)).toMatchObject({ type: 'file.deleted', data: { path: 'd' } });
		expect(await app.client.call('getRunSpace', { params: { run: other } })).toEqual({ metricBytes: 0, artifactBytes: 0, logBytes: 0 });
		expect(await put(app, other, 'd', 'anew')).toMatchObject({ version: 1 });
	});

	it('written at one path at once get versions of their own', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'race');
		const written = await Promise.all(Array.from({ length: 8 }, (_, index) => put(app, run, 'race.txt', `content ${index % 4}`)));
		const { versions } = await app.client.call('listRunFileVersions', { params: { run, '*': 'race.txt' } });
		expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => versions.length - index));
		for (const file of written) expect(versions).toContainEqual(file);
		expect(new Set(await contents(app))).toEqual(new Set([0, 1, 2, 3].map((index) => hashOf(`content ${index}`))));
	});

	it('survive a restart, which sweeps what is nobody’s', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app, 'restart');
		await put(app, run, 'kept', 'kept');
		await put(app, run, 'gone', 'gone');
		const gone = hashOf('gone');
		await app.client.call('deleteRunFile', { params: { run, '*': 'gone' } });
		await expect.poll(() => contents(app)).toEqual([hashOf('kept')]);
		// As a crash between the commit and the removal leaves it.
		const orphan = join(app.dataFolder, 'blobs', gone.slice(0, 2), gone.slice(2));
		await mkdir(join(orphan, '..'), { recursive: true });
		await writeFile(orphan, 'gone');
		for (const sha256 of [gone, hashOf('kept')]) await utimes(join(app.dataFolder, 'blobs', sha256.slice(0, 2), sha256.slice(2)), 0, 0);
		await using again = await app.restart();
		await expect.poll(() => contents(again)).toEqual([hashOf('kept')]);
		expect(await (await read(again, run, 'kept')).text()).toBe('kept');
		// The doctor counts contents, and misses one that somebody took away.
		const contentChecks = async () => (await again.client.call('diagnose')).checks.filter(({ name }) => name.startsWith('contents'));
		expect(await contentChecks()).toEqual([
			{ name: 'contents', ok: true, value: '1 files, 4 bytes' },
			{ name: 'contents missing', ok: true, value: '0' },
		]);
		await rm(join(app.dataFolder, 'blobs', hashOf('kept').slice(0, 2)), { recursive: true });
		expect((await contentChecks())[1]).toEqual({ name: 'contents missing', ok: false, value: '1' });
	});
});

describe('reading an artifact', () => {
	it('takes ranges, tags and HEAD', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'ranges');
		const bytes = randomBytes(200_000);
		const { sha256 } = await put(app, run, 'x.bin', bytes);
		const whole = await read(app, run, 'x.bin');
		expect([whole.status, whole.headers.get('content-length'), whole.headers.get('accept-ranges'), whole.headers.get('etag')]).toEqual([
			200,
			'200000',
			'bytes',
			`"${sha256}"`,
		]);
		expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes);
		for (const [range, first, last] of [
			['bytes=0-0', 0, 0],
			['bytes=100000-', 100_000, 199_999],
			['bytes=-5', 199_995, 199_999],
			['bytes=199999-300000', 199_999, 199_999],
		] as const) {
			const part = await read(app, run, 'x.bin', { range });
			expect([part.status, part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([
				206,
				`bytes ${first}-${last}/200000`,
				String(last - first + 1),
			]);
			expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(first, last + 1));
		}
		const beyond = await read(app, run, 'x.bin', { range: 'bytes=200000-' });
		expect([beyond.status, beyond.headers.get('content-range'), ((await beyond.json()) as { error: { code: string } }).error.code]).toEqual(
			[416, 'bytes */200000', 'range-not-satisfiable'],
		);
		expect((await read(app, run, 'x.bin', { range: 'bytes=0-1', 'if-range': '"another"' })).status).toBe(200);
		expect((await read(app, run, 'x.bin', { range: 'bytes=0-1', 'if-range': `"${sha256}"` })).status).toBe(206);
		const same = await read(app, run, 'x.bin', { 'if-none-match': `"another", W/"${sha256}"` });
		expect([same.status, same.headers.get('etag'), await same.text()]).toEqual([304, `"${sha256}"`, '']);
		const head = await fetch(app.client.address('readRunFile', { params: { run, '*': 'x.bin' } }), { method: 'HEAD' });
		expect([head.status, head.headers.get('content-length'), head.headers.get('etag'), await head.text()]).toEqual([
			200,
			'200000',
			`"${sha256}"`,
			'',
		]);
		await put(app, run, 'empty', '');
		const empty = await read(app, run, 'empty');
		expect([empty.status, empty.headers.get('content-length'), await empty.text()]).toEqual([200, '0', '']);
		expect((await read(app, run, 'empty', { range: 'bytes=0-' })).status).toBe(416);
	});

	it('never lets a page that was uploaded act as ours', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'types');
		const head = async (path: string, declared: string, query = {}): Promise<(string | null)[]> => {
			await put(app, run, path, '<script>1</script>', { 'content-type': declared });
			const { headers } = await read(app, run, path, {}, query);
			expect(headers.get('x-content-type-options')).toBe('nosniff');
			return [
				headers.get('content-type'),
				headers.get('content-security-policy')?.split(';')[0] ?? null,
				headers.get('content-disposition'),
			];
		};
		const sandboxed = 'sandbox allow-scripts';
		expect(await head('report.html', 'text/plain')).toEqual(['text/html; charset=utf-8', sandboxed, `inline; filename=report.html`]);
		expect(await head('image.svg', 'image/png')).toEqual(['image/svg+xml', sandboxed, `inline; filename=image.svg`]);
		expect(await head('page', 'text/html; charset=x')).toEqual(['text/html; charset=utf-8', sandboxed, `inline; filename=page`]);
		expect(await head('strange', 'application/x-strange')).toEqual(['application/x-strange', sandboxed, `inline; filename=strange`]);
		expect(await head('plain.txt', 'text/html')).toEqual(['text/plain; charset=utf-8', null, `inline; filename=plain.txt`]);
		expect(await head('model', 'application/x-www-form-urlencoded')).toEqual(['application/octet-stream', null, `inline; filename=model`]);
		expect(await head('a/"Übung" 100%.csv', 'text/csv', { download: true })).toEqual([
			'text/csv',
			null,
			`attachment; filename="__bung_ 100_.csv"; filename*=UTF-8''%22%C3%9Cbung%22%20100%25.csv`,
		]);
	});
});

describe('writing an artifact', () => {
	it('takes any content type, and verifies a checksum that was announced', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'writes');
		for (const [index, type] of ['application/json', 'text/plain', 'multipart/form-data', 'nonsense', ''].entries()) {
			expect(await put(app, run, `file-${index}`, `{"number": ${index}`, { 'content-type': type })).toMatchObject({ sizeBytes: 12 });
			expect(await (await read(app, run, `file-${index}`)).text()).toBe(`{"number": ${index}`);
		}
		expect(await put(app, run, 'sum', 'right', { 'x-content-sha256': hashOf('right').toUpperCase() })).toMatchObject({ version: 1 });
		const before = await contents(app);
		await expect(put(app, run, 'sum', 'wrong', { 'x-content-sha256': hashOf('right') })).rejects.toMatchObject({
			status: 422,
			code: 'checksum-mismatch',
			details: { path: 'sum', actual: hashOf('wrong'), expected: hashOf('right') },
		});
		await expect(put(app, run, 'sum', 'wrong', { 'x-content-sha256': 'abc' })).rejects.toMatchObject({
			status: 400,
			code: 'invalid-request',
		});
		await expect(put(app, 'nobody', 'sum', 'x')).rejects.toMatchObject({ status: 404, code: 'not-found' });
		expect(await contents(app)).toEqual(before);
	});

	it('refuses names that lead elsewhere, however they are spelled', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'names');
		const { port } = new URL(app.url);
		/** A request as it is written: fetch would tidy the path. */
		const send = async (path: string): Promise<[number, string]> => {
			const request = httpRequest({ host: '127.0.0.1', port, method: 'PUT', path: `/api/v1/runs/${run}/files/${path}` });
			request.end('content');
			const [reply] = (await once(request, 'response')) as [IncomingMessage];
			const { error, path: stored } = JSON.parse(Buffer.concat(await reply.toArray()).toString()) as {
				error?: { code: string };
				path?: string;
			};
			return [reply.statusCode ?? 0, error?.code ?? stored ?? ''];
		};
		for (const path of [
			'../../etc/passwd',
			'..%2f..%2fetc/passwd',
			'%2e%2e/x',
			'%252e%252e%252fx',
			'/etc/passwd',
			'%2Fetc/passwd',
			'a//b',
			'a/',
			'a%5Cb',
			'a%00b',
			'a/%2e/b',
			'a%0ab',
			`${'x'.repeat(256)}`,
		]) {
			expect([path, await send(path)]).toEqual([path, [400, 'invalid-path']]);
		}
		expect(await send('%E0%A4%A')).toEqual([400, 'invalid-path']);
		// Decoded once, and only once.
		expect(await send('100%25.txt')).toEqual([201, '100%.txt']);
		expect(await send('a%2541')).toEqual([201, 'a%41']);
		expect(await send('%3Fq%23h%20%2B+')).toEqual([201, '?q#h ++']);
		const long = `${'ä'.repeat(124)}/`.repeat(40);
		expect(await send(encodeURIComponent(`${long.slice(0, 4_999)}x`).replaceAll('%2F', '/'))).toEqual([201, `${long.slice(0, 4_999)}x`]);
		expect(await send(encodeURIComponent(`${long}x`).replaceAll('%2F', '/'))).toEqual([400, 'invalid-path']);
		// A path may be the folder of another: no folders are made.
		expect(await send('a%2541/b')).toEqual([201, 'a%41/b']);
	});

	it('stores nothing of a body that breaks off', async () => {
		await using app = await startTestApp();
		const run = await newRun(app, 'broken');
		const { port } = new URL(app.url);
		const socket = connect(Number(port), '127.0.0.1');
		socket.write(`PUT /api/v1/runs/${run}/files/half HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nonly this`);
		await once(socket, 'connect');
		// Its temporary file shows that the server is in the midst of it.
		await expect.poll(() => readdir(join(app.dataFolder, 'blobs', 'incoming'))).toHaveLength(1);
		socket.end();
		const reply = Buffer.concat(await socket.toArray()).toString();
		expect(reply).toMatch(/^HTTP\/1\.1 400 /);
		expect(JSON.parse(reply.slice(reply.indexOf('{')))).toMatchObject({ error: { code: 'body-truncated' } });
		await expect.poll(() => readdir(join(app.dataFolder, 'blobs', 'incoming'))).toEqual([]);
		expect((await app.client.call('listRunFiles', { params: { run } })).files).toEqual([]);
		expect(await contents(app)).toEqual([]);
	});
});
