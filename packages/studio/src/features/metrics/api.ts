/** Reads metric series: summaries, buckets for charts, and points. */
import type { MetricSummary, metricRoutes, RouteResponse } from '@runstead/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

/** What is drawn of one column of a series. */
export interface ChartRequest {
	readonly run: string;
	readonly name: string;
	readonly column: string;
	readonly x: 'step' | 'time' | 'relative';
	/** Pixels that there are. */
	readonly buckets: number;
	/** What is zoomed to. */
	readonly range: { readonly from: number; readonly to: number } | null;
}

/** Points that a table or a curve over another column shows at most; the page says when there are more. */
export const POINTS_MAX = 10_000;

export const metricKeys = {
	summaries: (run: string) => ['metrics', run, 'summaries'],
	chart: (request: ChartRequest) => ['metrics', request.run, 'series', request.name, 'chart', request],
	points: (run: string, name: string) => ['metrics', run, 'series', name, 'points'],
	series: (run: string, name: string) => ['metrics', run, 'series', name],
	run: (run: string) => ['metrics', run],
} as const;

export function metricsQuery(run: string) {
	return queryOptions({
		queryKey: metricKeys.summaries(run),
		queryFn: async ({ signal }) => (await client.call('listMetrics', { params: { run }, signal })).metrics,
	});
}

export function chartQuery(request: ChartRequest) {
	const { run, name, column, x, buckets, range } = request;
	return queryOptions({
		queryKey: metricKeys.chart(request),
		queryFn: ({ signal }) => client.call('getMetricChart', { params: { run }, query: { name, column, x, buckets, ...range }, signal }),
		placeholderData: keepPreviousData,
	});
}

export function pointsQuery(run: string, name: string) {
	return queryOptions({
		queryKey: metricKeys.points(run, name),
		queryFn: ({ signal }) => client.call('getMetricPoints', { params: { run }, query: { name, limit: POINTS_MAX }, signal }),
	});
}

/** The newest document of a series: its point names an artifact of the run, or is the document itself; a text where that is no JSON. */
export function metricDocumentQuery(run: string, summary: MetricSummary) {
	const value = Object.values(summary.columns)[0]?.last;
	return queryOptions({
		queryKey: [...metricKeys.series(run, summary.name), 'document', value],
		queryFn: async ({ signal }): Promise<unknown> => {
			if (typeof value !== 'string') return value;
			if (value.trimStart().startsWith('{')) return parsedOrText(value);
			const file = await client.open('readRunFile', { params: { run, '*': value }, query: {}, signal });
			return parsedOrText(await file.text());
		},
	});
}

/** A text that is no JSON is no document; its view says so and shows it. */
function parsedOrText(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** Points asked for at once where all are read. */
const PAGE_POINTS = 50_000;

/** All points of a series, page by page. */
export async function* readPointPages(run: string, name: string) {
	let after: number | null = -1;
	while (after !== null) {
		const page: RouteResponse<(typeof metricRoutes)['getMetricPoints']> = await client.call('getMetricPoints', {
			params: { run },
			query: { name, after, limit: PAGE_POINTS },
		});
		yield page;
		after = page.next;
	}
}
