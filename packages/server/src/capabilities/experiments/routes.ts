/** Experiments over HTTP. */
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { ExperimentService } from './service.ts';

export function serveExperiments({ serve }: Toolbox, experiments: ExperimentService, workspaces: WorkspaceService): void {
	serve('listExperiments', async ({ params, query }) =>
		experiments.list(await workspaces.find(params.workspace), { ...query, limit: query.limit ?? 100 }),
	);
	serve('createExperiment', async ({ params, body, principal, reply }) => {
		const { record, created } = await experiments.create(await workspaces.find(params.workspace), body, principal.name);
		reply.code(created ? 201 : 200);
		return experiments.present(record);
	});
	serve('getExperiment', async ({ params }) => experiments.present(await experiments.find(params.experiment)));
	serve('updateExperiment', ({ params, body, principal }) => experiments.update(params.experiment, body, principal.name));
}
