/** At a terminal: its width, its colours, its Ctrl-C; and into a pipe whose reader has seen enough. */
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { widthOf } from './output/text-width.ts';
import { cliEnvironment, RUNSTEAD } from './testing/cli-process.ts';
import { runInTerminal, type TerminalOptions } from './testing/in-terminal.ts';
import { makeServerFolder, type ServerFolder } from './testing/server-folder.ts';

const MAIN = fileURLToPath(new URL('./runstead.mjs', import.meta.url));
const ESCAPE = String.fromCharCode(27);

let folder: ServerFolder;

beforeAll(async () => {
	folder = await makeServerFolder();
	const experiment = await folder.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'trial' } });
	const params = { experiment: experiment.id };
	for (let number = 0; number < 300; number += 1)
		await folder.client.call('createRun', { params, body: { id: `r${number}`, displayName: `${ESCAPE}[31m학습 number ${number}` } });
	await folder.write({ 'code/wait.py': 'import time\nprint("waiting", flush=True)\ntime.sleep(600)\n' });
});

afterAll(() => folder[Symbol.asyncDispose]());

const at = (columns: number, options: Partial<TerminalOptions>, ...args: string[]) =>
	runInTerminal(args, { folder: folder.path, columns, ...options });

const plainLines = (output: string) => stripVTControlCharacters(output).split('\n');

test('tables and help fit the terminal, and names from the server cannot command it', async () => {
	for (const columns of [20, 40, 80, 120]) {
		const list = await at(columns, {}, 'run', 'list', '--max-results', '3');
		expect(list.exitCode).toBe(0);
		expect(list.output).not.toContain(`${ESCAPE}[31m`);
		if (columns > 20) for (const line of plainLines(list.output).slice(0, 4)) expect(widthOf(line)).toBeLessThanOrEqual(columns);
		const help = await at(columns, {}, 'compute', 'create', '--help');
		const lines = plainLines(help.output).filter((line) => !line.startsWith('runstead'));
		for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(Math.max(columns, 32));
	}
	const long = await at(60, {}, 'query', "print Text = strrep('word ', 40), Number = 1");
	expect(plainLines(long.output).map((line) => line.trimEnd())).toEqual([
		expect.stringMatching(/^Text +Number$/),
		expect.stringMatching(/^(word ?)+\S*… +1$/),
		'',
	]);
	expect(widthOf(plainLines(long.output)[1]!.trimEnd())).toBeLessThanOrEqual(60);
	const forked = await at(80, {}, 'query', 'print x = 1 | fork (project a = x) (project b = x)');
	expect(plainLines(forked.output).map((line) => line.trimEnd())).toEqual([
		'a',
		'1',
		'The query gives 2 tables; this is the first of them.',
		'',
	]);
	const narrow = await at(20, {}, 'run', 'show', 'r7');
	expect(plainLines(narrow.output).slice(0, 4)).toEqual(['Run', '  r7', 'Display name', '  \ufffd[31m학습 number 7']);
});

test('colours only on a terminal, and not with NO_COLOR', async () => {
	const coloured = await at(80, {}, 'workspace', 'list');
	expect(coloured.output).toContain(`${ESCAPE}[2mNAME`);
	expect((await at(80, { environment: { NO_COLOR: '1' } }, 'workspace', 'list')).output).not.toContain(ESCAPE);
	expect((await folder.run('workspace', 'list')).stdout).not.toContain(ESCAPE);
	expect((await at(80, {}, 'workspace', 'show', '-o', 'jsonc', '--query', '{a: name}')).output).toContain(`${ESCAPE}[34m"a"`);
});

test('a reader that has seen enough ends the command quietly', async () => {
	const path = [dirname(process.execPath), process.env.PATH].join(':');
	const line = `node ${MAIN} run list -o json --max-results all | head -n 1; echo "\${PIPESTATUS[@]}"`;
	const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
		execFile('bash', ['-c', line], { cwd: folder.path, env: { ...cliEnvironment(folder.path), PATH: path } }, (_, out, err) =>
			resolve({ stdout: out, stderr: err }),
		);
	});
	expect([stdout, stderr]).toEqual(['[\n0 0\n', '']);
});

const submit = ['run', 'submit-script', '--source-directory', 'code', '-e', 'trial', 'wait.py'];

test('the live line tells what the run does, and Ctrl-C detaches unless it is told to cancel', async () => {
	const running = ': Running, ';
	const detached = await at(
		100,
		{
			typed: [
				[running, '\u0003'],
				['\\[c\\]ancel: ', '\r'],
			],
		},
		...submit,
	);
	const [, id] = /(trial_\d+_[0-9a-f]+): Running, /.exec(detached.output) ?? [];
	expect(detached.exitCode).toBe(130);
	expect(stripVTControlCharacters(detached.output)).toContain(`The run goes on. See it again: ${RUNSTEAD} run watch ${id}`);
	expect((await folder.client.call('getRun', { params: { run: id! } })).status).toBe('Running');

	const again = await at(
		100,
		{
			typed: [
				[running, '\u0003'],
				['\\[d\\]etach \\(or Enter\\), \\[c\\]ancel: ', '\u0003'],
			],
		},
		...['run', 'watch', id!],
	);
	expect(again.exitCode).toBe(130);
	expect(stripVTControlCharacters(again.output)).toMatch(/\[c\]ancel: (\^C)?\r*\nThe run goes on\./);

	// Where there is no room for the id, what it does stands alone.
	const canceled = await at(
		20,
		{
			typed: [
				['\\[2K\\S Running, ', '\u0003'],
				['\\[c\\]ancel: ', 'c\r'],
			],
		},
		'run',
		'watch',
		id!,
	);
	expect(canceled.exitCode).toBe(130);
	expect((await folder.client.call('getRun', { params: { run: id! } })).status).toBe('Canceled');
});

test('a run that ends while it is asked what shall become of it is shown as it ended', async () => {
	await folder.write({ 'code/go.py': 'import os, time\nwhile not os.path.exists(os.environ["GO"]): time.sleep(0.05)\n' });
	const go = join(folder.path, 'go');
	const begun = await folder.run(
		...['run', 'submit-script', '--source-directory', 'code', '-e', 'trial', '--variable', `GO=${go}`],
		...['--detach', '-o', 'tsv', '--query', 'id', 'go.py'],
	);
	const id = begun.stdout.trim();
	const endsMeanwhile = `touch ${go}; ${process.execPath} ${MAIN} run watch ${id}`;
	const ended = await at(
		100,
		{
			typed: [
				[': Running, ', '\u0003'],
				['\\[c\\]ancel: ', 'c\r', endsMeanwhile],
			],
		},
		...['run', 'watch', id],
	);
	expect(ended.exitCode).toBe(0);
	expect(stripVTControlCharacters(ended.output)).toMatch(/Status +Completed\n/);
});

/** The token as the server would have signed it, a minute after its end. */
async function expired(head: string, payload: string): Promise<string> {
	const key = Buffer.from(await readFile(join(folder.path, 'data/secrets/signing-key'), 'utf8'), 'base64');
	const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
	const past = Math.floor(Date.now() / 1_000) - 60;
	const signed = `${head}.${Buffer.from(JSON.stringify({ ...claims, exp: past })).toString('base64url')}`;
	return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

test('tokens that are over, wrong addresses and workspaces that are not there are named', async () => {
	const said = async (environment: Record<string, string>, ...args: string[]) => {
		const { exitCode, stderr } = await folder.start(['run', 'list', ...args], environment).ended;
		expect(exitCode).toBe(1);
		return stderr;
	};
	const { token } = await folder.client.call('createToken', { body: {} });
	const [head, payload] = token.split('.') as [string, string];
	expect(await said({ RUNSTEAD_TOKEN: `${head}.${payload}.forged` })).toContain('the token is not one that this server made');
	expect(await said({ RUNSTEAD_TOKEN: await expired(head, payload) })).toContain('the token has expired');
	expect(await said({ RUNSTEAD_URL: 'http://127.0.0.1:2' })).toMatch(
		/^error: No answer from http:\/\/127\.0\.0\.1:2: connect ECONNREFUSED/,
	);
	expect(await said({ RUNSTEAD_URL: 'ftp://example.org' })).toBe(
		'error: "ftp://example.org" is not the address of a server.\n  Give one such as http://127.0.0.1:8155.\n',
	);
	expect(await said({}, '-w', 'attic')).toMatch(/^error: There is no workspace attic\.\n/);
	expect(await said({ RUNSTEAD_DATA: join(folder.path, 'nowhere') })).toBe(
		`error: No server runs with the data in ${folder.path}/nowhere.\n  Start one: ${RUNSTEAD} up; or name one with --url or RUNSTEAD_URL, such as http://127.0.0.1:8155.\n`,
	);
});
