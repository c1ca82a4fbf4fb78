/** Workspaces from the command line, in every format, and which server and settings a command means. */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeCliFolder, RUNSTEAD } from './testing/cli-process.ts';

const STUDIO = /Studio\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/;

test('workspaces are made, listed and shown, for people and for programs', async () => {
	await using folder = await makeCliFolder();
	const server = folder.start(['up', '--port', '0']);
	await server.printed(STUDIO);
	expect((await folder.run('workspace', 'list')).stdout).toBe(
		`The server has no workspace yet. Make one: ${RUNSTEAD} workspace create NAME\n`,
	);
	expect(await folder.run('workspace', 'list', '-o', 'json')).toEqual({ exitCode: 0, stdout: '[]\n', stderr: '' });
	const made = await folder.run('workspace', 'create', 'lab', '-g', 'research', '--description', 'Trials');
	expect(made.stdout).toMatch(
		/^ {2}Workspace {7}lab\n {2}Resource group {2}research\n {2}Subscription +\S+\n {2}Id +\S+\n {2}Description +Trials\n/,
	);
	await folder.run('workspace', 'create', 'shop', '-o', 'none');
	const listed = (...options: string[]) => folder.run('workspace', 'list', ...options);
	expect((await listed('--query', '[].{name: name, group: resourceGroup}')).stdout).toBe('NAME  GROUP\nlab   research\nshop  runstead\n');
	const whole = (await listed()).stdout.split('\n');
	expect((await listed('--query', "[?name=='shop']")).stdout).toBe(`${whole[0]}\n${whole[2]}\n`);
	expect((await listed('--query', '[].[name, resourceGroup]', '-o', 'tsv')).stdout).toBe('lab\tresearch\nshop\trunstead\n');
	expect((await listed('--query', '[?name==`lab`].description', '-o', 'yaml')).stdout).toBe('- Trials\n');
	expect((await listed('--query', '[0].name', '-o', 'jsonc')).stdout).toBe('"lab"\n');
	expect(await listed('--max-results', '1', '--query', '[].name', '-o', 'tsv')).toEqual({
		exitCode: 0,
		stdout: 'lab\n',
		stderr: 'The first is shown; there are more: --max-results COUNT, or --max-results all.\n',
	});
	expect(await listed('-o', 'jsn')).toEqual({
		exitCode: 2,
		stdout: '',
		stderr: `error: --output is one of table, json, jsonc, tsv, yaml, none, not "jsn". Did you mean json?\n  See ${RUNSTEAD} workspace list --help.\n`,
	});
	expect((await listed('--query', '[?name=')).stderr).toContain('    [?name=\n          ^\n');
	expect((await folder.run('workspace', 'lst')).stderr).toBe(
		`error: There is no command "workspace lst". Did you mean workspace list?\n  See ${RUNSTEAD} workspace --help.\n`,
	);
	expect((await folder.run('workspace', 'list', '-o', 'tsv')).stdout).toMatch(
		/^[\w-]{36}\tlab\tresearch\t[\w-]{36}\tTrials\t\S+Z\n[\w-]{36}\tshop\t/,
	);
	server.signal('SIGTERM');
	await server.ended;
});

test('what is nearest to the command counts: options, variables, config.json, settings', async () => {
	await using folder = await makeCliFolder();
	const server = folder.start(['up', '--port', '0']);
	const url = (await server.printed(STUDIO))[1]!;
	for (const name of ['lab', 'shop', 'home', 'usual']) await folder.run('workspace', 'create', name);
	const elsewhere = { RUNSTEAD_DATA: '' };
	const meant = async (environment: Record<string, string>, ...options: string[]) =>
		(
			await folder.start(['workspace', 'show', '--query', 'name', '-o', 'tsv', ...options], { ...elsewhere, ...environment }).ended
		).stdout.trim();

	expect(await folder.start(['config', `url=${url}`, 'workspace=usual', 'output=json'], elsewhere).ended).toMatchObject({ exitCode: 0 });
	expect(await meant({})).toBe('usual');
	await mkdir(join(folder.path, '.azureml'));
	await writeFile(join(folder.path, '.azureml', 'config.json'), JSON.stringify({ workspace_name: 'home', runstead_url: url }));
	expect(await meant({})).toBe('home');
	expect(await meant({ RUNSTEAD_WORKSPACE: 'shop' })).toBe('shop');
	expect(await meant({ RUNSTEAD_WORKSPACE: 'shop' }, '-w', 'lab')).toBe('lab');
	const refused = await folder.start(['workspace', 'show'], { ...elsewhere, RUNSTEAD_URL: 'http://127.0.0.1:2' }).ended;
	expect([refused.exitCode, refused.stderr.split('\n')[0]]).toEqual([
		1,
		'error: No answer from http://127.0.0.1:2: connect ECONNREFUSED 127.0.0.1:2.',
	]);
	expect((await folder.run('workspace', 'show', '--url', 'nonsense')).stderr).toContain('"nonsense" is not the address of a server.');

	const unknown = await folder.start(['run', 'list', '-w', 'nope'], elsewhere).ended;
	expect([unknown.exitCode, unknown.stderr]).toEqual([
		1,
		`error: There is no workspace nope.\n  Check the spelling, or see what there is: ${RUNSTEAD} workspace list\n`,
	]);

	const shown = await folder.start(['workspace', 'show', '--query', 'name'], elsewhere).ended;
	expect(shown.stdout).toBe('"home"\n');
	expect((await folder.start(['workspace', 'show', '--query', 'name'], { ...elsewhere, RUNSTEAD_OUTPUT: 'yaml' }).ended).stdout).toBe(
		'home\n',
	);
	server.signal('SIGTERM');
	await server.ended;
});

test('settings are shown, changed, checked and kept from others', async () => {
	await using folder = await makeCliFolder();
	const path = join(folder.path, 'settings', 'runstead', 'config.json');
	expect((await folder.run('config', 'token=secret', 'maxResults=all')).stdout).toBe(
		['url         -', 'token       set', 'workspace   -', 'output      -', 'maxResults  all', `file        ${path}`]
			.map((line) => `  ${line}\n`)
			.join(''),
	);
	expect((await stat(path)).mode & 0o777).toBe(0o600);
	await folder.run('config', 'token=');
	expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ maxResults: 'all' });
	const complaint = async (word: string) => (await folder.run('config', word)).stderr.split('\n')[0];
	expect(await complaint('outptu=json')).toBe(
		'error: There is no setting "outptu"; there is url, token, workspace, output, maxResults. Did you mean output?',
	);
	expect(await complaint('output=jsn')).toContain('Did you mean json?');
	expect(await complaint('output')).toBe('error: What should output be? Give output=VALUE, or output= to have none.');
	expect(await complaint('url=here')).toContain('"here" is not an address');
	await writeFile(path, '{"colour": "red"}');
	expect(await folder.run('config')).toEqual({
		exitCode: 1,
		stdout: '',
		stderr: `error: The settings in ${path} cannot be read: "colour" is no setting.\n  Mend the file, or delete it: every setting has a default.\n`,
	});
});
