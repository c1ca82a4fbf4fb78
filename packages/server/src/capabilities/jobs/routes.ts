/** Jobs and the agents' protocol over HTTP. */
import { RunsteadError } from '@runstead/contract';
import { goneSignal } from '../../http/gone-signal.ts';
import { authorizeAgent, type Principal } from '../../http/principal.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { RunService } from '../runs/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { JobService } from './service.ts';

export function serveJobs(
	{ serve }: Toolbox,
	jobs: JobService,
	experiments: ExperimentService,
	runs: RunService,
	workspaces: WorkspaceService,
): void {
	serve('submitJob', async ({ params, body, principal, reply }) => {
		await checkParent(principal, body.parentId, runs);
		const runId = await jobs.submit(await experiments.find(params.experiment), body, principal.name);
		reply.code(201);
		return { runId };
	});
	serve('resubmitJob', async ({ params, body, principal, reply }) => {
		const { experiment, job } = await jobs.resubmission(params.run, body);
		const runId = await jobs.submit(experiment, job, principal.name);
		reply.code(201);
		return { runId };
	});
	serve('listQueue', async ({ params, query }) => jobs.queue(await workspaces.find(params.workspace), params.compute, query.limit ?? 100));
	serve('listQueueWaits', async ({ params, query }) => ({
		waits: await jobs.queueWaits(await workspaces.find(params.workspace), params.compute, query.limit ?? 500),
	}));
	serve('registerMachine', async ({ params, body, principal, reply }) => {
		const workspace = await workspaces.find(params.workspace);
		reply.code(201);
		return jobs.registerMachine(workspace, body.id, principal.name);
	});
	serve('leaseJob', async ({ params, body, principal, reply }) => {
		authorizeAgent(principal, params.agent);
		if (principal.target !== null && principal.target !== body.target)
			throw new RunsteadError('forbidden', { permission: 'job.agent', where: ' outside its compute target' });
		const { target, address = '127.0.0.1', waitMs = 0, holding = [] } = body;
		return jobs.lease({ agent: params.agent, target, address, waitMs, holding }, goneSignal(reply));
	});
	serve('renewJob', async ({ params, body, principal, reply }) => {
		authorizeAgent(principal, body.agent);
		return jobs.renew(params.run, body, body.waitMs ?? 0, goneSignal(reply));
	});
	serve('meetJob', async ({ params, body, principal, reply }) => {
		authorizeAgent(principal, body.agent);
		return { nodes: await jobs.meet(params.run, body, body.offer, body.waitMs ?? 0, goneSignal(reply)) };
	});
	serve('getJob', ({ params }) => jobs.get(params.run));
	serve('reportJob', async ({ params, body, principal }) => {
		authorizeAgent(principal, body.agent);
		return { status: await jobs.report(params.run, body) };
	});
}

/** A run's token submits children of its own run and of what lies below it, nothing else. */
async function checkParent(principal: Principal, parentId: string | undefined, runs: RunService): Promise<void> {
	if (principal.runId === null) return;
	const lineage = parentId === undefined ? [] : await runs.lineageIds(await runs.find(parentId));
	if (!lineage.includes(principal.runId))
		throw new RunsteadError('forbidden', { permission: 'run.write', where: ` but below run ${principal.runId}` });
}
