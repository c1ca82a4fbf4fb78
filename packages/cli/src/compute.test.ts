/** `runstead compute` as a person uses it: the real program against a real server and real nodes. */
import { createClient } from '@runstead/client';
import { describe, expect, test } from 'vitest';
import { makeCliFolder, RUNSTEAD } from './testing/cli-process.ts';

const STUDIO = /Studio\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/;

describe('runstead compute', () => {
	test('a cluster from its making to its end', async () => {
		await using folder = await makeCliFolder();
		expect(await folder.run('compute', 'list')).toEqual({
			exitCode: 1,
			stdout: '',
			stderr: `error: No server runs with the data in ${folder.path}/data.\n  Start one: ${RUNSTEAD} up; or name one with --url or RUNSTEAD_URL, such as http://127.0.0.1:8155.\n`,
		});
		const server = folder.start(['up', '--port', '0']);
		const client = createClient({ url: (await server.printed(STUDIO))[1]! });
		expect((await folder.run('compute', 'list')).stderr).toContain('The server has no workspace yet.');
		await client.call('createWorkspace', { body: { name: 'lab' } });
		expect((await folder.run('compute', 'list')).stdout).toContain(`Workspace lab has no clusters. Make one: ${RUNSTEAD} compute create `);

		const made = await folder.run(
			...['compute', 'create', 'cpu-cluster', '--vm-size', 'standard_d2_v2', '--max-nodes', '1', '--idle-seconds', '600'],
			...['--tag', 'team=vision', '--tag', 'urgent', '--description', 'For trials'],
		);
		expect([made.exitCode, made.stderr]).toEqual([0, '']);
		expect(made.stdout).toMatch(
			/Cluster +cpu-cluster\n +VM size +STANDARD_D2_V2, dedicated\n +May have +0 to 1 nodes, idle for at most 600 s\n +Nodes +none\n/,
		);
		expect(made.stdout).toMatch(/Description +For trials\n +Tags +team=vision, urgent\n/);
		expect((await folder.run('compute', 'create', 'cpu-cluster', '--vm-size', 'STANDARD_D2_V2')).stderr).toBe(
			'error: There is already a compute target cpu-cluster.\n  Use the existing one, or choose another name.\n',
		);
		expect((await folder.run('compute', 'list')).stdout).toMatch(
			/^NAME +VM SIZE +PRIORITY +MAY HAVE +NODES +STATE +WAITING +AT WORK\ncpu-cluster +STANDARD_D2_V2 +dedicated +0 to 1 +0 +steady +0 +0\n$/,
		);
		expect(await folder.run('compute', 'nodes', 'cpu-cluster')).toMatchObject({ stdout: 'Cluster cpu-cluster has no nodes now.\n' });
		expect(await folder.run('compute', 'queue', 'cpu-cluster')).toMatchObject({ stdout: 'No run waits for cluster cpu-cluster.\n' });

		const updated = await folder.run('compute', 'update', 'cpu-cluster', '--min-nodes', '1', '--max-concurrent-runs', '3');
		expect(updated.stdout).toMatch(/May have +1 nodes[\s\S]*Runs at once +at most 3\n/);
		const lifted = await folder.run('compute', 'update', 'cpu-cluster', '--max-concurrent-runs', 'none');
		expect(lifted.stdout).not.toContain('Runs at once');

		expect(await folder.run('compute', 'delete', 'cpu-cluster')).toEqual({
			exitCode: 0,
			stdout: 'Deleted cluster cpu-cluster.\n',
			stderr: '',
		});
		expect(await folder.run('compute', 'show', 'cpu-cluster')).toMatchObject({
			exitCode: 1,
			stderr: expect.stringContaining('There is no compute target cpu-cluster.'),
		});
		server.signal('SIGTERM');
		await server.ended;
	});

	test('nodes are cordoned and drained, and what waits is listed with why', async () => {
		await using folder = await makeCliFolder();
		const server = folder.start(['up', '--port', '0']);
		const client = createClient({ url: (await server.printed(STUDIO))[1]! });
		await client.call('createWorkspace', { body: { name: 'lab' } });
		await folder.run('compute', 'create', 'one', '--vm-size', 'STANDARD_D2_V2', '--min-nodes', '1', '--max-nodes', '1');
		const nodes = async () => (await client.call('listNodes', { params: { workspace: 'lab', compute: 'one' } })).nodes;
		await expect.poll(async () => (await nodes()).map(({ state }) => state), { timeout: 15_000 }).toEqual(['idle']);
		const node = (await nodes())[0]!.id;

		const experiment = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'trial' } });
		const submit = (seconds: number) =>
			client.call('submitJob', {
				params: { experiment: experiment.id },
				body: { definition: { command: ['sleep', String(seconds)], target: 'one', priority: 5 } },
			});
		const { runId: first } = await submit(60);
		await expect.poll(async () => (await nodes()).map(({ runId }) => runId), { timeout: 15_000 }).toEqual([first]);
		const { runId: second } = await submit(60);
		expect((await folder.run('compute', 'nodes', 'one')).stdout).toMatch(new RegExp(`\n${node} +running +${first} +\\S+Z +here +-\n`));
		expect((await folder.run('compute', 'queue', 'one')).stdout).toMatch(
			new RegExp(`\n1 +${second} +trial +5 +1 node of one is busy with run ${first}\\.\n$`),
		);

		expect((await folder.run('compute', 'cordon', 'one', node)).stdout).toBe(`Node ${node} takes nothing new.\n`);
		expect((await folder.run('compute', 'nodes', 'one')).stdout).toContain('Cordoned: it takes nothing new.');
		expect((await folder.run('compute', 'cordon', 'one', node, '--undo')).stdout).toBe(`Node ${node} takes runs again.\n`);
		expect((await nodes())[0]!.cordoned).toBe(false);
		expect((await folder.run('compute', 'drain', 'one', node)).stdout).toBe(`Node ${node} leaves when run ${first} has ended.\n`);
		expect((await folder.run('compute', 'cordon', 'one', 'nobody')).stderr).toContain('There is no node nobody of one.');

		expect(await folder.run('compute', 'delete', 'one')).toMatchObject({
			exitCode: 1,
			stderr: expect.stringContaining('Cluster one has 2 runs that wait or run.'),
		});
		for (const run of [second, first]) await client.call('cancelRun', { params: { run }, body: {} });
		await expect.poll(async () => (await client.call('getRun', { params: { run: first } })).status, { timeout: 15_000 }).toBe('Canceled');
		expect(await folder.run('compute', 'delete', 'one', '--cancel-runs')).toMatchObject({ exitCode: 0 });
		server.signal('SIGTERM');
		await server.ended;
	});

	test('finds a server and a workspace by variables, and says which workspaces there are', async () => {
		await using folder = await makeCliFolder();
		const server = folder.start(['up', '--port', '0']);
		const url = (await server.printed(STUDIO))[1]!;
		const client = createClient({ url });
		for (const name of ['lab', 'shop']) await client.call('createWorkspace', { body: { name } });
		expect((await folder.run('compute', 'list')).stderr).toBe(
			'error: The server has several workspaces: lab, shop.\n  Name one: --workspace NAME, RUNSTEAD_WORKSPACE, or a config.json in this folder.\n',
		);
		const variables = { RUNSTEAD_URL: url, RUNSTEAD_WORKSPACE: 'shop', RUNSTEAD_DATA: `${folder.path}/nowhere` };
		expect((await folder.start(['compute', 'list'], variables).ended).stdout).toContain('Workspace shop has no clusters.');
		expect((await folder.start(['compute', 'list', '--workspace', 'lab'], variables).ended).stdout).toContain('Workspace lab has');
		server.signal('SIGTERM');
		await server.ended;
	});

	test('what is not understood is said before a server is asked', async () => {
		await using folder = await makeCliFolder();
		const complaint = async (...args: string[]) => {
			const { exitCode, stderr } = await folder.run('compute', ...args);
			expect(exitCode).toBe(2);
			return stderr.split('\n')[0];
		};
		expect(await complaint()).toMatch(/^error: What about compute\? There is: compute list, compute show, /);
		expect(await complaint('create', 'x')).toBe('error: A cluster needs a VM size: --vm-size STANDARD_D2_V2.');
		expect(await complaint('create', 'x', '--vm-size', 'S', '--vm-priority', 'high')).toBe(
			'error: "high" is not a priority: give dedicated or lowpriority.',
		);
		expect(await complaint('create', 'x', '--vm-size', 'S', '--max-nodes', 'many')).toBe(
			'error: --max-nodes takes a whole number, not "many".',
		);
		expect(await complaint('update', 'x')).toBe('error: Nothing is to be changed: give --max-nodes or another option.');
		expect(await complaint('update', 'x', '--tag', '=a')).toBe('error: --tag takes KEY=VALUE, and "=a" has no key.');
		expect(await complaint('drain', 'x')).toBe('error: Something is missing: CLUSTER NODE');
		const help = await folder.run('compute', 'create', '--help');
		expect([help.exitCode, help.stdout.includes('--vm-size SIZE'), help.stdout.includes('Examples')]).toEqual([0, true, true]);
	});
});
