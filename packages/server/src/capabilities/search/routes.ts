/** Reading runs over HTTP. */
import { Readable } from 'node:stream';
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { SearchService } from './service.ts';

const FIELD_NAMES_DEFAULT = 500;
const GROUPS_DEFAULT = 200;

export function serveSearch({ serve }: Toolbox, search: SearchService, workspaces: WorkspaceService): void {
	serve('getRun', ({ params, query }) => search.run(params.run, query.fields));
	serve('searchRuns', async ({ params, body }) =>
		search.search(await workspaces.find(params.workspace), { ...body, limit: body.limit ?? 100 }),
	);
	serve('listRunFields', async ({ params, query }) =>
		search.fields(await workspaces.find(params.workspace), {
			...query,
			contains: query.contains ?? '',
			limit: query.limit ?? FIELD_NAMES_DEFAULT,
			rootsOnly: query.rootsOnly ?? false,
		}),
	);
	serve('groupRuns', async ({ params, body }) =>
		search.groups(await workspaces.find(params.workspace), {
			...body,
			aggregates: body.aggregates ?? [],
			limit: body.limit ?? GROUPS_DEFAULT,
		}),
	);
	serve('summarizeRuns', async ({ params, body }) => search.summary(await workspaces.find(params.workspace), body));
	serve('exportRuns', async ({ params, query, reply }) => {
		const { experimentId, experimentIds, orderBy, direction = 'descending', ...scope } = query;
		const lines = await search.csv(await workspaces.find(params.workspace), {
			...scope,
			...(experimentId !== undefined && { experimentIds: [experimentId] }),
			...(experimentIds !== undefined && { experimentIds: experimentIds.split(',').filter((id) => id !== '') }),
			...(orderBy !== undefined && { orderBy: { by: orderBy, direction } }),
		});
		reply.header('content-type', 'text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="runs.csv"');
		return reply.send(Readable.from(lines));
	});
}
