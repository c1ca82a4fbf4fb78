/** The command line as a person uses it: the real program, a real server, the real first run. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { makeCliFolder, RUNSTEAD } from './testing/cli-process.ts';

const STUDIO = /Studio\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/;
const FIRST_RUN = /First run\s+http:\/\/127\.0\.0\.1:\d+\/w\/quickstart\/runs\/(\S+)\n/;
const READY = /Ctrl-C stops the server/;

describe('without a server', () => {
	test('prints its version, help with examples, and exit codes that tell why', async () => {
		await using folder = await makeCliFolder();
		expect(await folder.run('version')).toEqual({ exitCode: 0, stdout: `${packageJson.version}\n`, stderr: '' });
		expect(await folder.run('statsu')).toEqual({
			exitCode: 2,
			stdout: '',
			stderr: `error: There is no command "statsu". Did you mean status?\n  See ${RUNSTEAD} --help, or ${RUNSTEAD} COMMAND --help.\n`,
		});
		expect((await folder.run('-v')).stdout).toBe(`${packageJson.version}\n`);
		const help = await folder.run('backup', '--help');
		expect(await folder.run('help', 'backup')).toEqual(help);
		const token = await folder.run('token', '--help');
		expect([token.exitCode, token.stdout]).toEqual([0, expect.stringMatching(/Commands\n {2}token create {2}Make an access token\n/)]);
		expect(await folder.run('help', 'token')).toEqual(token);
		expect((await folder.run('--help')).stdout).toMatch(/\n {2}az … +The commands of azure-cli-ml: ml run, /);
		expect((await folder.run('monitor', '--help')).stdout.split('\nExamples\n')[1]).toMatch(
			/^( {2}runstead monitor .*\n){2}\nrunstead monitor COMMAND --help explains each, with its own examples\.\n$/,
		);
		expect((await folder.run('help', 'bakcup')).stderr).toContain('Did you mean backup?');
		expect([help.exitCode, help.stdout.includes('Examples'), help.stderr]).toEqual([0, true, '']);
		const status = await folder.run('status');
		expect([status.exitCode, status.stdout]).toEqual([
			1,
			`No server runs with the data in ${folder.path}/data. Start one: ${RUNSTEAD} up\n`,
		]);
	});

	test('refuses settings that cannot be, before anything is made', async () => {
		await using folder = await makeCliFolder();
		expect((await folder.run('up', '--port', '99999')).stderr).toBe(
			`error: "99999" is not a port: give a whole number from 0 to 65535.\n  See ${RUNSTEAD} up --help.\n`,
		);
		const host = await folder.run('up', '--port', '0', '--host', '0.0.0.0');
		expect([host.exitCode, host.stderr.includes('--host 0.0.0.0')]).toEqual([2, true]);
	});

	test('says which data folder or database cannot be used, and never a password', async () => {
		await using folder = await makeCliFolder();
		await writeFile(join(folder.path, 'file'), '');
		const data = join(folder.path, 'file', 'data');
		expect(await folder.run('up', '--port', '0', '--data', data)).toMatchObject({
			exitCode: 1,
			stderr: expect.stringContaining(`error: The data folder ${data} cannot be used: ENOTDIR`),
		});
		const postgres = await folder.run('up', '--port', '0', '--database', 'postgres://me:secret@127.0.0.1:1/runstead');
		expect([postgres.exitCode, postgres.stderr]).toEqual([
			1,
			'error: The database postgres://me@127.0.0.1:1/runstead cannot be used: connect ECONNREFUSED 127.0.0.1:1.\n  Check its address and user, and that PostgreSQL runs there.\n',
		]);
	});

	test('says at once where no folder can be made', async () => {
		await using folder = await makeCliFolder();
		const refused = (name: string, path: string) => ({
			exitCode: 1,
			stderr: expect.stringMatching(`^error: The ${name} ${path} cannot be used: E[A-Z]+: `),
		});
		expect(await folder.run('up', '--port', '0', '--data', '/proc/runstead/data')).toMatchObject(
			refused('data folder', '/proc/runstead/data'),
		);
		expect(await folder.run('backup', '/proc/runstead')).toMatchObject(refused('folder', '/proc/runstead'));
		expect(await folder.run('backup', '/proc/runstead/monday.tar')).toMatchObject(refused('folder', '/proc/runstead'));
		expect(await folder.run('restore', 'backup', '--data', '/proc/runstead')).toMatchObject(refused('data folder', '/proc/runstead'));
	});

	test('refuses a backup in a kind of file that there is not', async () => {
		await using folder = await makeCliFolder();
		for (const command of ['backup', 'restore']) {
			expect(await folder.run(command, 'bk.zip')).toEqual({
				exitCode: 2,
				stdout: '',
				stderr: `error: A backup is a folder, or one file whose name ends in .tar, .tar.gz or .tgz; not in .zip.\n  See ${RUNSTEAD} ${command} --help.\n`,
			});
		}
	});

	test('sync takes a spool folder', async () => {
		await using folder = await makeCliFolder();
		expect(await folder.run('sync', 'nowhere')).toEqual({
			exitCode: 0,
			stdout: 'There is no spool folder nowhere: nothing to send.\n',
			stderr: '',
		});
	});

	test('says who has the port, and what to do', async () => {
		await using folder = await makeCliFolder();
		const other = createServer((_, reply) => reply.end('hello'));
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		const { port } = other.address() as AddressInfo;
		const fresh = join(folder.path, 'fresh');
		const { exitCode, stderr } = await folder.run('up', '--port', String(port), '--data', fresh);
		other.close();
		// It may become that of another database yet.
		expect(existsSync(fresh)).toBe(false);
		expect([exitCode, stderr]).toEqual([
			1,
			`error: Port ${port} is taken by another program.\n  End that program, or choose another port:\n  RUNSTEAD_PORT=${port + 1} npm start     (or ${RUNSTEAD} up --port ${port + 1})\n`,
		]);
	});
});

describe('with a server', () => {
	test('starts once, runs the quickstart once, and makes tokens', async () => {
		await using folder = await makeCliFolder();
		const first = folder.start(['up', '--port', '0', '--quickstart']);
		const url = (await first.printed(STUDIO))[1]!;
		const runId = (await first.printed(FIRST_RUN))[1]!;
		await first.printed(READY);
		const client = createClient({ url });
		expect((await client.call('getRun', { params: { run: runId } })).workspaceName).toBe('quickstart');

		const second = await folder.run('up', '--port', '0', '--quickstart');
		expect([second.exitCode, second.stdout.split('\n')[1]]).toEqual([0, `  Runstead runs already with this data, at ${url}/`]);
		expect(second.stdout).toContain('  It is used unchanged: --port would count at its next start.\n');
		const database = await folder.run('up', '--database', 'postgres://me@127.0.0.1:1/runstead');
		expect([database.exitCode, database.stdout]).toEqual([0, expect.stringContaining('It is used unchanged: --database would count')]);
		expect((await folder.run('status')).stdout).toContain(`${url}/ (version ${packageJson.version}, process `);
		await using elsewhere = await makeCliFolder();
		const asked = (command: string) => elsewhere.start([command, '-o', 'json'], { RUNSTEAD_URL: url }).ended;
		expect(JSON.parse((await asked('status')).stdout)).toEqual({
			running: true,
			dataFolder: null,
			url,
			httpsUrl: null,
			version: packageJson.version,
			pid: null,
			startedTime: expect.any(String),
			workspaces: [{ name: 'quickstart', activeRuns: 1 }],
		});
		expect(JSON.parse((await asked('doctor')).stdout)).toMatchObject({ ok: true });
		expect(await elsewhere.run('status', '--url', 'http://127.0.0.1:2')).toMatchObject({
			exitCode: 1,
			stderr: expect.stringMatching(/^error: No answer from http:\/\/127\.0\.0\.1:2: connect ECONNREFUSED/),
		});

		const { stdout: token, exitCode } = await folder.run('token', 'create', '--permission', 'workspace.read', '--expires', '1h');
		expect([exitCode, token]).toEqual([0, expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)]);
		const restricted = createClient({ url, token: token.trim() });
		await expect(restricted.call('createWorkspace', { body: { name: 'other' } })).rejects.toMatchObject({ code: 'forbidden' });

		await client.call('cancelRun', { params: { run: runId }, body: {} });
		await expect.poll(async () => (await client.call('getRun', { params: { run: runId } })).status, { timeout: 15_000 }).toBe('Canceled');
		expect(await folder.run('stop')).toMatchObject({ exitCode: 0, stdout: `Stopped the server at ${url}.\n` });
		expect((await first.ended).exitCode).toBe(0);

		const again = folder.start(['up', '--port', '0', '--quickstart']);
		const earlier = await again.printed(/Quickstart\s+\S+\/runs\/(\S+)\n/);
		expect(earlier[1]).toBe(runId);
		await again.printed(READY);
		again.signal('SIGTERM');
		expect((await again.ended).exitCode).toBe(0);
	});

	test('Ctrl-C leaves a job running and says how to end it; the next start picks it up; a second Ctrl-C ends it', async () => {
		await using folder = await makeCliFolder();
		const first = folder.start(['up', '--port', '0', '--quickstart']);
		const url = (await first.printed(STUDIO))[1]!;
		const runId = (await first.printed(FIRST_RUN))[1]!;
		await first.printed(READY);
		first.signal('SIGINT');
		await first.printed(/1 job will go on without the server/);
		const { exitCode, stdout } = await first.ended;
		expect([exitCode, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, `  Stopped. 1 job goes on; ${RUNSTEAD} stop --jobs ends it.`]);
		await expect(createClient({ url }).call('getHealth')).rejects.toMatchObject({ code: 'unreachable' });

		const next = folder.start(['up', '--port', '0', '--quickstart']);
		const nextUrl = (await next.printed(STUDIO))[1]!;
		await next.printed(READY);
		const run = await createClient({ url: nextUrl }).call('getRun', { params: { run: runId } });
		expect(['Completed', 'Failed', 'Canceled']).not.toContain(run.status);
		next.signal('SIGINT');
		await next.printed(/Ctrl-C again now/);
		// Beyond the time within which npm's copy of the first one would arrive.
		await new Promise((resolve) => setTimeout(resolve, 500));
		next.signal('SIGINT');
		expect((await next.ended).stdout.trimEnd().split('\n').at(-1)).toBe('  Stopped.');

		const last = folder.start(['up', '--port', '0']);
		const lastUrl = (await last.printed(STUDIO))[1]!;
		await last.printed(READY);
		expect(await createClient({ url: lastUrl }).call('getRun', { params: { run: runId } })).toMatchObject({ status: 'Canceled' });
		last.signal('SIGTERM');
		await last.ended;
	});

	test('a server that has stopped ends, whatever else hangs in its process', async () => {
		await using folder = await makeCliFolder();
		const hanging = `--import data:text/javascript,if(process.argv[2]==='up')setInterval(()=>{},1e9)`;
		const server = folder.start(['up', '--port', '0'], { NODE_OPTIONS: hanging });
		await server.printed(READY);
		server.signal('SIGTERM');
		expect(await server.ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/Stopped\.\n$/) });
	});

	test('stop --jobs ends what an earlier stop left running', async () => {
		await using folder = await makeCliFolder();
		const server = folder.start(['up', '--port', '0', '--quickstart']);
		await server.printed(READY);
		expect((await folder.run('stop')).stdout).toMatch(`. 1 job goes on; ${RUNSTEAD} stop --jobs ends it.\n`);
		expect((await server.ended).stdout).toContain('1 job goes on');
		expect(await folder.run('stop', '--jobs')).toEqual({ exitCode: 0, stdout: 'Ended 1 job that no server was watching.\n', stderr: '' });
		expect((await folder.run('stop', '--jobs')).stdout).toBe('No server runs, and no job either.\n');
	});

	test('doctor looks at the data with and without a server', async () => {
		await using folder = await makeCliFolder();
		expect(await folder.run('doctor')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('There is no data folder') });
		const server = folder.start(['up', '--port', '0']);
		await server.printed(READY);
		expect(await folder.run('doctor')).toMatchObject({
			exitCode: 0,
			stdout: expect.stringMatching(/^ +Verdict +All is well\.\n[\s\S]*integrity check\s+ok\n/),
		});
		expect((await folder.run('doctor')).stdout).toMatch(/database size\s+\d+\.\d MiB\n/);
		expect((await folder.run('doctor')).stdout).not.toContain('experimentNameCharacters');
		expect((await folder.run('doctor', '--limits')).stdout).toMatch(/limit displayNameCharacters\s+256 \(Azure's display name\)\n/);
		server.signal('SIGTERM');
		await server.ended;
		expect(await folder.run('doctor')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^ +Verdict +All is well\.\n/) });
	});

	test('a backup made while the server runs, in a folder or a file, is a whole server when restored', async () => {
		await using folder = await makeCliFolder();
		const server = folder.start(['up', '--port', '0']);
		const original = createClient({ url: (await server.printed(STUDIO))[1]! });
		await original.call('createWorkspace', { body: { name: 'lab' } });
		const experiment = await original.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'first' } });
		const { id: runId } = await original.call('createRun', { params: { experiment: experiment.id }, body: { displayName: 'Kept' } });
		const file = { params: { run: runId, '*': 'outputs/model.bin' } };
		await original.call('writeRunFile', { ...file, body: new Uint8Array(100_000).fill(7) });

		for (const name of ['backup', 'backup.tar.gz']) {
			const data = join(folder.path, `restored-${name}`);
			expect(await folder.run('backup', name)).toMatchObject({ exitCode: 0, stderr: '' });
			expect(await folder.run('restore', name, '--data', data)).toMatchObject({ exitCode: 0, stderr: '' });
			expect((await folder.run('restore', name, '--data', data)).stderr).toContain(`${data} holds data already`);
			const restored = folder.start(['up', '--port', '0', '--data', data]);
			const client = createClient({ url: (await restored.printed(STUDIO))[1]! });
			await restored.printed(READY);
			expect((await client.call('getRun', { params: { run: runId } })).displayName).toBe('Kept');
			const bytes = new Uint8Array(await (await client.open('readRunFile', file)).arrayBuffer());
			expect([bytes.length, bytes.every((byte) => byte === 7)]).toEqual([100_000, true]);
			restored.signal('SIGTERM');
			await restored.ended;
		}
		server.signal('SIGTERM');
		await server.ended;
	});
});
