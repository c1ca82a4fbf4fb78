/** Finds runs, experiments, models and prompts by what somebody types: a number, the beginning of an id, a part of a name. */
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';
import { foundRunsFilter } from './found-runs-filter.ts';

const FOUND_RUNS_MAX = 12;
const FOUND_MODELS_MAX = 12;

export function foundRunsQuery(workspace: string, typed: string) {
	return queryOptions({
		queryKey: ['runs', 'found', workspace, typed],
		queryFn: async ({ signal }) =>
			(
				await client.call('searchRuns', {
					params: { workspace },
					body: { filter: foundRunsFilter(typed), lifecycle: 'all', limit: FOUND_RUNS_MAX },
					signal,
				})
			).runs,
		enabled: typed !== '',
		staleTime: 5_000,
	});
}

/** Models, and prompts, which are kept as models. */
export function foundModelsQuery(workspace: string, typed: string) {
	return queryOptions({
		queryKey: ['models', workspace, 'found', typed],
		queryFn: async ({ signal }) =>
			(await client.call('listModels', { params: { workspace }, query: { search: typed, limit: FOUND_MODELS_MAX }, signal })).models,
		enabled: typed !== '',
		staleTime: 5_000,
	});
}

/** One among more experiments than are listed: by its whole name. */
export function experimentOfNameQuery(workspace: string, name: string) {
	return queryOptions({
		queryKey: ['experiments', 'named', workspace, name],
		queryFn: async ({ signal }) =>
			(await client.call('listExperiments', { params: { workspace }, query: { name, limit: 1 }, signal })).experiments,
		enabled: name !== '',
	});
}
