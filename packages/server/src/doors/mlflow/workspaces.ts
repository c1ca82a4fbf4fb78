/** Workspaces: group L of the calls, as far as they are made, found and named. */
import { LIMITS } from '@runstead/contract';
import type { WorkspaceRecord, WorkspaceService } from '../../capabilities/workspaces/service.ts';
import { message, text } from './message.ts';
import type { MlflowToolbox } from './toolbox.ts';

const PATH = '/3.0/mlflow/workspaces';

function presentWorkspace({ name, description }: Pick<WorkspaceRecord, 'name' | 'description'>): object {
	return { name, ...(description !== '' && { description }) };
}

export function serveWorkspaces({ serve }: MlflowToolbox, workspaces: WorkspaceService): void {
	serve({ method: 'GET', path: PATH, permission: 'server.read', about: null }, async () => {
		const all: object[] = [];
		let cursor: string | null | undefined;
		do {
			const page = await workspaces.list(LIMITS.pageSize.max, cursor ?? undefined);
			all.push(...page.workspaces.map(presentWorkspace));
			cursor = page.nextCursor;
		} while (cursor !== null);
		return { ...(all.length > 0 && { workspaces: all }) };
	});

	serve(
		{
			method: 'POST',
			path: PATH,
			permission: 'server.admin',
			message: message({ name: text, description: text }, ['name']),
			about: null,
		},
		async ({ message: given, principal, reply }) => {
			reply.code(201);
			return { workspace: presentWorkspace(await workspaces.create(given, principal.name)) };
		},
	);

	serve(
		{
			method: 'GET',
			path: `${PATH}/:workspace_name`,
			permission: 'workspace.read',
			message: message({ workspace_name: text }, ['workspace_name']),
			about: null,
		},
		async ({ message: { workspace_name }, authorize }) => {
			const found = await workspaces.find(workspace_name);
			await authorize({ workspace: found.id });
			return { workspace: presentWorkspace(found) };
		},
	);
}
