/** Workspace metrics over HTTP. */
import { LIMITS } from '@runstead/contract';
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { WorkspaceMetricService } from './service.ts';

export function serveWorkspaceMetrics({ serve }: Toolbox, workspaceMetrics: WorkspaceMetricService, workspaces: WorkspaceService): void {
	serve('listWorkspaceMetrics', async () => ({ metrics: workspaceMetrics.definitions().map(present) }));
	serve('queryWorkspaceMetrics', async ({ params, body }) => workspaceMetrics.query([await workspaces.find(params.workspace)], body));
	serve('queryMetricsOfWorkspaces', async ({ body, principal }) => {
		const readable = await workspaces.readable(principal.workspaceId, LIMITS.metricQueryWorkspaces.max);
		const named = body.workspaces && new Set(await Promise.all(body.workspaces.map(async (name) => (await workspaces.find(name)).key)));
		return workspaceMetrics.query(named ? readable.filter(({ key }) => named.has(key)) : readable, body);
	});
	serve('listMetricDimensionValues', async ({ params, query }) => ({
		values: await workspaceMetrics.dimensionValues(await workspaces.find(params.workspace), query),
	}));
}

type Definition = ReturnType<WorkspaceMetricService['definitions']>[number];

function present({ aggregations, dimensions, ...definition }: Definition) {
	return { ...definition, aggregations: [...aggregations], dimensions: [...dimensions] };
}
