/** `runstead model` as a person uses it: the real program against a real server. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { expect, test } from 'vitest';
import { makeCliFolder } from './testing/cli-process.ts';

const STUDIO = /Studio\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/;

test('models are registered from runs and files, listed, shown and downloaded', async () => {
	await using folder = await makeCliFolder();
	const server = folder.start(['up', '--port', '0']);
	const client = createClient({ url: (await server.printed(STUDIO))[1]! });
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'ridge' } });
	await client.call('createRun', { params: { experiment }, body: { id: 'maker' } });
	await client.call('writeRunFile', { params: { run: 'maker', '*': 'outputs/model.pkl' }, body: 'weights' });
	const run = (...args: string[]) => folder.run('model', ...args);

	expect((await run('list')).stdout).toBe('There is no such model.\n');
	const first = await run('register', 'ridge', 'outputs/model.pkl', '--run', 'maker', '--tag', 'team=vision', '--alias', 'champion');
	expect([first.exitCode, first.stdout.replace(/ +/g, ' ')]).toEqual([
		0,
		expect.stringContaining(' Model ridge, version 1\n Source runs:/maker/outputs/model.pkl\n Files 1, 7 B\n Run maker\n'),
	]);
	await mkdir(join(folder.path, 'local', 'data'), { recursive: true });
	await writeFile(join(folder.path, 'local', 'data', 'w.bin'), 'new weights');
	expect(JSON.parse((await run('register', 'ridge', 'local', '-o', 'json')).stdout)).toMatchObject({
		version: 2,
		fileCount: 1,
		status: 'ready',
	});
	expect((await run('list', 'RID', '--tag', 'team=vision')).stdout).toBe('There is no such model.\n');
	expect((await run('list', 'RID')).stdout).toMatch(/^NAME +LATEST +VERSIONS +ALIASES +MODIFIED\nridge +2 +2 +champion=1 +\S+ \S+\n$/);
	expect((await run('show', 'ridge:champion', '--query', 'runId', '-o', 'tsv')).stdout).toBe('maker\n');
	expect((await run('download', 'ridge', '--to', 'fetched')).stdout).toBe('Downloaded 1 file of version 2 to fetched.\n');
	expect(await readFile(join(folder.path, 'fetched', 'local', 'data', 'w.bin'), 'utf8')).toBe('new weights');
	for (const words of [
		['show', 'nothing'],
		['register', 'ridge', 'nowhere'],
		['register', 'a/b', 'local'],
	])
		expect((await run(...words)).exitCode).toBe(1);
	expect((await run('register', 'ridge', 'local', '--tag', 'x')).exitCode).toBe(2);
});

/** A way to a server that breaks once, when so many bytes of a connection have passed. */
async function breakingWay(url: string, bytes: number) {
	let breaks = 0;
	const server = createServer((near) => {
		const far = connect(Number(new URL(url).port), '127.0.0.1');
		let passed = 0;
		near.on('data', (piece) => {
			passed += piece.length;
			if (passed < bytes || breaks > 0) return;
			breaks += 1;
			near.destroy();
		});
		near.pipe(far).pipe(near);
		near.on('error', () => far.destroy()).on('close', () => far.destroy());
		far.on('error', () => near.destroy()).on('close', () => near.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		breaks: () => breaks,
		[Symbol.dispose]: () => void server.close(),
	};
}

test('large files of models and runs go in chunks, and on where a connection broke', async () => {
	await using folder = await makeCliFolder();
	const server = folder.start(['up', '--port', '0']);
	const [, url] = (await server.printed(STUDIO)) as unknown as [string, string];
	const client = createClient({ url });
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'ridge' } });
	await client.call('createRun', { params: { experiment }, body: { id: 'maker' } });
	const content = randomBytes(20 * 1024 * 1024);
	const sha256 = createHash('sha256').update(content).digest('hex');
	const more = randomBytes(20 * 1024 * 1024);
	await writeFile(join(folder.path, 'large.bin'), content);
	await writeFile(join(folder.path, 'more.bin'), more);

	using toModel = await breakingWay(url, 5_000_000);
	const registered = await folder.run('model', 'register', 'ridge', 'large.bin', '--url', toModel.url, '--workspace', 'lab', '-o', 'json');
	expect([registered.exitCode, registered.stderr, toModel.breaks()]).toEqual([0, '', 1]);
	const params = { workspace: 'lab', model: 'ridge', version: '1' };
	expect((await client.call('listModelFiles', { params })).files).toEqual([{ path: 'large.bin', sizeBytes: content.length, sha256 }]);

	using toRun = await breakingWay(url, 5_000_000);
	const added = await folder.run('artifact', 'upload', 'maker', 'more.bin', '--url', toRun.url, '--workspace', 'lab');
	expect([added.stdout, toRun.breaks()]).toEqual(['Added outputs/more.bin to run maker: version 1, 20.0 MiB.\n', 1]);
	const written = await client.open('readRunFile', { params: { run: 'maker', '*': 'outputs/more.bin' } });
	expect(Buffer.from(await written.arrayBuffer()).equals(more)).toBe(true);
});

test('a version that does not get all of its files is taken back', async () => {
	await using folder = await makeCliFolder();
	const server = folder.start(['up', '--port', '0']);
	const client = createClient({ url: (await server.printed(STUDIO))[1]! });
	await client.call('createWorkspace', { body: { name: 'lab' } });
	await mkdir(join(folder.path, 'model'));
	await writeFile(join(folder.path, 'model', 'a\nb'), 'a name that the server does not take');
	const refused = await folder.run('model', 'register', 'ridge', 'model');
	expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('error: ')]);
	const { versions } = await client.call('listModelVersions', { params: { workspace: 'lab', model: 'ridge' } });
	expect(versions).toEqual([]);
});
