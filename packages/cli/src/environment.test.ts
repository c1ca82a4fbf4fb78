/** `runstead environment` as a person uses it: the real program against a real server. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { expect, test } from 'vitest';
import { makeCliFolder } from './testing/cli-process.ts';

const STUDIO = /Studio\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/;

test('an environment from its making to its archive', async () => {
	await using folder = await makeCliFolder();
	const server = folder.start(['up', '--port', '0']);
	const client = createClient({ url: (await server.printed(STUDIO))[1]! });
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const run = (...args: string[]) => folder.run('environment', ...args);

	await writeFile(join(folder.path, 'requirements.txt'), '# ours\nscikit-learn==1.5.2\nsix \\\n  >=1.16\n');
	const made = await run(
		...['create', 'vision', '--requirements', 'requirements.txt', '--python', '3.11', '--variable', 'LEVEL=3'],
		...['--tag', 'team=eyes', '--description', 'For pictures'],
	);
	expect([made.exitCode, made.stderr]).toEqual([0, '']);
	expect(made.stdout).toMatch(
		/Environment +vision, version 1\n +Python +3\.11\n +Requirements +scikit-learn==1\.5\.2\n +six +>=1\.16\n +Variables +LEVEL=3\n/,
	);
	expect(made.stdout).toMatch(/Description +For pictures\n +Tags +team=eyes\n +Made +\S+Z by /);

	await writeFile(
		join(folder.path, 'environment.yml'),
		'name: x\nchannels: [conda-forge]\ndependencies:\n  - python=3.10\n  - numpy=1.26\n  - pip:\n      - six\nvariables:\n  LEVEL: 4\n',
	);
	expect((await run('create', 'vision', '--conda-file', 'environment.yml')).stdout).toMatch(
		/vision, version 2\n +Python +3\.10\n +Conda channels +conda-forge\n +Conda packages +numpy=1\.26\n +Requirements +six\n +Variables +LEVEL=4\n/,
	);
	expect((await run('create', 'theirs', '--interpreter', '/opt/python')).stdout).toMatch(/Python +\/opt\/python\n/);

	const listed = (await run('list')).stdout;
	expect(listed).toMatch(/^NAME +VERSION +PYTHON +REQUIREMENTS +MADE BY +DESCRIPTION\n/);
	expect(listed).toMatch(/\nAzureML-Minimal +1 +the node's +0 +Runstead +/);
	expect(listed).toMatch(/\nvision +2 +3\.10 +2 /);
	expect((await run('list', 'vision')).stdout.split('\n').map((line) => line.split(/ +/)[1])).toEqual(['VERSION', '2', '1', undefined]);
	const shown = JSON.parse((await run('show', 'vision', '--version', '1', '-o', 'json')).stdout) as { version: number };
	expect(shown.version).toBe(1);

	expect((await run('archive', 'vision')).stdout).toBe('Archived environment vision.\n');
	expect((await run('list')).stdout).not.toContain('vision');
	expect((await run('list', '--archived')).stdout).toContain('vision');
	expect((await run('archive', 'vision', '--undo')).stdout).toBe('Environment vision is listed again.\n');
	expect(await run('archive', 'AzureML-Minimal')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is curated') });

	await writeFile(join(folder.path, 'bad.txt'), '-r other.txt\n');
	await writeFile(join(folder.path, 'bad.yml'), 'packages: [six]\n');
	const complaint = async (...args: string[]) => (await run('create', 'x', ...args)).stderr.split('\n')[0];
	expect(await complaint('--requirements', 'bad.txt')).toContain('Line 1 of the requirements: the option -r is not taken here');
	expect(await complaint('--conda-file', 'bad.yml')).toBe('error: bad.yml has no list of dependencies.');
	expect(await complaint('--requirements', 'none.txt')).toContain('none.txt cannot be read: ENOENT');
	expect(await complaint()).toContain('Say what it holds');
	expect(await complaint('--python', '3.11', '--variable', 'LEVEL')).toContain('--variable takes KEY=VALUE');
	expect(await complaint('--interpreter', 'p', '--requirements', 'bad.txt')).toContain('Give one of --requirements');
	server.signal('SIGTERM');
	await server.ended;
});
