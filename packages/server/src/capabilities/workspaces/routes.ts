/** Workspaces over HTTP. */
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from './service.ts';

export function serveWorkspaces({ serve }: Toolbox, workspaces: WorkspaceService): void {
	serve('listWorkspaces', ({ query }) => workspaces.list(query.limit ?? 100, query.cursor));
	serve('createWorkspace', ({ body, principal, reply }) => {
		reply.code(201);
		return workspaces.create(body, principal.name);
	});
	serve('getWorkspace', async ({ params }) => workspaces.present(await workspaces.find(params.workspace)));
	serve('updateWorkspace', ({ params, body }) => workspaces.describe(params.workspace, body.description));
}
