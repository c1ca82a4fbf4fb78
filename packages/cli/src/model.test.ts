/** `runstead model` as a person uses it: the real program against a real server. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
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
