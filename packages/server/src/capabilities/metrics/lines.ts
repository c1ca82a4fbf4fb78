/** One metric of several runs as lines in columns of numbers, which a chart over a hundred runs draws without an object a point. */
import { type MetricLine, RunsteadError } from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import { type Chart, readChart } from './chart.ts';
import { type Bucket, ChartPoints } from './chart-points.ts';
import * as store from './store.ts';

export interface LineQuery {
	readonly runs: readonly string[];
	readonly metric: string;
	readonly column?: string;
	readonly x?: 'step' | 'time' | 'relative' | 'metric';
	readonly xMetric?: string;
	readonly from?: number;
	readonly to?: number;
	readonly buckets?: number;
}

const BUCKETS = 600;
/** Series that are read side by side: enough to keep the reader busy, few enough to bound the memory. */
const READ_AT_ONCE = 16;
/** Of a metric over another one, longer series are joined by their buckets. */
const JOINED_POINTS = 10_000;

/** @throws {RunsteadError} invalid-request for x = metric without xMetric. */
export async function readLines(db: Kysely<Tables>, workspaceKey: number, query: LineQuery): Promise<MetricLine[]> {
	const { runs, metric, xMetric } = query;
	if (query.x === 'metric' && xMetric === undefined)
		throw new RunsteadError('invalid-request', { what: 'x is metric: xMetric has to say which one.' });
	const drawn = columnsByRun(await store.numberColumnsOfRuns(db, workspaceKey, runs, metric), query.column);
	const over = query.x === 'metric' ? columnsByRun(await store.numberColumnsOfRuns(db, workspaceKey, runs, xMetric as string)) : null;
	const wanted = [...new Set(runs)].flatMap((run) => drawn.get(run) ?? []);
	const lines: MetricLine[] = [];
	for (let at = 0; at < wanted.length; at += READ_AT_ONCE) {
		const read = wanted.slice(at, at + READ_AT_ONCE).map(async (column) => {
			const chart = over ? await readOver(db, column, over.get(column.run), query) : await readAlong(db, column, query);
			return chart.buckets.length === 0 ? [] : [lineOf(column, chart)];
		});
		lines.push(...(await Promise.all(read)).flat());
	}
	return lines;
}

function columnsByRun(columns: readonly store.NumberColumn[], name?: string): Map<string, store.NumberColumn> {
	const byRun = new Map<string, store.NumberColumn>();
	for (const column of columns) if (!byRun.has(column.run) && (name === undefined || column.column === name)) byRun.set(column.run, column);
	return byRun;
}

function readAlong(db: Kysely<Tables>, { seriesKey, ordinal, startTime }: store.NumberColumn, query: LineQuery): Promise<Chart> {
	const { x = 'step', from = null, to = null, buckets = BUCKETS } = query;
	return readChart(db, seriesKey, { ordinal, x: x === 'metric' ? 'step' : x, startTime, from, to, buckets });
}

/** Each point stands at the latest value that the other metric has at its step or before it. */
async function readOver(
	db: Kysely<Tables>,
	column: store.NumberColumn,
	xColumn: store.NumberColumn | undefined,
	{ from, to, buckets = BUCKETS }: LineQuery,
): Promise<Chart> {
	const nothing = { count: 0, exact: true, buckets: [] };
	if (!xColumn) return nothing;
	const bySteps = { x: 'step', startTime: 0, from: null, to: null, buckets: JOINED_POINTS } as const;
	const [values, xValues] = await Promise.all(
		[column, xColumn].map(({ seriesKey, ordinal }) => readChart(db, seriesKey, { ...bySteps, ordinal })),
	);
	if (!values || !xValues) return nothing;
	const points = new ChartPoints(values.buckets.length, from ?? null, to ?? null);
	let next = 0;
	for (const { x: step, min, max, last, count } of values.buckets) {
		while (next < xValues.buckets.length && (xValues.buckets[next] as Bucket).x <= step) next++;
		const x = xValues.buckets[next - 1]?.last ?? Number.NaN;
		points.add(x, min ?? Number.NaN, max ?? Number.NaN, last, count);
	}
	points.sort();
	const isWhole = points.length <= buckets;
	return {
		count: points.countAll(),
		exact: isWhole && values.exact && xValues.exact,
		buckets: points.buckets(isWhole ? null : buckets),
	};
}

function lineOf({ run, column }: store.NumberColumn, { count, exact, buckets }: Chart): MetricLine {
	const areSingle = buckets.every((bucket) => bucket.count === 1);
	return {
		run,
		column,
		count,
		exact,
		x: buckets.map(({ x }) => x),
		last: buckets.map(({ last }) => finiteOrNull(last)),
		min: areSingle ? null : buckets.map(({ min }) => finiteOrNull(min)),
		max: areSingle ? null : buckets.map(({ max }) => finiteOrNull(max)),
	};
}

const finiteOrNull = (number: number | null): number | null => (number !== null && Number.isFinite(number) ? number : null);
