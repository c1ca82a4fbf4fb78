/** Reads experiments. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

const PAGE_SIZE = 100;

export const experimentKeys = {
	all: ['experiments'],
	list: (workspace: string) => ['experiments', 'list', workspace],
	one: (experiment: string) => ['experiments', 'one', experiment],
} as const;

export function experimentsQuery(workspace: string) {
	return infiniteQueryOptions({
		queryKey: experimentKeys.list(workspace),
		queryFn: ({ pageParam, signal }) =>
			client.call('listExperiments', {
				params: { workspace },
				query: { limit: PAGE_SIZE, ...(pageParam !== null && { cursor: pageParam }) },
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.nextCursor,
	});
}

export function experimentQuery(experiment: string) {
	return queryOptions({
		queryKey: experimentKeys.one(experiment),
		queryFn: ({ signal }) => client.call('getExperiment', { params: { experiment }, signal }),
	});
}
