/** Reads registered models and their versions. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

const PAGE_SIZE = 100;

export function modelsQuery(workspace: string, search: string) {
	return infiniteQueryOptions({
		queryKey: ['models', workspace, 'list', search],
		queryFn: ({ pageParam, signal }) =>
			client.call('listModels', {
				params: { workspace },
				query: { limit: PAGE_SIZE, ...(search !== '' && { search }), ...(pageParam !== null && { cursor: pageParam }) },
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.nextCursor,
	});
}

export function modelQuery(workspace: string, model: string) {
	return queryOptions({
		queryKey: ['models', workspace, 'one', model],
		queryFn: ({ signal }) => client.call('getModel', { params: { workspace, model }, signal }),
	});
}

export function modelVersionsQuery(workspace: string, model: string) {
	return infiniteQueryOptions({
		queryKey: ['models', workspace, 'versions', model],
		queryFn: ({ pageParam, signal }) =>
			client.call('listModelVersions', {
				params: { workspace, model },
				query: { limit: PAGE_SIZE, ...(pageParam !== null && { cursor: pageParam }) },
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.nextCursor,
	});
}

/** The versions that a run made. */
export function modelsOfRunQuery(workspace: string, runId: string) {
	return queryOptions({
		queryKey: ['models', workspace, 'of run', runId],
		queryFn: async ({ signal }) =>
			(await client.call('searchModelVersions', { params: { workspace }, query: { runId, limit: PAGE_SIZE }, signal })).versions,
	});
}
