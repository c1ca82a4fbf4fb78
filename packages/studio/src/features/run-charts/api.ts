/** Reads what charts over runs are drawn from: the runs, and the lines of a metric. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';
import type { ChartRange } from '../../shared/charts/line-data.ts';
import { type RunSearch, readFirstRuns } from '../runs/api.ts';
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

/** The runs that charts draw: those that were chosen, else the first of the list; `fields` names what they bring along. */
export function drawnRunsQuery(search: RunSearch, selected: readonly string[], count: number, fields: string) {
	return queryOptions({
		queryKey: [...chartKeys.runs, search, selected, count, fields],
		queryFn: ({ signal }) => readFirstRuns(search, selected, count, fields, signal),
		placeholderData: keepPreviousData,
	});
}
