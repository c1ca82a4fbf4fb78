/** Views over HTTP. */
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { ViewService } from './service.ts';

const PAGE_DEFAULT = 100;

export function serveViews({ serve }: Toolbox, views: ViewService, workspaces: WorkspaceService): void {
	serve('listViews', async ({ params, query, principal }) =>
		views.list(await workspaces.find(params.workspace), principal.name, { ...query, limit: query.limit ?? PAGE_DEFAULT }),
	);
	serve('createView', async ({ params, body, principal, reply }) => {
		const view = await views.create(await workspaces.find(params.workspace), body, principal.name);
		reply.code(201);
		return view;
	});
	serve('getView', ({ params, principal }) => views.get(params.view, principal.name));
	serve('updateView', ({ params, body, principal }) => views.update(params.view, body, principal.name));
	serve('deleteView', ({ params, principal }) => views.remove(params.view, principal.name));
	serve('restoreView', ({ params, principal }) => views.restore(params.view, principal.name));
	serve('listViewVersions', ({ params, query, principal }) =>
		views.versions(params.view, principal.name, query.limit ?? PAGE_DEFAULT, query.cursor),
	);
}
