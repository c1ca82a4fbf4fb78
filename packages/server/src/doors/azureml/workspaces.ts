/** Workspaces as the resource manager shows them. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ExperimentService } from '../../capabilities/experiments/service.ts';
import type { SearchService } from '../../capabilities/search/service.ts';
import type { WorkspaceRecord, WorkspaceService } from '../../capabilities/workspaces/service.ts';
import type { Addresses } from '../../http/addresses.ts';
import type { Guard } from '../../http/guard.ts';
import { authorizeAnywhere } from '../../http/principal.ts';
import { toWireTime } from '../../http/time.ts';
import type { AzureToolbox } from './toolbox.ts';

/** Azure names a place; clients only show it. */
const LOCATION = 'local';
const WORKSPACES_MAX = 1_000;

export interface WorkspaceOptions {
	readonly app: FastifyInstance;
	readonly guard: Guard;
	readonly workspaces: WorkspaceService;
	readonly experiments: Pick<ExperimentService, 'find'>;
	readonly search: SearchService;
	readonly addresses: Addresses;
}

export function serveWorkspaces(
	{ serve }: AzureToolbox,
	{ app, guard, workspaces, experiments, search, addresses }: WorkspaceOptions,
): void {
	const present = (workspace: WorkspaceRecord, address: string): object => {
		const resource = `/subscriptions/${workspaces.subscriptionId}/resourceGroups/${workspace.resource_group}/providers`;
		const { name } = workspace;
		return {
			id: `${resource}/Microsoft.MachineLearningServices/workspaces/${name}`,
			name,
			type: 'Microsoft.MachineLearningServices/workspaces',
			location: LOCATION,
			tags: {},
			sku: { name: 'Basic', tier: 'Basic' },
			identity: { type: 'None' },
			properties: {
				workspaceId: workspace.id,
				discoveryUrl: `${address}/discovery`,
				friendlyName: name,
				description: workspace.description,
				provisioningState: 'Succeeded',
				creationTime: toWireTime(workspace.created_time),
				storageAccount: `${resource}/Microsoft.Storage/storageAccounts/${name}`,
				keyVault: `${resource}/Microsoft.KeyVault/vaults/${name}`,
				applicationInsights: `${resource}/Microsoft.Insights/components/${name}`,
				containerRegistry: null,
			},
		};
	};

	for (const service of ['', '/rp/workspaces'])
		serve({ method: 'GET', service, path: '', permission: 'workspace.read' }, ({ workspace, request }) =>
			present(workspace, addresses.own(request)),
		);

	app.get('/subscriptions', async (request) => {
		guard.screen(request.raw);
		authorizeAnywhere(await guard.admit(request.raw), 'workspace.read');
		return { value: [subscription(workspaces.subscriptionId)] };
	});

	const list = async (request: Parameters<Guard['admit']>[0], group: string | null): Promise<object> => {
		guard.screen(request);
		const principal = await guard.admit(request);
		authorizeAnywhere(principal, 'workspace.read');
		const readable = await workspaces.readable(principal.workspaceId, WORKSPACES_MAX);
		const wanted = readable.filter(({ resource_group }) => group === null || resource_group.toLowerCase() === group.toLowerCase());
		return { value: wanted.map((workspace) => present(workspace, addresses.own(request))) };
	};
	app.get('/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.MachineLearningServices/workspaces', (request) =>
		list(request.raw, (request.params as { group: string }).group),
	);
	app.get('/subscriptions/:subscription/providers/Microsoft.MachineLearningServices/workspaces', (request) => list(request.raw, null));
	// Resources of any type; the clients ask for workspaces alone, and they are all there is.
	app.get('/subscriptions/:subscription/resources', (request) => list(request.raw, null));

	// Where `get_portal_url()` leads, and what MLflow's client prints.
	const pageOf = (request: FastifyRequest, workspace: string, ...path: readonly string[]): string =>
		[`${addresses.own(request.raw)}/w`, ...[workspace, ...path].map(encodeURIComponent)].join('/');
	app.get('/runs/:run', async (request, reply) => {
		guard.screen(request.raw);
		authorizeAnywhere(await guard.admit(request.raw), 'run.read');
		const { run } = request.params as { run: string };
		const { workspaceName } = await search.run(run);
		return reply.redirect(pageOf(request, workspaceName, 'runs', run));
	});
	app.get('/experiments/:experiment', async (request, reply) => {
		guard.screen(request.raw);
		authorizeAnywhere(await guard.admit(request.raw), 'workspace.read');
		const { id, workspace_key } = await experiments.find((request.params as { experiment: string }).experiment);
		const { name } = await workspaces.byKey(workspace_key);
		return reply.redirect(pageOf(request, name, 'experiments', id));
	});
}

function subscription(id: string): object {
	return { id: `/subscriptions/${id}`, subscriptionId: id, displayName: 'Runstead', state: 'Enabled', tenantId: id };
}
