/** What a request is about, from its path: for principals who may not touch everything. */
import type { ComputeService } from '../capabilities/compute/service.ts';
import type { ExperimentService } from '../capabilities/experiments/service.ts';
import type { JobService } from '../capabilities/jobs/service.ts';
import type { RunService } from '../capabilities/runs/service.ts';
import type { ViewService } from '../capabilities/views/service.ts';
import type { WorkspaceService } from '../capabilities/workspaces/service.ts';
import type { Principal, ResourceScope } from './principal.ts';

/** @throws {RunsteadError} not-found when the path names what is not there. */
export function createScopeFinder({
	workspaces,
	experiments,
	runs,
	views,
	jobs,
	compute,
}: {
	workspaces: WorkspaceService;
	experiments: ExperimentService;
	runs: RunService;
	views: ViewService;
	jobs: JobService;
	compute: ComputeService;
}) {
	return async (params: Readonly<Record<string, string>>, principal: Principal): Promise<ResourceScope> => {
		const isBound = principal.target !== null;
		if (params.run !== undefined) {
			const run = await runs.find(params.run);
			const runLineage = await runs.lineageIds(run);
			const target = isBound ? { target: await jobs.targetOf(runLineage) } : {};
			return { workspaceId: (await workspaces.byKey(run.workspace_key)).id, runLineage, ...target };
		}
		if (params.experiment !== undefined) {
			const experiment = await experiments.find(params.experiment);
			return { workspaceId: (await workspaces.byKey(experiment.workspace_key)).id, runLineage: [] };
		}
		if (params.view !== undefined) return { workspaceId: (await views.workspaceOf(params.view)).id, runLineage: [] };
		if (params.workspace === undefined) return { workspaceId: null, runLineage: [] };
		const workspace = await workspaces.find(params.workspace);
		const target = isBound && params.compute !== undefined ? { target: (await compute.find(workspace, params.compute)).id } : {};
		return { workspaceId: workspace.id, runLineage: [], ...target };
	};
}
