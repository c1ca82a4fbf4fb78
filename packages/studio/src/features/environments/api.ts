/** Reads environments and their versions. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

const PAGE_SIZE = 100;

export function environmentsQuery(workspace: string) {
	return infiniteQueryOptions({
		queryKey: ['environments', workspace, 'list'],
		queryFn: ({ pageParam, signal }) =>
			client.call('listEnvironments', {
				params: { workspace },
				query: { limit: PAGE_SIZE, ...(pageParam !== null && { cursor: pageParam }) },
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.nextCursor,
	});
}

export function environmentVersionsQuery(workspace: string, environment: string) {
	return infiniteQueryOptions({
		queryKey: ['environments', workspace, 'versions', environment],
		queryFn: ({ pageParam, signal }) =>
			client.call('listEnvironmentVersions', {
				params: { workspace, environment },
				query: { limit: PAGE_SIZE, ...(pageParam !== null && { cursor: pageParam }) },
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.nextCursor,
	});
}
