/** Compute over HTTP. */
import { VM_SIZES } from '@runstead/contract';
import { authorizeAgent } from '../../http/principal.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { AccessService } from '../access/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { ComputeService } from './service.ts';

export function serveCompute({ serve }: Toolbox, compute: ComputeService, workspaces: WorkspaceService, access: AccessService): void {
	serve('listVmSizes', async () => ({ vmSizes: [...VM_SIZES] }));
	serve('listClusters', async ({ params, query }) =>
		compute.list(await workspaces.find(params.workspace), query.limit ?? 100, query.cursor),
	);
	serve('createCluster', async ({ params, body, principal, reply }) => {
		const cluster = await compute.create(await workspaces.find(params.workspace), body, principal.name);
		reply.code(201);
		return cluster;
	});
	serve('getCluster', async ({ params }) => compute.present(await compute.find(await workspaces.find(params.workspace), params.compute)));
	serve('updateCluster', async ({ params, body, principal }) =>
		compute.update(await workspaces.find(params.workspace), params.compute, body, principal.name),
	);
	serve('deleteCluster', async ({ params, query, principal }) =>
		compute.remove(await workspaces.find(params.workspace), params.compute, query.cancelRuns ?? false, principal.name),
	);
	serve('listNodes', async ({ params }) => ({ nodes: await compute.nodes(await workspaces.find(params.workspace), params.compute) }));
	serve('listComputeEvents', async ({ params, query }) =>
		compute.events(await workspaces.find(params.workspace), params.compute, { limit: query.limit ?? 100, cursor: query.cursor }),
	);
	serve('joinNode', async ({ params, body, principal, reply }) => {
		// Its own token lets a node say again what it is, and no other.
		if (principal.agent !== null) authorizeAgent(principal, body.id);
		const workspace = await workspaces.find(params.workspace);
		const joined = await compute.join(workspace, params.compute, body);
		reply.code(201);
		return {
			...joined,
			token: await access.makeNodeToken(principal, { workspaceId: workspace.id, target: joined.target, agent: body.id }),
		};
	});
	serve('leaveNode', async ({ params, query, principal }) => {
		authorizeAgent(principal, params.node);
		return compute.leave(await workspaces.find(params.workspace), params.compute, params.node, query.preempted);
	});
	serve('preemptNode', async ({ params, body, principal }) =>
		compute.preempt(await workspaces.find(params.workspace), params.compute, params.node, {
			reason: body.reason ?? `${principal.name} has taken it away.`,
			actor: principal.name,
		}),
	);
	serve('changeNode', async ({ params, body }) =>
		compute.changeNode(await workspaces.find(params.workspace), params.compute, params.node, body),
	);
}
