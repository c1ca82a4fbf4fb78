/** `runstead token` as a person uses it: the real program against a real server. */
import { readdir } from 'node:fs/promises';
import { createClient } from '@runstead/client';
import { expect, test } from 'vitest';
import { makeCliFolder } from './testing/cli-process.ts';

const STUDIO = /Studio\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/;

test('a token is made, listed, revoked and refused', async () => {
	await using folder = await makeCliFolder();
	const server = folder.start(['up', '--port', '0']);
	await createClient({ url: (await server.printed(STUDIO))[1]! }).call('createWorkspace', { body: { name: 'lab' } });
	const token = (...args: string[]) => folder.run('token', ...args);

	expect(await token('list')).toMatchObject({ exitCode: 0, stdout: 'There are no tokens.\n' });
	const created = await token('create', '-w', 'lab', '--note', 'nightly build', '--subject', 'ada');
	const id = /^Token ([0-9a-f-]{36}), good until .*\n.*token revoke \1\n$/.exec(created.stderr)?.[1] ?? 'none';
	const secret = created.stdout.trim();
	expect(secret.split('.')).toHaveLength(3);
	expect((await token('list')).stdout).toMatch(
		new RegExp(`^TOKEN +WHOSE +NOTE +GOOD FOR +STATE +LAST USED\n${id} +ada +nightly build +lab +good until .* +never\n$`),
	);

	const listed = () => folder.start(['run', 'list', '-w', 'lab'], { RUNSTEAD_TOKEN: secret }).ended;
	expect((await listed()).exitCode).toBe(0);
	expect((await token('revoke', id.slice(0, 6))).stdout).toMatch(
		new RegExp(`^ *Token +${id}\n *Whose +ada\n *Good for +lab\n *State +revoked .* by .*\n$`),
	);
	const refused = await listed();
	expect(refused.exitCode).toBe(1);
	expect(refused.stderr).toMatch(
		new RegExp(
			`^error: Token ${id} was revoked at .* by .*\\.\n  RUNSTEAD_TOKEN is set, and counts: .*\n  Make another one with "runstead token create" as the user who runs the server\\.\n$`,
		),
	);
	expect((await token('list')).stdout).toBe('There are no tokens.\n');
	expect((await token('list', '--ended', '--query', '[].note', '-o', 'tsv')).stdout).toBe('nightly build\n');
	const local = await folder.start(['token', 'create', '-w', 'lab'], { RUNSTEAD_TOKEN: secret }).ended;
	expect([local.exitCode, local.stdout, local.stderr]).toEqual([1, '', expect.stringContaining('unset RUNSTEAD_TOKEN')]);
	expect((await token('create', '--expires', '0s')).stderr).toContain('"0s" is no time at all');
	expect((await token('create', '--permission', 'workspace.reed')).exitCode).toBe(1);
	const reader = (await token('create', '--permission', 'workspace.read')).stdout.trim();
	const refusedList = await folder.start(['workspace', 'list'], { RUNSTEAD_TOKEN: reader }).ended;
	expect(refusedList.stderr).toContain('it lacks the permission server.read');
	expect(refusedList.stderr).toContain('runstead token create --permission NAME');
	expect((await token('revoke', 'nobody')).stderr).toMatch(/^error: There is no token nobody\.\n/);

	await using elsewhere = await makeCliFolder();
	const { url } = JSON.parse((await folder.run('status', '-o', 'json')).stdout) as { url: string };
	const named = await elsewhere.start(['token', 'create', '-w', 'lab'], { RUNSTEAD_URL: url }).ended;
	expect((await folder.start(['run', 'list', '-w', 'lab'], { RUNSTEAD_TOKEN: named.stdout.trim() }).ended).exitCode).toBe(0);
	expect((await elsewhere.run('token', 'create')).stderr).toMatch(/^error: There is no data folder /);
	expect(await readdir(elsewhere.path)).toEqual([]);
	server.signal('SIGTERM');
	await server.ended;
});
