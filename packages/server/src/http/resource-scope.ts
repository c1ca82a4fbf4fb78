/** What a request is about, from its path: for principals who may not touch everything. */
import type { ExperimentService } from '../capabilities/experiments/service.ts';
import type { RunService } from '../capabilities/runs/service.ts';
import type { ViewService } from '../capabilities/views/service.ts';
import type { WorkspaceService } from '../capabilities/workspaces/service.ts';
import type { ResourceScope } from './principal.ts';

/** @throws {RunsteadError} not-found when the path names what is not there. */
export function createScopeFinder({
	workspaces,
	experiments,
	runs,
	views,
}: {
	workspaces: WorkspaceService;
	experiments: ExperimentService;
	runs: RunService;
	views: ViewService;
}) {
	return async (params: Readonly<Record<string, string>>): Promise<ResourceScope> => {
		if (params.run !== undefined) {
			const run = await runs.find(params.run);
			return { workspaceId: (await workspaces.byKey(run.workspace_key)).id, runLineage: await runs.lineageIds(run) };
		}
		if (params.experiment !== undefined) {
			const experiment = await experiments.find(params.experiment);
			return { workspaceId: (await workspaces.byKey(experiment.workspace_key)).id, runLineage: [] };
		}
		if (params.view !== undefined) return { workspaceId: (await views.workspaceOf(params.view)).id, runLineage: [] };
		if (params.workspace !== undefined) return { workspaceId: (await workspaces.find(params.workspace)).id, runLineage: [] };
		return { workspaceId: null, runLineage: [] };
	};
}
