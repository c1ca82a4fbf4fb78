import type { JobDefinition, JobLease } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES } from '../../testing/test-app.ts';
import { startTestCapabilities, type TestCapabilities } from '../../testing/test-capabilities.ts';

const TAKEN_AWAY = { reason: 'Node node-a was taken away.', actor: 'owner' };
const NOBODY = new AbortController().signal;

async function submit({ experiments, jobs, workspaces, compute }: TestCapabilities, definition: JobDefinition = {}): Promise<string> {
	const workspace = await workspaces.create({ name: 'lab' }, 'tester').then(() => workspaces.find('lab'));
	await compute.create(workspace, { name: 'cpu', vmSize: 'STANDARD_D2_V2' }, 'tester');
	const { record } = await experiments.create(workspace, { name: 'ridge' }, 'tester');
	return jobs.submit(record, { definition: { command: ['true'], target: 'cpu', ...definition } }, 'tester');
}

async function lease({ jobs, compute, workspaces }: TestCapabilities, agent = 'node-a'): Promise<JobLease> {
	const { id } = await compute.find(await workspaces.find('lab'), 'cpu');
	const { job: taken } = await jobs.lease({ agent, target: id, address: '127.0.0.1', waitMs: 0, holding: [] }, NOBODY);
	if (taken === null) return expect.unreachable('There is no job to take.');
	return taken;
}

const report = ({ jobs }: TestCapabilities, runId: string, fence: number, fields: object, agent = 'node-a') =>
	jobs.report(runId, { agent, fence, phase: 'running', time: '2100-01-01T00:00:00.000000Z', ...fields });

const lose = ({ database, jobs }: TestCapabilities, preempted: boolean): Promise<string[]> =>
	database.write((unit) => jobs.loseNodeIn(unit, { ...TAKEN_AWAY, node: 'node-a', preempted }));

const append = ({ runFiles }: TestCapabilities, runId: string, agent: string, fence: number, offset: number, text: string) =>
	runFiles.appendLog(runId, {
		path: 'azureml-logs/70_driver_log.txt',
		offset,
		bytes: Buffer.from(text),
		seal: false,
		lease: { agent, fence },
	});

describe.each(ENGINES)('a lost node on %s', (engine) => {
	it('that was taken away gives its job back to the queue, and can change nothing any more', async () => {
		await using all = await startTestCapabilities(engine);
		const run = await submit(all);
		expect((await lease(all)).fence).toBe(1);
		await report(all, run, 1, {});
		await append(all, run, 'node-a', 1, 0, 'first\n');
		expect(await lose(all, true)).toEqual([run]);
		expect(await all.runs.find(run)).toMatchObject({
			status: 'Queued',
			status_actor: 'owner',
			status_reason: 'Node node-a was taken away. Attempt 1 is lost; the job is queued again.',
			start_time: null,
			lease_expiry_time: null,
		});
		const events = await all.runs.events(run, 0, 100);
		expect(events.filter(({ type }) => type === 'job.requeued')).toMatchObject([
			{ actor: 'owner', data: { node: 'node-a', attempt: 1, requeues: 0, preempted: true } },
		]);
		const stale = { code: 'stale-fence', details: { current: 2, given: 1 } };
		await expect(append(all, run, 'node-a', 1, 6, 'late\n')).rejects.toMatchObject(stale);
		await expect(report(all, run, 1, { phase: 'ended', exitCode: 0 })).rejects.toMatchObject(stale);
		await expect(all.jobs.renew(run, { agent: 'node-a', fence: 1 }, 0, NOBODY)).rejects.toMatchObject(stale);
		expect(await lease(all, 'node-b')).toMatchObject({ runId: run, fence: 2, attempt: 2 });
		await expect(append(all, run, 'node-a', 1, 6, 'late\n')).rejects.toMatchObject(stale);
		expect(await append(all, run, 'node-b', 2, 6, 'second\n')).toBe(13);
		expect(await report(all, run, 2, { phase: 'ended', exitCode: 0 }, 'node-b')).toBe('Completed');
		expect(await lose(all, true)).toEqual([]);
	});

	it('fails its job with the reason unless the job says otherwise', async () => {
		await using all = await startTestCapabilities(engine);
		const run = await submit(all);
		await lease(all);
		await report(all, run, 1, {});
		await lose(all, false);
		expect(await all.runs.find(run)).toMatchObject({ status: 'Failed', status_reason: TAKEN_AWAY.reason });
		expect(JSON.parse((await all.runs.find(run)).error as string)).toEqual({ code: 'NodeLost', message: TAKEN_AWAY.reason });
		expect(await report(all, run, 1, { phase: 'ended', exitCode: 0 })).toBe('Failed');
	});

	it('gives its job back as often as the job says, then fails it', async () => {
		await using all = await startTestCapabilities(engine);
		const run = await submit(all, { nodeLoss: { action: 'requeue', requeuesMax: 1 } });
		await lease(all);
		await lose(all, true);
		await lease(all);
		await lose(all, false);
		expect((await all.runs.find(run)).status_reason).toBe(
			'Node node-a was taken away. Attempt 2 is lost; the job is queued again, time 1 of 1.',
		);
		await lease(all);
		await lose(all, false);
		expect((await all.runs.find(run)).status).toBe('Failed');
	});

	it('ends a job that was being cancelled as cancelled', async () => {
		await using all = await startTestCapabilities(engine);
		const run = await submit(all);
		await lease(all);
		await all.runs.cancel(run, 'tester', 'too slow');
		await lose(all, true);
		expect(await all.runs.find(run)).toMatchObject({ status: 'Canceled', status_reason: 'too slow', status_actor: 'tester' });
	});

	it('that falls silent makes its run NotResponding, and then gives it back after the time that the job names', async () => {
		await using all = await startTestCapabilities(engine);
		const run = await submit(all, { nodeLoss: { action: 'requeue', afterSeconds: 5 } });
		await lease(all);
		await report(all, run, 1, {});
		await all.pass(31);
		expect(await all.runs.find(run)).toMatchObject({
			status: 'NotResponding',
			status_reason: 'Nothing was heard of node node-a for 30 s.',
		});
		await all.pass(4);
		expect((await all.runs.find(run)).status).toBe('NotResponding');
		await all.pass(2);
		expect(await all.runs.find(run)).toMatchObject({
			status: 'Queued',
			status_reason: 'Nothing was heard of node node-a for 35 s. Attempt 1 is lost; the job is queued again, time 1 of 3.',
		});
		// It waits as long as it must.
		await all.pass(86_400);
		expect((await all.runs.find(run)).status).toBe('Queued');
	});

	it('that falls silent for ten minutes fails its run, which comes back when the node does', async () => {
		await using all = await startTestCapabilities(engine);
		const run = await submit(all);
		await lease(all);
		await report(all, run, 1, {});
		await all.pass(31);
		await all.pass(601);
		expect(await all.runs.find(run)).toMatchObject({ status: 'Failed', status_reason: 'Nothing was heard of node node-a for 630 s.' });
		expect(await all.jobs.renew(run, { agent: 'node-a', fence: 1 }, 0, NOBODY)).toMatchObject({ end: false });
		expect((await all.runs.find(run)).status).toBe('Running');
	});
});
