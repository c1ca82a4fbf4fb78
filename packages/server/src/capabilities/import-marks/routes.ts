/** Import marks over HTTP. */
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { ImportMarkService } from './service.ts';

const PAGE_DEFAULT = 100;

export function serveImportMarks({ serve }: Toolbox, importMarks: ImportMarkService, workspaces: WorkspaceService): void {
	serve('listImportMarks', async ({ params, query }) =>
		importMarks.list(await workspaces.find(params.workspace), { ...query, limit: query.limit ?? PAGE_DEFAULT }),
	);
	serve('getImportMark', async ({ params }) => importMarks.get(await workspaces.find(params.workspace), params.subject));
	serve('putImportMark', async ({ params, body }) => importMarks.put(await workspaces.find(params.workspace), params.subject, body));
}
