/** Changes of runs over HTTP. */

import { fromWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { SearchService } from '../search/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import { changeMany } from './change-many.ts';
import type { RunService } from './service.ts';

const ORIGIN = 'native';

export interface RunRouteOptions {
	readonly runs: RunService;
	readonly experiments: ExperimentService;
	readonly search: SearchService;
	readonly workspaces: WorkspaceService;
}

export function serveRuns({ serve }: Toolbox, { runs, experiments, search, workspaces }: RunRouteOptions): void {
	serve('changeRuns', async ({ params, body, principal }) =>
		changeMany(runs, await workspaces.find(params.workspace), body.runs, body.change, principal.name),
	);
	serve('createRun', async ({ params, body, principal, reply }) => {
		const id = await runs.create(await experiments.find(params.experiment), body, ORIGIN, principal.name);
		reply.code(201);
		return search.run(id);
	});
	serve('updateRun', async ({ params, body, principal }) => {
		await runs.update(params.run, body, principal.name);
		return search.run(params.run);
	});
	serve('createChildren', async ({ params, body, principal, reply }) => {
		const ids = await runs.createChildren(params.run, body.children, ORIGIN, principal.name);
		reply.code(201);
		return { runs: await search.runs(ids) };
	});
	serve('changeRunStatus', async ({ params, body, principal }) => {
		const { status, reason, error, time } = body;
		await runs.changeStatus(params.run, {
			to: status,
			reason,
			error,
			time: time === undefined ? undefined : fromWireTime(time, 'time'),
			actor: principal.name,
		});
		return search.run(params.run);
	});
	serve('cancelRun', async ({ params, body, principal }) => {
		const changed = await runs.cancel(params.run, principal.name, body.reason ?? `${principal.name} asked for it.`);
		const run = await search.run(params.run);
		return {
			run,
			changed,
			message: changed ? `Run ${run.id} is being cancelled.` : `Run ${run.id} had ended already (${run.status}); nothing was changed.`,
		};
	});
	serve('failRun', async ({ params, body, principal }) => {
		await runs.fail(params.run, body, principal.name);
		return search.run(params.run);
	});
	serve('reopenRun', async ({ params, body, principal }) => {
		await runs.reopen(params.run, principal.name, body.reason ?? null);
		return search.run(params.run);
	});
	serve('heartbeat', async ({ params, body, principal }) => {
		const run = await runs.heartbeat(params.run, body.leaseSeconds, principal.name);
		return { status: run.status, leaseExpiryTime: toWireTimeOrNull(run.lease_expiry_time) };
	});
	serve('changeLifecycle', async ({ params, body, principal }) => {
		await runs.changeLifecycle(params.run, body.lifecycle, principal.name);
		return search.run(params.run);
	});
	serve('purgeRun', ({ params, principal }) => runs.purge(params.run, principal.name));
	serve('listRunEvents', async ({ params, query }) => ({ events: await runs.events(params.run, query.after ?? 0, query.limit ?? 1000) }));
}
