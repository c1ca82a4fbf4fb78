import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ENGINES, startTestApp } from '../../testing/test-app.ts';
import { createRedactor } from './redaction.ts';

const run = promisify(execFile);
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl';

it.each(ENGINES)('a bundle holds the logs and what the run was, without secrets, on %s', async (engine) => {
	await using app = await startTestApp({ engine, agent: false });
	const { client, workspace, experiment } = app;
	await client.call('createCluster', { params: { workspace }, body: { name: 'far', vmSize: 'STANDARD_D2_V2', maxNodes: 0 } });
	const { runId } = await client.call('submitJob', {
		params: { experiment },
		body: {
			tags: { note: `seen with hunter2-pass` },
			definition: {
				command: ['train', '--api-key', 'k-123456', '--alpha', '0.1'],
				target: 'far',
				environmentVariables: { DB_PASSWORD: 'hunter2-pass', LEVEL: 'debug' },
			},
		},
	});
	const log = `connecting with hunter2-pass\nkey k-123456, ${JWT}\npostgres://me:secret99@host/db\nüber 0.1\n`;
	await client.call('appendLog', { params: { run: runId, '*': 'azureml-logs/70_driver_log.txt' }, query: { offset: 0 }, body: log });
	await client.call('writeRunFile', { params: { run: runId, '*': 'outputs/model.bin' }, body: 'weights' });

	const folder = await mkdtemp(join(tmpdir(), 'runstead-bundle-'));
	try {
		const reply = await client.open('downloadSupportBundle', { params: { run: runId } });
		expect(reply.headers.get('content-disposition')).toBe(`attachment; filename="${runId}-support.zip"`);
		await writeFile(join(folder, 'bundle.zip'), Buffer.from(await reply.arrayBuffer()));
		await run('python3', ['-m', 'zipfile', '-e', join(folder, 'bundle.zip'), folder]);
		const read = (path: string) => readFile(join(folder, path), 'utf8');
		expect(await read('files/azureml-logs/70_driver_log.txt')).toBe(
			'connecting with [redacted]\nkey [redacted], [redacted]\npostgres://me:[redacted]@host/db\nüber 0.1\n',
		);
		const job = JSON.parse(await read('job.json'));
		expect(job.definition).toMatchObject({
			command: ['train', '--api-key', '[redacted]', '--alpha', '0.1'],
			environmentVariables: { DB_PASSWORD: '[redacted]', LEVEL: 'debug' },
		});
		expect(JSON.parse(await read('run.json'))).toMatchObject({ id: runId, status: 'Queued', tags: { note: 'seen with [redacted]' } });
		expect(JSON.parse(await read('nodes.json'))).toEqual([]);
		expect(JSON.parse(await read('events.json'))[0].type).toBe('run.created');
		expect(JSON.parse(await read('files.json')).map(({ path }: { path: string }) => path)).toEqual([
			'azureml-logs/70_driver_log.txt',
			'outputs/model.bin',
		]);
		expect(JSON.parse(await read('versions.json')).node).toBe(process.version);
		expect(await read('README.txt')).toContain('Look at it before you give it away');
		await expect(readFile(join(folder, 'files/outputs/model.bin'))).rejects.toMatchObject({ code: 'ENOENT' });
	} finally {
		await rm(folder, { recursive: true });
	}
	await expect(client.open('downloadSupportBundle', { params: { run: 'nobody' } })).rejects.toMatchObject({ code: 'not-found' });
});

it('a secret is found wherever chunks and long lines are cut, and bytes that are no text stay as they are', async () => {
	const redactor = createRedactor(['zürich-4711']);
	const clean = async (chunks: Buffer[]) => await buffer(Readable.from(chunks).pipe(redactor.stream()));
	const line = Buffer.from(`${'x'.repeat(70_000)}zürich-4711${'y'.repeat(70_000)} abc\n`);
	for (const size of [1_000, 65_536, line.length]) {
		const chunks = Array.from({ length: Math.ceil(line.length / size) }, (_, index) => line.subarray(index * size, (index + 1) * size));
		expect((await clean(chunks)).toString()).toBe(`${'x'.repeat(70_000)}[redacted]${'y'.repeat(70_000)} abc\n`);
	}
	const secret = Buffer.from('a zürich-4711\n');
	expect((await clean([...secret].map((byte) => Buffer.from([byte])))).toString()).toBe('a [redacted]\n');
	const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
	expect(await clean([bytes])).toEqual(bytes);
});
