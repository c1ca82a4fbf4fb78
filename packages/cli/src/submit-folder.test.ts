/** Submitting a folder: what becomes part of the snapshot, and that only what the server lacks is sent. */
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { type RunningServer, startServer } from '@runstead/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { submitFolder } from './submit-folder.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

let folder: string;
let server: RunningServer;
let experimentId: string;

const client = () => createClient({ url: server.url });
const params = { workspace: 'lab' };

async function submit(name: string): Promise<string[]> {
	const source = join(folder, name);
	const runId = await submitFolder(client(), { workspace: 'lab', experimentId, folder: source, job: { definition: { script: 'a.py' } } });
	const { snapshotId } = await client().call('getRun', { params: { run: runId } });
	const { files } = await client().call('getSnapshot', { params: { workspace: 'lab', snapshot: snapshotId! } });
	return files.map((file) => `${file.path} ${file.sizeBytes}${file.executable ? ' executable' : ''}`);
}

async function write(files: Record<string, string>): Promise<void> {
	for (const [path, content] of Object.entries(files)) {
		await mkdir(join(folder, path, '..'), { recursive: true });
		await writeFile(join(folder, path), content);
	}
}

beforeAll(async () => {
	folder = await makeTemporaryFolder();
	server = await startServer({ host: '127.0.0.1', port: 0, dataFolder: join(folder, 'data') });
	await client().call('createWorkspace', { body: { name: 'lab' } });
	experimentId = (await client().call('createExperiment', { params, body: { name: 'folders' } })).id;
});

afterAll(async () => {
	await server.stop({ jobs: true });
	await rm(folder, { recursive: true, force: true });
});

test('takes the files of the folder with their folders, and what a link leads to', async () => {
	await write({ 'plain/a.py': 'print(1)', 'plain/sub/run.sh': '#!/bin/sh', 'plain/__pycache__/a.pyc': 'x', 'plain/.git/config': 'x' });
	await chmod(join(folder, 'plain/sub/run.sh'), 0o755);
	await symlink(join(folder, 'plain/a.py'), join(folder, 'plain/link.py'));
	expect(await submit('plain')).toEqual(['a.py 8', 'link.py 8', 'sub/run.sh 9 executable']);
});

test('leaves out what .amlignore names, and asks .gitignore only where there is none', async () => {
	await write({
		'git/.gitignore': 'data/\n*.log\n!keep.log\n',
		'git/a.py': '',
		'git/x.log': '1',
		'git/keep.log': '2',
		'git/data/big': '3',
	});
	expect(await submit('git')).toEqual(['.gitignore 22', 'a.py 0', 'keep.log 1']);
	await write({ 'aml/.gitignore': '*', 'aml/.amlignore': 'secret.txt', 'aml/a.py': '', 'aml/secret.txt': 's' });
	expect(await submit('aml')).toEqual(['.amlignore 10', '.gitignore 1', 'a.py 0']);
});

test('sends no content twice', async () => {
	await write({ 'again/a.py': 'same', 'again/b.py': 'same' });
	const sent: string[] = [];
	const counting = createClient({
		url: server.url,
		fetch: (input, init) => {
			if (init?.method === 'PUT') sent.push(String(input));
			return fetch(input, init);
		},
	});
	const submission = { workspace: 'lab', experimentId, folder: join(folder, 'again'), job: { definition: { script: 'a.py' } } };
	await submitFolder(counting, submission);
	await submitFolder(counting, submission);
	expect(sent.length).toBe(1);
});

test('says which limit a folder is over, and how to get below it', async () => {
	const files = Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`many/${index}.txt`, '']));
	await write(files);
	await expect(submit('many')).rejects.toThrow('holds 2001 files with 0 bytes; a snapshot may have 2000 files');
	await rm(join(folder, 'many/0.txt'));
	await write({ 'many/a.py': '' });
	await rm(join(folder, 'many/1.txt'));
	expect((await submit('many')).length).toBe(2_000);
});
