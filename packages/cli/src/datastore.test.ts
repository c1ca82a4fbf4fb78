/** `runstead datastore` as a person uses it: the real program against a real server. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { expect, test } from 'vitest';
import { readRunConfiguration } from './run-configuration/read-run-configuration.ts';
import { makeCliFolder } from './testing/cli-process.ts';

const STUDIO = /Studio\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/;

test('files go to the datastore and come back', async () => {
	await using folder = await makeCliFolder();
	const server = folder.start(['up', '--port', '0']);
	const client = createClient({ url: (await server.printed(STUDIO))[1]! });
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const run = (...args: string[]) => folder.run('datastore', ...args);
	await mkdir(join(folder.path, 'input', 'more'), { recursive: true });
	await writeFile(join(folder.path, 'input', 'train.csv'), '1,2');
	await writeFile(join(folder.path, 'input', 'more', 'test.csv'), '3,4');

	expect((await run('upload', 'input', 'iris')).stdout).toBe('Uploaded 2 files to workspaceblobstore.\n');
	await writeFile(join(folder.path, 'input', 'train.csv'), 'new');
	const again = await run('upload', 'input/train.csv', '/iris/');
	expect([again.exitCode, again.stdout]).toEqual([0, 'Uploaded 0 files to workspaceblobstore.\n']);
	expect(again.stderr).toContain('Left as they are (--overwrite replaces them): iris/train.csv.');
	expect((await run('upload', 'input/train.csv', 'iris', '--overwrite')).exitCode).toBe(0);
	expect((await run('list', 'iris/')).stdout).toMatch(/^PATH +SIZE +MODIFIED\niris\/more\/test\.csv .*\niris\/train\.csv .*\n$/);
	expect((await run('download', 'iris/', '--to', 'fetched')).stdout).toBe('Downloaded 2 files to fetched.\n');
	expect(await readFile(join(folder.path, 'fetched', 'iris', 'train.csv'), 'utf8')).toBe('new');
	const none = await run('download', 'nothing');
	expect([none.exitCode, none.stderr.includes('workspaceblobstore has no files that begin with nothing.')]).toEqual([1, true]);
});

test('a large file goes on where its upload was broken off', async () => {
	await using folder = await makeCliFolder();
	const server = folder.start(['up', '--port', '0']);
	const client = createClient({ url: (await server.printed(STUDIO))[1]! });
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const content = randomBytes(10 * 1024 * 1024);
	await writeFile(join(folder.path, 'large.bin'), content);
	const sha256 = createHash('sha256').update(content).digest('hex');
	const params = { workspace: 'lab', datastore: 'workspaceblobstore', '*': 'large.bin' };
	const query = { sizeBytes: content.length, sha256, offset: 0 };
	await client.call('appendDatastoreFile', { params, query, body: content.subarray(0, 9_000_000) });
	expect((await folder.run('datastore', 'upload', 'large.bin')).stdout).toBe('Uploaded 1 file to workspaceblobstore.\n');
	expect((await client.call('listDatastoreFiles', { params })).files).toMatchObject([{ path: 'large.bin', sha256 }]);
});

test('data references of a runconfig file become those of the job', async () => {
	await using folder = await makeCliFolder();
	const path = join(folder.path, 'a.runconfig');
	const data = 'dataReferences:\n  iris:\n    dataStoreName: workspaceblobstore\n    mode: Download\n    pathOnDataStore: /iris/\n';
	await writeFile(path, `script: train.py\n${data}    pathOnCompute:\n    overwrite: true\n`);
	expect(await readRunConfiguration(path, folder.path)).toMatchObject({
		definition: { data: [{ name: 'iris', datastore: 'workspaceblobstore', mode: 'download', path: 'iris', overwrite: true }] },
		remarks: [],
	});
	await writeFile(path, `script: train.py\n${data.replace('Download', 'Teleport')}`);
	await expect(readRunConfiguration(path, folder.path)).rejects.toThrow(
		'dataReferences.iris.mode is Teleport; there is download, mount, upload.',
	);
});
