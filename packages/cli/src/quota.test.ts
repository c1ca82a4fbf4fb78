/** `runstead compute quota` as a person uses it: the real program against a real server. */
import { createClient } from '@runstead/client';
import { expect, test } from 'vitest';
import { makeCliFolder } from './testing/cli-process.ts';

const STUDIO = /Studio\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/;

test('a quota is set, met, asked for and granted', async () => {
	await using folder = await makeCliFolder();
	const server = folder.start(['up', '--port', '0']);
	await createClient({ url: (await server.printed(STUDIO))[1]! }).call('createWorkspace', { body: { name: 'lab' } });
	const quota = (...args: string[]) => folder.run('compute', 'quota', ...args);

	expect(await quota('set', 'STANDARDDV2FAMILY', '16', '--server')).toMatchObject({
		exitCode: 0,
		stdout: 'The server has 16 cores of standardDv2Family.\n',
	});
	expect((await quota('set', 'standardDv2Family', '4')).stdout).toBe('Workspace lab may use 4 cores of standardDv2Family.\n');
	expect((await quota('list')).stdout).toMatch(
		/^QUOTA +LIMIT +USED +FREE +OWN SHARE +SERVER\n[\s\S]*standardDv2Family +4 +0 +4 +4 +0 of 16\n/,
	);
	expect(await folder.run('compute', 'create', 'big', '--vm-size', 'STANDARD_D2_V2', '--max-nodes', '3')).toMatchObject({
		exitCode: 1,
		stderr: [
			'error: Cluster big with up to 3 nodes of STANDARD_D2_V2 needs 6 cores; the standardDv2Family quota of workspace lab is 4, of which 0 are used and 4 are free.',
			'  Ask for fewer nodes or a smaller VM size, or request more with "runstead compute quota request".',
			'',
		].join('\n'),
	});

	expect((await quota('request', 'standardDv2Family', 'many')).exitCode).toBe(2);
	expect((await quota('request', 'standardDv2Family', '6')).stderr).toContain('A request needs its reason');
	const asked = await quota('request', 'standardDv2Family', '6', '--reason', 'Three nodes', '--query', 'id', '-o', 'tsv');
	const id = asked.stdout.trim();
	expect((await quota('requests', '--state', 'open')).stdout).toContain(id);
	expect((await quota('grant', id, '--reason', 'Until March')).stdout).toMatch(/State +granted\n +Decided .*\n +Because +Until March\n/);
	expect((await quota('refuse', id)).stderr).toContain(`Request ${id} was granted already.`);
	expect((await folder.run('compute', 'create', 'big', '--vm-size', 'STANDARD_D2_V2', '--max-nodes', '3')).exitCode).toBe(0);
	server.signal('SIGTERM');
	await server.ended;
});
