/** Quotas over HTTP. */
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { QuotaService } from './service.ts';

export function serveQuotas({ serve }: Toolbox, quotas: QuotaService, workspaces: WorkspaceService): void {
	serve('listQuotas', async ({ params }) => ({ quotas: await quotas.list(await workspaces.find(params.workspace)) }));
	serve('setWorkspaceQuota', async ({ params, body, principal }) =>
		quotas.setForWorkspace(await workspaces.find(params.workspace), params.quota, body.limitCores, principal.name),
	);
	serve('setServerQuota', ({ params, body, principal }) => quotas.setForServer(params.quota, body.limitCores, principal.name));
	serve('listQuotaRequests', async ({ params, query }) =>
		quotas.requests(await workspaces.find(params.workspace), query.state, query.limit ?? 100, query.cursor),
	);
	serve('requestQuota', async ({ params, body, principal, reply }) => {
		const request = await quotas.request(await workspaces.find(params.workspace), body, principal.name);
		reply.code(201);
		return request;
	});
	serve('decideQuotaRequest', async ({ params, body, principal }) =>
		quotas.decide(await workspaces.find(params.workspace), params.request, body, principal.name),
	);
}
