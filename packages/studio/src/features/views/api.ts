/** Reads, keeps and changes views. */
import type { View } from '@runstead/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

const PAGE_SIZE = 200;

export const viewKeys = {
	all: ['views'],
	list: (workspace: string, page: View['page']) => ['views', 'list', workspace, page],
	one: (view: string) => ['views', 'one', view],
	versions: (view: string) => ['views', 'versions', view],
} as const;

/** Views of a page, by name. */
export function viewsQuery(workspace: string, page: View['page'] = 'runs') {
	return queryOptions({
		queryKey: viewKeys.list(workspace, page),
		queryFn: async ({ signal }) =>
			(await client.call('listViews', { params: { workspace }, query: { page, limit: PAGE_SIZE }, signal })).views,
	});
}

export function viewQuery(view: string) {
	return queryOptions({
		queryKey: viewKeys.one(view),
		queryFn: ({ signal }) => client.call('getView', { params: { view }, signal }),
	});
}

export function viewVersionsQuery(view: string) {
	return infiniteQueryOptions({
		queryKey: viewKeys.versions(view),
		queryFn: ({ pageParam, signal }) =>
			client.call('listViewVersions', {
				params: { view },
				query: { limit: PAGE_SIZE, ...(pageParam !== null && { cursor: pageParam }) },
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.nextCursor,
	});
}

type State = View['state'];

export function createView(
	workspace: string,
	fields: { name: string; scope: View['scope']; page?: View['page']; experimentId?: string | null; state: State },
) {
	return client.call('createView', { params: { workspace }, body: fields });
}

export type ViewChange = Partial<Pick<View, 'name' | 'scope' | 'state' | 'isDefault'>>;

export function updateView(view: string, version: number, change: ViewChange): Promise<View> {
	return client.call('updateView', { params: { view }, body: { version, ...change } });
}

export function deleteView(view: string): Promise<void> {
	return client.call('deleteView', { params: { view } });
}

export function restoreView(view: string): Promise<View> {
	return client.call('restoreView', { params: { view } });
}
