/** `runstead monitor` as a person uses it: the real program against a real server. */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { expect, test } from 'vitest';
import { makeCliFolder } from './testing/cli-process.ts';

const STUDIO = /Studio\s+(http:\/\/127\.0\.0\.1:\d+)\/\n/;

test('metrics are read, rules are made, their alerts are told, listed and closed', async () => {
	await using folder = await makeCliFolder();
	const told: string[] = [];
	const receiver = createServer((request, reply) => {
		request.setEncoding('utf8').on('data', (text: string) => told.push(text));
		request.on('end', () => reply.end());
	});
	await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
	const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
	const server = folder.start(['up', '--port', '0']);
	const client = createClient({ url: (await server.printed(STUDIO))[1]! });
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'ridge' } });
	const monitor = (...args: string[]) => folder.run('monitor', ...args);

	expect((await monitor('metrics', '--query', "[?name=='Failed Runs'].dimensions[]", '-o', 'tsv')).stdout).toContain('ExperimentName');
	expect((await monitor('alerts', 'group', 'create', 'ops', '--webhook', hook)).stdout).toMatch(/signed with whsec_\S+\n/);
	expect(await monitor('alerts', 'group', 'test', 'ops')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('delivered') });
	const mailed = await monitor('alerts', 'group', 'update', 'ops', '--email', 'ada@example.org');
	expect([mailed.exitCode, mailed.stderr]).toEqual([0, expect.stringContaining('email ada@example.org: no mail is sent')]);
	expect((await monitor('alerts', 'group', 'list')).stdout).toContain('email ada@example.org (no mail is sent');
	expect((await monitor('alerts', 'group', 'test', 'ops', '--receiver', hook)).stdout).toMatch(/^RECEIVER.*\nwebhook .* delivered .*\n$/);
	expect((await monitor('alerts', 'group', 'test', 'ops', '--receiver', 'nobody')).stderr).toContain('Group ops has no receiver nobody.');
	expect((await monitor('alerts', 'group', 'update', 'ops', '--remove', 'ada@example.org', '--name', 'operators')).stdout).not.toContain(
		'ada',
	);
	expect((await monitor('alerts', 'group', 'update', 'operators', '--remove', hook)).stderr).toContain('would tell nobody');
	expect((await monitor('alerts', 'group', 'update', 'Operators', '--name', 'ops')).exitCode).toBe(0);
	expect((await monitor('alerts', 'group', 'create', 'others', '--slack', hook)).exitCode).toBe(0);
	expect((await monitor('alerts', 'group', 'delete', 'others')).stdout).toBe('Deleted the action group others.\n');
	expect((await monitor('alerts', 'group', 'delete', 'others')).stderr).toContain('There is no action group others.');
	told.splice(1);
	expect((await monitor('alerts', 'rule', 'create', '--recommended')).stdout).toBe(
		'Made: Model deploy failed, Quota utilization percentage, Unusable nodes.\n',
	);
	await writeFile(
		join(folder.path, 'failed.json'),
		JSON.stringify({ name: 'Failed', severity: 0, condition: { type: 'runStatus', statuses: ['Failed'] }, actionGroups: ['ops'] }),
	);
	expect((await monitor('alerts', 'rule', 'create', '--file', join(folder.path, 'failed.json'))).exitCode).toBe(0);
	expect((await monitor('alerts', 'rule', 'create', 'x', '--metric', 'No Such Metric')).stderr).toContain(
		'There is no workspace metric No Such Metric.',
	);
	expect((await monitor('alerts', 'rule', 'create', 'x', '--metric', 'Faild Runs')).stderr).toMatch(
		/no workspace metric Faild Runs \(did you mean Failed Runs\?\)\.\n {2}Check the spelling, or see what there is: .*runstead monitor metrics\n/,
	);
	const ofLogs = ['alerts', 'rule', 'create', 'Lines', '--log-query'];
	const lines = 'RunsteadLogs | summarize n = count() by RunId';
	expect((await monitor(...ofLogs, lines, '--measure', 'n', '--split', 'RunId', '--threshold', '5')).stdout).toMatch(
		/Condition +n of RunsteadLogs \| summarize n = count\(\) by RunId > 5 for each RunId\n/,
	);
	await writeFile(join(folder.path, 'lines.kql'), `${lines} |\n`);
	expect((await monitor(...ofLogs, `@${join(folder.path, 'lines.kql')}`)).stderr).toContain('The query cannot be run (line 1, character');
	expect((await monitor(...ofLogs, lines, '--metric', 'Failed Runs')).stderr).toContain('Give a NAME and --metric or --log-query');
	expect((await monitor(...ofLogs, lines, '--aggregation', 'total')).stderr).toContain('--aggregation is of --metric');
	expect((await monitor('alerts', 'rule', 'create', 'x', '--metric', 'Failed Runs', '--measure', 'n')).stderr).toContain(
		'--measure is of --log-query',
	);
	expect((await monitor('alerts', 'rule', 'delete', 'Lines')).exitCode).toBe(0);

	const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
	await client.call('failRun', { params: { run }, body: { errorDetails: 'out of memory' } });
	await expect.poll(() => told.length, { timeout: 15_000 }).toBe(2);
	expect(told[1]).toContain('ridge-1 is Failed: out of memory');
	const listed = await monitor('alerts', 'list', '-o', 'json');
	const [alert] = JSON.parse(listed.stdout) as { id: string }[];
	expect((await monitor('alerts', 'change', alert?.id.slice(0, 8) ?? '', '--state', 'closed', '--comment', 'Known.')).stdout).toMatch(
		/State +closed\n/,
	);
	expect((await monitor('alerts', 'list')).stdout).toBe('There are no open alerts.\n');
	await expect
		.poll(async () => (await monitor('metrics', 'Failed Runs', '--split', 'ExperimentName', '--grain', '1d')).stdout, { timeout: 15_000 })
		.toMatch(/^TIME +EXPERIMENTNAME +TOTAL\n\S+Z +ridge +1\n$/);
	expect((await monitor('alerts', 'rule', 'update', 'Failed', '--silence', '2h')).exitCode).toBe(0);
	const rulesListed = (await monitor('alerts', 'rules')).stdout;
	expect(rulesListed).toMatch(/SILENCED UNTIL +COULD NOT LOOK\n/);
	expect(rulesListed).toMatch(/Failed +0 +yes +0 +a run is Failed +ops +20\S+ +-\n/);
	expect((await monitor('alerts', 'rule', 'delete', 'Failed')).stdout).toBe('Rule Failed is deleted.\n');
	await new Promise((resolve) => receiver.close(resolve));
}, 120_000);
