/** A query of metrics as Azure's clients send it, in the words of workspace metrics. */
import {
	METRIC_AGGREGATIONS,
	METRIC_GRAINS_SECONDS,
	type MetricAggregation,
	RunsteadError,
	type WorkspaceMetricQuery,
} from '@runstead/contract';
import { parseDimensionConditions } from './dimension-conditions.ts';

const DEFAULT_SPAN_MS = 3_600_000;
/** Azure's default is one grain for the whole time where none is said to the plane of management; a minute is what both clients show. */
const DEFAULT_GRAIN_SECONDS = 60;
const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i;

/** What is asked, by the names of the query string of either plane. */
export interface AzureMetricQuery {
	readonly timespan?: string;
	readonly starttime?: string;
	readonly endtime?: string;
	readonly interval?: string;
	readonly metricnames?: string;
	readonly metricnamespace?: string;
	readonly aggregation?: string;
	readonly filter?: string;
	readonly top?: string;
	readonly orderby?: string;
	readonly rollupby?: string;
}

const listOf = (text: string | undefined): string[] =>
	(text ?? '')
		.split(',')
		.map((one) => one.trim())
		.filter((one) => one !== '');

/** @throws {RunsteadError} invalid-request. */
function grainOf(interval: string | undefined): (typeof METRIC_GRAINS_SECONDS)[number] {
	if (interval === undefined || interval === '') return DEFAULT_GRAIN_SECONDS;
	const [, days, hours, minutes, seconds] = DURATION.exec(interval) ?? [];
	const length = Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
	const grain = METRIC_GRAINS_SECONDS.find((one) => one === length);
	if (grain === undefined)
		throw new RunsteadError('invalid-request', {
			what: `The interval ${JSON.stringify(interval)} is not supported; there are PT1M, PT5M, PT15M, PT30M, PT1H, PT6H, PT12H and P1D.`,
		});
	return grain;
}

/** Azure takes times without a zone for UTC; a plus that was not encoded has become a space. */
function timeOf(text: string, name: string): string {
	const zoned = /(?:Z|[+ -]\d{2}:\d{2})$/i.test(text) ? text.replace(/ (\d{2}:\d{2})$/, '+$1') : `${text}Z`;
	const time = Date.parse(zoned);
	if (Number.isNaN(time)) throw new RunsteadError('invalid-request', { what: `${name} is ${JSON.stringify(text)}, not an ISO 8601 time.` });
	return new Date(time).toISOString();
}

function spanOf({ timespan, starttime, endtime }: AzureMetricQuery, nowMs: number): { from: string; to: string } {
	const [start = starttime, end = endtime] = timespan ? timespan.split('/') : [];
	const to = end ? timeOf(end, 'The end') : new Date(nowMs).toISOString();
	return { from: start ? timeOf(start, 'The start') : new Date(Date.parse(to) - DEFAULT_SPAN_MS).toISOString(), to };
}

/** @throws {RunsteadError} invalid-request. */
function aggregationOf(text: string): MetricAggregation {
	const word = text.toLowerCase() === 'sum' ? 'total' : text.toLowerCase();
	const found = METRIC_AGGREGATIONS.find((one) => one === word);
	if (found === undefined)
		throw new RunsteadError('invalid-request', {
			what: `${JSON.stringify(text)} is not an aggregation; there are ${METRIC_AGGREGATIONS.join(', ')}.`,
		});
	return found;
}

/** One query for each metric that is named. @throws {RunsteadError} invalid-request. */
export function metricQueriesOf(
	asked: AzureMetricQuery,
	nowMs: number,
): { queries: WorkspaceMetricQuery[]; interval: string; from: string; to: string } {
	const names = listOf(asked.metricnames);
	if (names.length === 0)
		throw new RunsteadError('invalid-request', { what: 'metricnames is missing: the names of metrics, with commas between.' });
	const { filter, splitBy } = parseDimensionConditions(asked.filter ?? '');
	const rolledUp = new Set(listOf(asked.rollupby).map((name) => name.toLowerCase()));
	const top = asked.top === undefined ? undefined : Number(asked.top);
	if (top !== undefined && !(Number.isInteger(top) && top >= 1 && top <= 1_000))
		throw new RunsteadError('invalid-request', { what: `top is ${JSON.stringify(asked.top)}, not a whole number from 1 to 1000.` });
	const [orderBy, direction] = (asked.orderby ?? '').trim().split(/\s+/);
	const span = spanOf(asked, nowMs);
	const grainSeconds = grainOf(asked.interval);
	const aggregations = listOf(asked.aggregation).map(aggregationOf);
	const common = {
		...span,
		grainSeconds,
		...(asked.metricnamespace && { namespace: asked.metricnamespace }),
		...(aggregations.length > 0 && { aggregations: [...new Set(aggregations)] }),
		filter,
		splitBy: splitBy.filter((name) => !rolledUp.has(name.toLowerCase())),
		...(top !== undefined && { top }),
		...(orderBy ? { orderBy: aggregationOf(orderBy), ascending: direction?.toLowerCase() === 'asc' } : {}),
	};
	return { queries: names.map((metric) => ({ ...common, metric })), interval: asked.interval ?? 'PT1M', ...span };
}
