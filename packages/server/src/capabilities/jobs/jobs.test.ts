import { randomUUID } from 'node:crypto';
import { createClient } from '@runstead/client';
import type { JobDefinition } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';
import { paramsOfArguments } from './definition.ts';

async function submit(
	{ client, experiment }: TestApp,
	fields: { id?: string; parentId?: string; definition?: JobDefinition } = {},
): Promise<string> {
	const { runId } = await client.call('submitJob', { params: { experiment }, body: { definition: { command: ['true'] }, ...fields } });
	return runId;
}

const lease = async ({ client }: TestApp, agent = 'node-a', waitMs = 0, holding: string[] = []) =>
	(await client.call('leaseJob', { params: { agent }, body: { target: 'local', waitMs, holding } })).job;

const statusOf = async ({ client }: TestApp, run: string) => (await client.call('getRun', { params: { run } })).status;

describe.each(ENGINES)('jobs on %s', (engine) => {
	it('wait in line, are taken once each, and end with what their process said', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const first = await submit(app);
		const second = await submit(app);
		expect(await statusOf(app, first)).toBe('Queued');
		const taken = await lease(app);
		expect(taken).toMatchObject({
			runId: first,
			fence: 1,
			experimentName: 'ridge',
			workspaceName: 'lab',
			rootId: first,
			parentId: null,
			definition: { command: ['true'], target: 'local' },
		});
		expect((await lease(app, 'node-b'))?.runId).toBe(second);
		expect(await lease(app, 'node-c')).toBeNull();
		const report = (fields: object) =>
			app.client.call('reportJob', {
				params: { run: first },
				body: { agent: 'node-a', fence: 1, time: '2026-11-21T08:00:00.000000Z', ...fields } as never,
			});
		const statuses: string[] = [];
		for (const phase of ['preparing', 'running', 'finalizing'] as const) statuses.push((await report({ phase })).status);
		statuses.push((await report({ phase: 'ended', exitCode: 3, error: 'Traceback: no such alpha' })).status);
		expect(statuses).toEqual(['Preparing', 'Running', 'Finalizing', 'Failed']);
		expect(await app.client.call('getRun', { params: { run: first } })).toMatchObject({
			status: 'Failed',
			error: { code: 'ExitCode', message: 'Traceback: no such alpha', details: 'The process ended with exit code 3.' },
		});
		// The same report once more, because its answer was lost.
		expect(await report({ phase: 'ended', exitCode: 0 })).toEqual({ status: 'Failed' });
	});

	it('tell in one report what a short one went through', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await submit(app);
		await lease(app);
		const time = (second: number): string => `2100-01-01T00:00:0${second}.000000Z`;
		const body = {
			...{ agent: 'node-a', fence: 1, phase: 'ended' as const, time: time(3), exitCode: 0 },
			passed: [
				{ phase: 'preparing' as const, time: time(0) },
				{ phase: 'running' as const, time: time(1) },
				{ phase: 'finalizing' as const, time: time(2) },
			],
		};
		expect(await app.client.call('reportJob', { params: { run }, body })).toEqual({ status: 'Completed' });
		expect(await app.client.call('reportJob', { params: { run }, body })).toEqual({ status: 'Completed' });
		const { events } = await app.client.call('listRunEvents', { params: { run }, query: {} });
		const changes = events.filter(({ type }) => type === 'run.status').map((event) => [event.data.to, event.time]);
		expect(changes.slice(2)).toEqual([
			['Running', time(1)],
			['Finalizing', time(2)],
			['Completed', time(3)],
		]);
		expect(await app.client.call('getRun', { params: { run } })).toMatchObject({ startTime: time(1), endTime: time(3) });
	});

	it('never end before they began, whatever the clock of their node says', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await submit(app);
		await lease(app);
		const report = (fields: { phase: 'running' | 'ended'; time: string; exitCode?: number }) =>
			app.client.call('reportJob', { params: { run }, body: { agent: 'node-a', fence: 1, ...fields } });
		await report({ phase: 'running', time: '2100-01-01T00:00:00.000000Z' });
		await report({ phase: 'ended', time: '2000-01-01T00:00:00.000000Z', exitCode: 0 });
		expect(await app.client.call('getRun', { params: { run } })).toMatchObject({
			status: 'Completed',
			startTime: '2100-01-01T00:00:00.000000Z',
			endTime: '2100-01-01T00:00:00.000000Z',
		});
	});

	it('refuse an agent that no longer holds them', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await submit(app);
		await lease(app);
		// Its reply was lost: the same agent, holding nothing, gets the job again under a new fence.
		expect(await lease(app)).toMatchObject({ runId: run, fence: 2 });
		expect(await lease(app, 'node-a', 0, [run])).toBeNull();
		const renew = (agent: string, fence: number) => app.client.call('renewJob', { params: { run }, body: { agent, fence } });
		await expect(renew('node-a', 1)).rejects.toMatchObject({ code: 'stale-fence', status: 409, details: { current: 2, given: 1 } });
		await expect(renew('node-b', 2)).rejects.toMatchObject({ code: 'stale-fence' });
		expect(await renew('node-a', 2)).toEqual({ leaseSeconds: 30, end: false, reason: null });
	});

	it('go on as they are when a further attempt begins where one was lost', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await submit(app);
		const report = async (fence: number, phase: 'preparing' | 'running' | 'finalizing'): Promise<string> => {
			const body = { agent: 'node-a', fence, phase, time: '2100-01-01T00:00:00.000000Z' };
			return (await app.client.call('reportJob', { params: { run }, body })).status;
		};
		await lease(app);
		expect(await report(1, 'running')).toBe('Running');
		expect(await lease(app)).toMatchObject({ runId: run, fence: 2 });
		expect([await report(2, 'preparing'), await report(2, 'running'), await report(2, 'finalizing')]).toEqual([
			'Running',
			'Running',
			'Finalizing',
		]);
		expect(await lease(app)).toMatchObject({ runId: run, fence: 3 });
		expect([await report(3, 'preparing'), await report(3, 'running')]).toEqual(['Finalizing', 'Finalizing']);
	});

	it('call an agent that waits as soon as there is work, and tell it at once to end it', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const waiting = lease(app, 'node-a', 20_000);
		const run = await submit(app);
		expect((await waiting)?.runId).toBe(run);
		const renewal = app.client.call('renewJob', { params: { run }, body: { agent: 'node-a', fence: 1, waitMs: 20_000 } });
		await app.client.call('cancelRun', { params: { run }, body: { reason: 'too slow' } });
		expect(await renewal).toEqual({ leaseSeconds: 30, end: true, reason: 'too slow' });
		expect(await statusOf(app, run)).toBe('CancelRequested');
		await app.client.call('reportJob', {
			params: { run },
			body: { agent: 'node-a', fence: 1, phase: 'ended', time: '2100-01-01T00:00:00.000000Z', exitCode: null, signal: 15 },
		});
		expect(await app.client.call('getRun', { params: { run } })).toMatchObject({
			status: 'Canceled',
			statusReason: 'too slow',
			error: null,
		});
	});

	it('are cancelled in the line without starting', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await submit(app);
		expect(await app.client.call('cancelRun', { params: { run }, body: {} })).toMatchObject({ changed: true, run: { status: 'Canceled' } });
		expect(await lease(app)).toBeNull();
	});

	it('stay failed when somebody failed them, whatever the process says later', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await submit(app);
		await lease(app);
		await app.client.call('failRun', { params: { run }, body: { errorDetails: 'wrong data' } });
		expect(await app.client.call('renewJob', { params: { run }, body: { agent: 'node-a', fence: 1 } })).toMatchObject({ end: true });
		const ended = await app.client.call('reportJob', {
			params: { run },
			body: { agent: 'node-a', fence: 1, phase: 'ended', time: '2100-01-01T00:00:00.000000Z', exitCode: 0 },
		});
		expect(ended).toEqual({ status: 'Failed' });
		expect((await app.client.call('getRun', { params: { run } })).error).toEqual({ code: 'UserError', message: 'wrong data' });
	});

	it('end the runs that their process logged, and leave submitted children alone', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await submit(app);
		await lease(app);
		await app.client.call('createChildren', { params: { run }, body: { children: [{ id: 'logged' }] } });
		await submit(app, { id: 'submitted', parentId: run });
		await app.client.call('reportJob', {
			params: { run },
			body: { agent: 'node-a', fence: 1, phase: 'ended', time: '2100-01-01T00:00:00.000000Z', exitCode: 0 },
		});
		expect([await statusOf(app, run), await statusOf(app, 'logged'), await statusOf(app, 'submitted')]).toEqual([
			'Completed',
			'Completed',
			'Queued',
		]);
	});

	it('say at submission what can be known then', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const refused = (definition: JobDefinition) => expect(submit(app, { definition })).rejects;
		await refused({}).toMatchObject({ status: 400, message: 'A job has either a script or a command.' });
		await refused({ script: 'train.py' }).toMatchObject({
			status: 400,
			message: 'The script "train.py" needs a snapshot: create one and name it as snapshotId.',
		});
		await refused({ command: ['true'], target: 'gpu-cluster' }).toMatchObject({
			code: 'not-found',
			message: 'There is no compute target gpu-cluster.',
		});
		await refused({ command: ['true'], snapshotId: 'f'.repeat(64) }).toMatchObject({ code: 'not-found' });
	});

	it('are submitted again with what is given changed, and everything else as it was', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client } = app;
		const definition = {
			command: ['python', 'train.py'],
			arguments: ['--alpha', '0.1'],
			environmentVariables: { SEED: '1', API_TOKEN: 'hunter2', OLD: 'x' },
			maxRunDurationSeconds: 60,
		};
		const first = await submit(app, { definition });
		const { runId } = await client.call('resubmitJob', {
			params: { run: first },
			body: { displayName: 'once more', arguments: ['--alpha', '0.4'], environmentVariables: { SEED: '2', OLD: null } },
		});
		expect(await client.call('getRun', { params: { run: runId } })).toMatchObject({
			displayName: 'once more',
			number: 2,
			status: 'Queued',
			params: { alpha: '0.4' },
			properties: { 'runstead.resubmittedFrom': first },
			job: {
				...definition,
				arguments: ['--alpha', '0.4'],
				environmentVariables: { SEED: '2', API_TOKEN: '[redacted]' },
				target: 'local',
			},
		});
		// Its secrets are shown to nobody, and stay.
		const third = await client.call('resubmitJob', {
			params: { run: runId },
			body: { environmentVariables: { API_TOKEN: '[redacted]', SEED: '3' }, priority: 9 },
		});
		expect((await client.call('getJob', { params: { run: third.runId } })).definition.environmentVariables).toEqual({
			SEED: '3',
			API_TOKEN: '[redacted]',
		});
		const { job } = await client.call('leaseJob', { params: { agent: 'a' }, body: { target: 'local', waitMs: 0 } });
		expect(job).toMatchObject({
			runId: third.runId,
			definition: { environmentVariables: { SEED: '3', API_TOKEN: 'hunter2' } },
			secrets: ['hunter2'],
		});
		await expect(client.call('resubmitJob', { params: { run: runId }, body: { target: 'nowhere' } })).rejects.toMatchObject({
			code: 'not-found',
			message: 'There is no compute target nowhere.',
		});
		await client.call('createRun', { params: { experiment: app.experiment }, body: { id: 'by-hand' } });
		await expect(client.call('resubmitJob', { params: { run: 'by-hand' }, body: {} })).rejects.toMatchObject({
			code: 'not-found',
			message: 'There is no job by-hand.',
		});
	});

	it('make params of their arguments', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await submit(app, {
			definition: { command: ['true'], arguments: ['--fruit', 'Apple', '--alpha=0.5', '--verbose', '-n', '-3'] },
		});
		expect((await app.client.call('getRun', { params: { run } })).params).toEqual({
			fruit: 'Apple',
			alpha: '0.5',
			verbose: 'true',
			n: '-3',
		});
	});
});

it.each([
	[['--fruit', 'Apple'], { fruit: 'Apple' }],
	[['-n', '-3', '--rate=', 'file.csv'], { n: '-3', rate: '' }],
	[['--verbose', '--depth', '2'], { verbose: 'true', depth: '2' }],
	[['plain', '--', '-'], {}],
	[['--lr', '1e-3', '--lr', '2'], { lr: '1e-3' }],
])('arguments %j become params', (args, params) => expect(paramsOfArguments(args)).toEqual(params));

it('what is local on another machine is taken by that machine alone', async () => {
	await using app = await startTestApp({ agent: false });
	const { client, workspace, experiment } = app;
	const [mine, other] = [randomUUID(), randomUUID()];
	const submit = async (machine?: string) =>
		(
			await client.call('submitJob', {
				params: { experiment },
				body: { definition: { command: ['true'] }, ...(machine && { machine }) },
			})
		).runId;
	const run = await submit(mine);
	expect((await client.call('getRun', { params: { run } })).target).toBe('local');
	const grant = await client.call('registerMachine', { params: { workspace }, body: { id: mine } });
	const lease = (from: ReturnType<typeof createClient>, target: string) =>
		from.call('leaseJob', { params: { agent: 'laptop' }, body: { target, waitMs: 0 } });
	expect(await lease(client, 'local')).toMatchObject({ job: null });
	const agent = createClient({ url: app.url, token: grant.token });
	const elsewhere = await client.call('registerMachine', { params: { workspace }, body: { id: other } });
	await expect(lease(agent, elsewhere.target)).rejects.toMatchObject({ code: 'forbidden' });
	await expect(lease(agent, 'local')).rejects.toMatchObject({ code: 'forbidden' });
	expect((await lease(agent, grant.target)).job?.runId).toBe(run);
	await expect(agent.call('getRun', { params: { run: await submit(other) } })).rejects.toMatchObject({ code: 'forbidden' });
	await expect(client.call('registerMachine', { params: { workspace }, body: { id: 'laptop' } })).rejects.toMatchObject({
		code: 'invalid-request',
	});
});
