/** Reading runs over HTTP. */
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { SearchService } from './service.ts';

export function serveSearch({ serve }: Toolbox, search: SearchService, workspaces: WorkspaceService): void {
	serve('getRun', ({ params }) => search.run(params.run));
	serve('searchRuns', async ({ params, body }) =>
		search.search(await workspaces.find(params.workspace), { ...body, limit: body.limit ?? 100 }),
	);
}
