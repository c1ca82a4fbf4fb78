/** Reads what charts over runs are drawn from: the runs, and the lines of a metric. */
import { type Run, SYSTEM_METRIC_PREFIX } from '@runstead/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';
import type { ChartRange } from '../../shared/charts/line-data.ts';
import { orderOfSearch, type RunSearch, scopeOf } from '../runs/api.ts';
import type { LineAxis } from './chart-spec.ts';

export interface LinesRequest {
	readonly workspace: string;
	readonly runs: readonly string[];
	readonly metric: string;
	readonly x: LineAxis;
	readonly xMetric?: string;
	/** Pixels that there are. */
	readonly buckets: number;
	readonly range: ChartRange | null;
}

export const chartKeys = {
	all: ['run charts'],
	runs: ['run charts', 'runs'],
	linesOf: (metric: string) => ['run charts', 'lines', metric],
} as const;

export function linesQuery(request: LinesRequest) {
	const { workspace, runs, metric, x, xMetric, buckets, range } = request;
	return queryOptions({
		queryKey: [...chartKeys.linesOf(metric), request],
		queryFn: async ({ signal }) => {
			const body = { runs: [...runs], metric, x, buckets, ...range, ...(xMetric !== undefined && { xMetric }) };
			return (await client.call('readMetricLines', { params: { workspace }, body, signal })).lines;
		},
		placeholderData: keepPreviousData,
	});
}

/** Runs that say what is drawn while nobody has chosen. */
export const SAMPLE_RUNS = 5;

/** Metrics that the first of the runs hold as numbers, the most common first. */
export function usualMetricsQuery(search: RunSearch, selected: readonly string[]) {
	return queryOptions({
		queryKey: [...chartKeys.runs, 'usual metrics', search, selected],
		queryFn: async ({ signal }) => {
			const counts = new Map<string, number>();
			for (const { metrics } of await readDrawnRuns(search, selected, SAMPLE_RUNS, 'metrics', signal))
				for (const { name, kind, columns } of Object.values(metrics))
					if (kind === 'scalar' && !name.startsWith(SYSTEM_METRIC_PREFIX) && typeof Object.values(columns)[0]?.last === 'number')
						counts.set(name, (counts.get(name) ?? 0) + 1);
			return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([name]) => name);
		},
		placeholderData: keepPreviousData,
	});
}

/** The runs that charts draw: those that were chosen, else the first of the list; `fields` names what they bring along. */
export function drawnRunsQuery(search: RunSearch, selected: readonly string[], count: number, fields: string) {
	return queryOptions({
		queryKey: [...chartKeys.runs, search, selected, count, fields],
		queryFn: ({ signal }) => readDrawnRuns(search, selected, count, fields, signal),
		placeholderData: keepPreviousData,
	});
}

async function readDrawnRuns(
	search: RunSearch,
	selected: readonly string[],
	limit: number,
	fields: string,
	signal: AbortSignal,
): Promise<Run[]> {
	const scope =
		selected.length > 0 ? { filter: `id in (${selected.map((id) => `'${id}'`).join(', ')})`, lifecycle: 'all' as const } : scopeOf(search);
	const body = { ...scope, orderBy: orderOfSearch(search), fields, limit };
	return (await client.call('searchRuns', { params: { workspace: search.workspace }, body, signal })).runs;
}
