/** A start with a Node that is too old, as many systems have one. Node itself tells its version, so an older one is played by `--import`. */
import { execFile } from 'node:child_process';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const PROGRAM = fileURLToPath(new URL('./runstead.mjs', import.meta.url));
let folder: string;
let older: string;

beforeAll(async () => {
	folder = await makeTemporaryFolder();
	older = join(folder, 'older.mjs');
	await writeFile(older, `Object.defineProperty(process.versions, 'node', { value: '20.20.2' });`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function runWithOlderNode(program: string, ...args: string[]) {
	return new Promise<{ exitCode: unknown; stdout: string; stderr: string }>((resolve) => {
		execFile(process.execPath, ['--import', older, program, ...args], (error, stdout, stderr) =>
			resolve({ exitCode: error?.code ?? 0, stdout, stderr }),
		);
	});
}

test('an older Node hands over to the one that Runstead brings, with its words and exit code', async () => {
	expect(await runWithOlderNode(PROGRAM, 'version', '-o', 'json')).toMatchObject({ exitCode: 0, stderr: '' });
	const wrong = await runWithOlderNode(PROGRAM, 'versio');
	expect(wrong.exitCode).toBe(2);
	expect(wrong.stderr).toContain('Did you mean version?');
});

test('without that one it says what is missing', async () => {
	for (const name of ['runstead.mjs', 'own-node.mjs']) await cp(join(PROGRAM, '..', name), join(folder, 'a/b/c/d', name));
	const { exitCode, stdout, stderr } = await runWithOlderNode(join(folder, 'a/b/c/d/runstead.mjs'), 'version');
	expect([exitCode, stdout]).toEqual([1, '']);
	expect(stderr).toMatch(
		/^error: Runstead needs Node 24 or newer, and this is v.*\.\n {2}Run "npm ci" in .*\/a, which brings the right one, or put a newer Node first on the PATH\.\n$/,
	);
});
