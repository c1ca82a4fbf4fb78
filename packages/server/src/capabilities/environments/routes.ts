/** Environments over HTTP. */
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { EnvironmentService } from './service.ts';

export function serveEnvironments({ serve }: Toolbox, environments: EnvironmentService, workspaces: WorkspaceService): void {
	serve('listEnvironments', async ({ params, query }) =>
		environments.list(await workspaces.find(params.workspace), query.limit ?? 100, query.archived ?? false, query.cursor),
	);
	serve('registerEnvironment', async ({ params, body, principal, reply }) => {
		const { environment, isNew } = await environments.register(await workspaces.find(params.workspace), body, principal.name);
		if (isNew) reply.code(201);
		return environment;
	});
	serve('getEnvironment', async ({ params, query }) =>
		environments.get(await workspaces.find(params.workspace), params.environment, query.version),
	);
	serve('listEnvironmentVersions', async ({ params, query }) =>
		environments.versions(await workspaces.find(params.workspace), params.environment, query.limit ?? 100, query.cursor),
	);
	serve('archiveEnvironment', async ({ params, body, principal }) =>
		environments.archive(await workspaces.find(params.workspace), params.environment, body.archived, principal.name),
	);
}
