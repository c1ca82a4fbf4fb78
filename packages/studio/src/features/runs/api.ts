/** Reads, searches and changes runs. */
import type { Lifecycle, Run, Tags } from '@runstead/contract';
import {
	type InfiniteData,
	infiniteQueryOptions,
	type QueryClient,
	queryOptions,
	useMutation,
	useQueryClient,
} from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

const PAGE_SIZE = 100;
const CHILDREN_PAGE_SIZE = 200;
const EVENTS_MAX = 1_000;

/** Which runs a list shows, in the server's words. */
export interface RunSearch {
	readonly workspace: string;
	readonly filter: string;
	readonly orderBy: string;
	readonly isAscending: boolean;
	readonly lifecycle: Lifecycle | 'all';
	readonly experimentId: string | null;
	/** Only runs without a parent. */
	readonly rootsOnly: boolean;
}

export interface RunPage {
	readonly runs: Run[];
	readonly nextCursor: string | null;
}

export const runKeys = {
	lists: ['runs', 'list'],
	list: (search: RunSearch) => ['runs', 'list', search],
	childrenOfAll: ['runs', 'children'],
	children: (run: string) => ['runs', 'children', run],
	one: (run: string) => ['runs', 'one', run],
	events: (run: string) => ['runs', 'events', run],
} as const;

const ROOTS_FILTER = 'parentId is null';

/** The filter of a search: what was typed, which must be readable, and what the list itself asks for. */
function filterOf(search: RunSearch): string | undefined {
	const typed = search.filter.trim();
	if (!search.rootsOnly) return typed === '' ? undefined : typed;
	return typed === '' ? ROOTS_FILTER : `(${typed}) and ${ROOTS_FILTER}`;
}

function searchRuns(search: RunSearch, cursor: string | null, signal?: AbortSignal): Promise<RunPage> {
	const filter = filterOf(search);
	return client.call('searchRuns', {
		params: { workspace: search.workspace },
		body: {
			limit: PAGE_SIZE,
			lifecycle: search.lifecycle,
			orderBy: { by: search.orderBy, direction: search.isAscending ? 'ascending' : 'descending' },
			...(filter !== undefined && { filter }),
			...(search.experimentId !== null && { experimentIds: [search.experimentId] }),
			...(cursor !== null && { cursor }),
		},
		...(signal && { signal }),
	});
}

export function runsQuery(search: RunSearch) {
	return infiniteQueryOptions({
		queryKey: runKeys.list(search),
		queryFn: ({ pageParam, signal }) => searchRuns(search, pageParam, signal),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.nextCursor,
	});
}

export function childrenQuery(workspace: string, parentId: string) {
	return queryOptions({
		queryKey: runKeys.children(parentId),
		queryFn: ({ signal }) =>
			client.call('searchRuns', {
				params: { workspace },
				body: {
					filter: `parentId = '${parentId}'`,
					orderBy: { by: 'number', direction: 'ascending' },
					lifecycle: 'all',
					limit: CHILDREN_PAGE_SIZE,
				},
				signal,
			}),
	});
}

/** Runs of an experiment offered where one is to be chosen. */
const RECENT_MAX = 50;

export function recentRunsQuery(workspace: string, experimentId: string) {
	return queryOptions({
		queryKey: ['runs', 'recent', workspace, experimentId],
		queryFn: ({ signal }) =>
			client.call('searchRuns', { params: { workspace }, body: { experimentIds: [experimentId], limit: RECENT_MAX }, signal }),
	});
}

export function runQuery(run: string) {
	return queryOptions({
		queryKey: runKeys.one(run),
		queryFn: ({ signal }) => client.call('getRun', { params: { run }, signal }),
	});
}

export function runEventsQuery(run: string) {
	return queryOptions({
		queryKey: runKeys.events(run),
		queryFn: async ({ signal }) => (await client.call('listRunEvents', { params: { run }, query: { limit: EVENTS_MAX }, signal })).events,
	});
}

/** Reads some runs again and puts them where lists show them; the rest of each list stays as it is. */
export async function refreshListedRuns(queries: QueryClient, workspace: string, ids: readonly string[]): Promise<void> {
	if (ids.length === 0) return;
	const filter = `id in (${ids.map((id) => `'${id}'`).join(', ')})`;
	const { runs } = await client.call('searchRuns', { params: { workspace }, body: { filter, lifecycle: 'all', limit: ids.length } });
	const fresh = new Map(runs.map((run) => [run.id, run]));
	const replace = (run: Run) => fresh.get(run.id) ?? run;
	queries.setQueriesData<InfiniteData<RunPage>>(
		{ queryKey: runKeys.lists },
		(data) => data && { ...data, pages: data.pages.map((page) => ({ ...page, runs: page.runs.map(replace) })) },
	);
	queries.setQueriesData<RunPage>({ queryKey: runKeys.childrenOfAll }, (page) => page && { ...page, runs: page.runs.map(replace) });
}

type RunChange =
	| { readonly kind: 'displayName'; readonly displayName: string }
	| { readonly kind: 'description'; readonly description: string }
	| { readonly kind: 'tag'; readonly tags: Tags }
	| { readonly kind: 'untag'; readonly key: string }
	| { readonly kind: 'cancel' }
	| { readonly kind: 'lifecycle'; readonly lifecycle: Lifecycle };

async function changeRun(run: string, change: RunChange): Promise<Run> {
	const params = { run };
	switch (change.kind) {
		case 'displayName':
			return client.call('updateRun', { params, body: { displayName: change.displayName } });
		case 'description':
			return client.call('updateRun', { params, body: { description: change.description } });
		case 'tag':
			return client.call('updateRun', { params, body: { tags: change.tags } });
		case 'untag':
			return client.call('updateRun', { params, body: { removeTags: [change.key] } });
		case 'cancel':
			return (await client.call('cancelRun', { params, body: {} })).run;
		case 'lifecycle':
			return client.call('changeLifecycle', { params, body: { lifecycle: change.lifecycle } });
	}
}

/** Changes a run; the page shows the server's answer, and reads its events again. */
export function useChangeRun(run: string) {
	const queries = useQueryClient();
	return useMutation({
		mutationFn: (change: RunChange) => changeRun(run, change),
		onSuccess: (changed) => {
			queries.setQueryData(runKeys.one(run), changed);
			void queries.invalidateQueries({ queryKey: runKeys.events(run) });
			void queries.invalidateQueries({ queryKey: runKeys.lists, refetchType: 'none' });
		},
	});
}
