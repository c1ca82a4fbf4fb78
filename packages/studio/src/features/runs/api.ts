/** Reads, searches and changes runs. */
import { LIMITS, type Lifecycle, type Run, type RunsChange, type Sparkline, type Tags } from '@runstead/contract';
import { keepPreviousData, type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';
import { writtenName } from './filter-complete.ts';
import { type GrowingRuns, growingRuns } from './growing-runs.ts';
import { idsByFilter, idsFilter } from './ids-filter.ts';
import { PAGE_RUNS, type RunPage } from './run-pages.ts';
import { type UsualMetrics, usualMetricsOf } from './usual-metrics.ts';

export type { RunPage } from './run-pages.ts';

/** Names of each kind that are read at once. */
const NAMES_MAX = 1_000;
/** Groups that are read at first, and when more are asked for. */
const GROUPS_SHOWN = 200;
export const GROUPS_MAX = LIMITS.pageSize.max;
const CHILDREN_PAGE_SIZE = 200;
const EVENTS_MAX = 1_000;

/** Which runs a list shows, in the server's words. */
export interface RunSearch {
	readonly workspace: string;
	readonly filter: string;
	readonly orderBy: string;
	readonly isAscending: boolean;
	readonly lifecycle: Lifecycle | 'all';
	/** Only runs of these; all for none. */
	readonly experimentIds: readonly string[];
	/** Only runs without a parent. */
	readonly rootsOnly: boolean;
}

export const runKeys = {
	all: ['runs'],
	childrenOfAll: ['runs', 'children'],
	children: (run: string) => ['runs', 'children', run],
	groups: ['runs', 'groups'],
	summaries: ['runs', 'summary'],
	fields: ['runs', 'fields'],
	usualMetrics: ['runs', 'usual metrics'],
	one: (run: string) => ['runs', 'one', run],
	whole: (run: string) => ['runs', 'one', run, 'whole'],
	events: (run: string) => ['runs', 'events', run],
} as const;

const ROOTS_FILTER = 'parentId is null';

/** The filter of a search: what was typed, which must be readable, and what the list itself asks for. */
function filterOf(search: Pick<RunSearch, 'filter' | 'rootsOnly'>, ...more: readonly string[]): string | undefined {
	const typed = search.filter.trim();
	const parts = [...(typed === '' ? [] : [typed]), ...(search.rootsOnly ? [ROOTS_FILTER] : []), ...more];
	return parts.length > 1 ? parts.map((part) => `(${part})`).join(' and ') : parts[0];
}

/** What of a search says which runs are meant. */
function scopeOf(search: RunSearch, ...more: readonly string[]) {
	const filter = filterOf(search, ...more);
	return {
		lifecycle: search.lifecycle,
		...(filter !== undefined && { filter }),
		...(search.experimentIds.length > 0 && { experimentIds: [...search.experimentIds] }),
	};
}

function orderOfSearch({ orderBy, isAscending }: RunSearch) {
	return { by: orderBy, direction: isAscending ? ('ascending' as const) : ('descending' as const) };
}

/** Runs that say what is shown and drawn while nobody has chosen. */
export const SAMPLE_RUNS = 5;

/** Of the first of the runs. */
export function usualMetricsQuery(search: RunSearch, selected: readonly string[]) {
	return queryOptions({
		queryKey: [...runKeys.usualMetrics, search, selected],
		queryFn: async ({ signal }): Promise<UsualMetrics> => {
			return usualMetricsOf(await readFirstRuns(search, selected, SAMPLE_RUNS, 'metrics', signal));
		},
		placeholderData: keepPreviousData,
	});
}

/** The runs that are named, else the first of a search; `fields` says what they bring along. */
export async function readFirstRuns(
	search: RunSearch,
	selected: readonly string[],
	limit: number,
	fields: string,
	signal: AbortSignal,
): Promise<Run[]> {
	const scope = selected.length > 0 ? { filter: idsFilter(selected), lifecycle: 'all' as const } : scopeOf(search);
	const body = { ...scope, orderBy: orderOfSearch(search), fields, limit };
	return (await client.call('searchRuns', { params: { workspace: search.workspace }, body, signal })).runs;
}

/** One page of a list; `fields` names what its runs bring along. */
export function readRuns(search: RunSearch, fields: string, cursor: string | null, signal: AbortSignal): Promise<RunPage> {
	return client.call('searchRuns', {
		params: { workspace: search.workspace },
		body: { ...scopeOf(search), orderBy: orderOfSearch(search), fields, limit: PAGE_RUNS, ...(cursor !== null && { cursor }) },
		signal,
	});
}

export function childRuns(workspace: string, parentId: string, fields?: string): GrowingRuns {
	return growingRuns([...runKeys.children(parentId), fields], (cursor, signal) =>
		client.call('searchRuns', {
			params: { workspace },
			body: {
				filter: `parentId = '${parentId}'`,
				orderBy: { by: 'number', direction: 'ascending' },
				lifecycle: 'all',
				limit: CHILDREN_PAGE_SIZE,
				...(fields !== undefined && { fields }),
				...(cursor !== null && { cursor }),
			},
			...(signal !== undefined && { signal }),
		}),
	);
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

/** The runs of one group. */
export function groupRuns(search: RunSearch, condition: string, fields: string): GrowingRuns {
	return growingRuns([...runKeys.groups, 'runs', search, condition, fields], (cursor, signal) =>
		client.call('searchRuns', {
			params: { workspace: search.workspace },
			body: {
				...scopeOf(search, condition),
				orderBy: orderOfSearch(search),
				fields,
				limit: PAGE_RUNS,
				...(cursor !== null && { cursor }),
			},
			...(signal !== undefined && { signal }),
		}),
	);
}

export function groupsQuery(search: RunSearch, by: string, aggregates: readonly string[], limit = GROUPS_SHOWN) {
	return queryOptions({
		queryKey: [...runKeys.groups, scopeOf(search), search.workspace, by, aggregates, limit],
		queryFn: ({ signal }) =>
			client.call('groupRuns', {
				params: { workspace: search.workspace },
				body: { ...scopeOf(search), by, aggregates: [...aggregates], limit },
				signal,
			}),
		placeholderData: keepPreviousData,
	});
}

export function summaryQuery(search: RunSearch) {
	return queryOptions({
		queryKey: [...runKeys.summaries, search.workspace, scopeOf(search)],
		queryFn: ({ signal }) => client.call('summarizeRuns', { params: { workspace: search.workspace }, body: scopeOf(search), signal }),
		placeholderData: keepPreviousData,
	});
}

/** How many child runs the filter of a search finds, where the list shows them only under their parents. */
export function childMatchesQuery(search: RunSearch) {
	const body = scopeOf({ ...search, rootsOnly: false }, 'parentId is not null');
	return queryOptions({
		queryKey: [...runKeys.summaries, search.workspace, body],
		queryFn: ({ signal }) => client.call('summarizeRuns', { params: { workspace: search.workspace }, body, signal }),
		select: ({ runCount }) => runCount,
	});
}

/** Names in use; `contains` narrows them where there are more than one answer holds. Common are those of runs without a parent, unless all are asked for. */
export function fieldsQuery(workspace: string, experimentId: string | null, contains = '', rootsOnly = true) {
	return queryOptions({
		queryKey: [...runKeys.fields, workspace, experimentId, contains, rootsOnly],
		queryFn: ({ signal }) =>
			client.call('listRunFields', {
				params: { workspace },
				query: { limit: NAMES_MAX, rootsOnly, ...(experimentId !== null && { experimentId }), ...(contains !== '' && { contains }) },
				signal,
			}),
		placeholderData: keepPreviousData,
	});
}

export async function readSparklines(workspace: string, metric: string, runs: readonly string[]): Promise<Sparkline[]> {
	return (await client.call('readSparklines', { params: { workspace }, body: { runs: [...runs], metric } })).sparklines;
}

export function changeRuns(workspace: string, runs: readonly string[], change: RunsChange) {
	return client.call('changeRuns', { params: { workspace }, body: { runs: [...runs], change } });
}

/** Ids of all runs that match, a thousand a request. */
export async function readAllIds(search: RunSearch, onProgress: (count: number) => void, isStopped: () => boolean): Promise<string[]> {
	const ids: string[] = [];
	let cursor: string | null = null;
	do {
		const page: RunPage = await client.call('searchRuns', {
			params: { workspace: search.workspace },
			body: {
				...scopeOf(search),
				orderBy: orderOfSearch(search),
				fields: '',
				limit: LIMITS.pageSize.max,
				...(cursor !== null && { cursor }),
			},
		});
		ids.push(...page.runs.map(({ id }) => id));
		cursor = page.nextCursor;
		onProgress(ids.length);
	} while (cursor !== null && !isStopped());
	return ids;
}

/** Runs by id with one of their tags, as many a request as a filter can name. */
export async function readRunsWithTag(
	workspace: string,
	ids: readonly string[],
	key: string,
	onProgress: (count: number) => void,
	isStopped: () => boolean,
): Promise<Run[]> {
	const read: Run[] = [];
	for (const some of idsByFilter(ids)) {
		if (isStopped()) break;
		const { runs } = await client.call('searchRuns', {
			params: { workspace },
			body: { filter: idsFilter(some), fields: `tags.${writtenName(key)}`, lifecycle: 'all', limit: some.length },
		});
		read.push(...runs);
		onProgress(read.length);
	}
	return read;
}

/** Where the browser downloads every run that matches. */
export function exportAddress(search: RunSearch, fields: string, runs: readonly string[] = []): string {
	const { filter, lifecycle } = scopeOf(search, ...(runs.length > 0 ? [idsFilter(runs)] : []));
	return client.address('exportRuns', {
		params: { workspace: search.workspace },
		query: {
			lifecycle,
			fields,
			orderBy: search.orderBy,
			direction: orderOfSearch(search).direction,
			...(filter !== undefined && { filter }),
			...(search.experimentIds.length > 0 && { experimentIds: search.experimentIds.join(',') }),
		},
	});
}

/** All but the metrics, of which there may be thousands: what draws them reads them itself. As in page-preloads.ts. */
const RUN_FIELDS = 'params,tags,properties';

export function runQuery(run: string) {
	return queryOptions({
		queryKey: runKeys.one(run),
		queryFn: ({ signal }) => client.call('getRun', { params: { run }, query: { fields: RUN_FIELDS }, signal }),
	});
}

/** Runs of which only the ids are known, by those; what the workspace does not have is not among them. */
export function runsByIdQuery(workspace: string, ids: readonly string[]) {
	return queryOptions({
		queryKey: [...runKeys.all, 'by id', workspace, ids],
		queryFn: async ({ signal }): Promise<ReadonlyMap<string, Run>> => {
			const found = new Map<string, Run>();
			for (const some of idsByFilter(ids)) {
				const body = { filter: idsFilter(some), lifecycle: 'all' as const, fields: '', limit: some.length };
				for (const run of (await client.call('searchRuns', { params: { workspace }, body, signal })).runs) found.set(run.id, run);
			}
			return found;
		},
		placeholderData: keepPreviousData,
		enabled: ids.length > 0,
	});
}

/** The run as the API gives it. */
export function wholeRunQuery(run: string) {
	return queryOptions({
		queryKey: runKeys.whole(run),
		queryFn: ({ signal }) => client.call('getRun', { params: { run }, signal }),
	});
}

export function runEventsQuery(run: string) {
	return queryOptions({
		queryKey: runKeys.events(run),
		queryFn: async ({ signal }) => (await client.call('listRunEvents', { params: { run }, query: { limit: EVENTS_MAX }, signal })).events,
	});
}

/** Reads some runs again: whoever shows them puts them where they stand. */
export async function readRunsAgain(queries: QueryClient, workspace: string, ids: readonly string[], fields: string): Promise<Run[]> {
	if (ids.length === 0) return [];
	const filter = idsFilter(ids);
	const { runs } = await client.call('searchRuns', {
		params: { workspace },
		body: { filter, fields, lifecycle: 'all', limit: ids.length },
	});
	const fresh = new Map(runs.map((run) => [run.id, run]));
	const replace = (run: Run) => fresh.get(run.id) ?? run;
	for (const queryKey of [runKeys.childrenOfAll, [...runKeys.groups, 'runs']])
		queries.setQueriesData<RunPage>({ queryKey }, (page) => page && { ...page, runs: page.runs.map(replace) });
	return runs;
}

export function supportBundleAddress(run: string): string {
	return client.address('downloadSupportBundle', { params: { run } });
}

export type RunChange =
	| { readonly kind: 'displayName'; readonly displayName: string }
	| { readonly kind: 'description'; readonly description: string }
	| { readonly kind: 'tag'; readonly tags: Tags }
	| { readonly kind: 'untag'; readonly key: string }
	| { readonly kind: 'cancel' }
	| { readonly kind: 'lifecycle'; readonly lifecycle: Lifecycle };

export async function changeRun(run: string, change: RunChange): Promise<Run> {
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
			void queries.invalidateQueries({ queryKey: runKeys.childrenOfAll, refetchType: 'none' });
		},
	});
}
