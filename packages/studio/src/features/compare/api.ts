/** Reads the runs that are compared. */
import type { Run } from '@runstead/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';
import { runKeys } from '../runs/api.ts';
import { idsFilter } from '../runs/ids-filter.ts';

export interface ComparedRuns {
	/** In the order in which they were asked for. */
	readonly runs: readonly Run[];
	/** Ids that the workspace does not have. */
	readonly missing: readonly string[];
}

export function comparedRunsQuery(workspace: string, ids: readonly string[]) {
	return queryOptions({
		queryKey: [...runKeys.all, 'compared', workspace, ids],
		queryFn: async ({ signal }): Promise<ComparedRuns> => {
			const { runs } = await client.call('searchRuns', {
				params: { workspace },
				body: { filter: idsFilter(ids), lifecycle: 'all', limit: ids.length },
				signal,
			});
			const byId = new Map(runs.map((run) => [run.id, run]));
			return { runs: ids.flatMap((id) => byId.get(id) ?? []), missing: ids.filter((id) => !byId.has(id)) };
		},
		placeholderData: keepPreviousData,
		enabled: ids.length > 0,
	});
}
