/** `runstead monitor diagnostic-settings` as a person uses it: the real program against a real server. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { expect, test } from 'vitest';
import { makeCliFolder } from './testing/cli-process.ts';

const STUDIO = /Studio\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/;

test('diagnostic settings are made, shown, tried and deleted; a secret comes from a file and is never told', async () => {
	await using folder = await makeCliFolder();
	const server = folder.start(['up', '--port', '0']);
	const client = createClient({ url: (await server.printed(STUDIO))[1]! });
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const run = (...args: string[]) => folder.run('monitor', 'diagnostic-settings', ...args);

	expect((await run('list')).stdout).toMatch(/^NAME .*\nlog-analytics +AllLogs, AllMetrics +the log tables +.* records, .*\n$/);
	const made = await run('create', 'keep', '--category', 'RunEvent', '--folder', 'lab', '--retention-days', '30');
	expect([made.exitCode, made.stdout]).toEqual([0, expect.stringMatching(/Sends to +folder lab: /)]);
	const tried = await run('test', 'keep');
	expect([tried.exitCode, tried.stdout]).toEqual([0, expect.stringMatching(/archive +yes +Wrote a file in /)]);

	await writeFile(join(folder.path, 'hub.txt'), 'amqp://me:geheim@127.0.0.1:1/events\n');
	const refused = await run('create', 'stream', '--event-hub', '@hub.txt');
	expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('ECONNREFUSED')]);
	const untested = await run('create', 'stream', '--event-hub', '@hub.txt', '--untested', '-o', 'json');
	expect([untested.stdout.includes('geheim'), untested.stdout.includes('amqp://me:***@127.0.0.1:1/events')]).toEqual([false, true]);
	expect((await run('test', 'stream')).exitCode).toBe(1);
	expect((await run('create', 'both', '--folder', 'a', '--s3', 'b')).exitCode).toBe(2);
	expect((await run('create', 'none', '--event-hub', '@absent.txt')).stderr).toContain('The file absent.txt cannot be read');
	expect((await run('delete', 'stream')).stdout).toBe('Deleted stream.\n');
	expect((await run('show', 'stream')).exitCode).toBe(1);
});
