/** `traces/metrics`: numbers over the traces of experiments, their spans and their assessments. */
import { checkLimit } from '@runstead/contract';
import {
	COSTS,
	TOKEN_COUNTS,
	type TraceAggregation,
	type TraceCondition,
	type TraceDimension,
	type TraceMeasure,
	type TraceMetricsQuery,
} from '../../capabilities/traces/service.ts';
import { traceConditions } from '../../capabilities/traces/trace-filter.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { type Clause, parseFilter } from '../../formats/mlflow-filter.ts';
import { invalidParameter } from './errors.ts';
import { keysOfExperiments } from './experiments.ts';
import { double, experimentIdText, integer, listOf, message, oneOf, part, text } from './message.ts';
import { checkMaxResults } from './paging.ts';
import type { MlflowToolbox } from './toolbox.ts';

const RESULTS_DEFAULT = 1_000;
const RESULTS_MAX = 50_000;
/** Beyond it, its microseconds are no whole numbers. */
const INTERVAL_SECONDS_MAX = Math.floor(Number.MAX_SAFE_INTEGER / 1_000_000);

const VIEWS = { TRACES: 1, SPANS: 2, ASSESSMENTS: 3 } as const;
const AGGREGATIONS = { COUNT: 1, SUM: 2, AVG: 3, PERCENTILE: 4, MIN: 5, MAX: 6 } as const;
type View = keyof typeof VIEWS;
type AggregationName = keyof typeof AGGREGATIONS;

interface Metric {
	readonly measure: TraceMeasure;
	readonly aggregations: readonly AggregationName[];
	/** By MLflow's names. */
	readonly dimensions: Readonly<Record<string, TraceDimension>>;
}

const COUNT: readonly AggregationName[] = ['COUNT'];
const SPREAD: readonly AggregationName[] = ['AVG', 'MAX', 'MIN', 'PERCENTILE'];
const TOTALS: readonly AggregationName[] = [...SPREAD, 'SUM'];
const MODEL = { span_model_name: 'model', span_model_provider: 'provider' } as const;

const METRICS: Readonly<Record<View, Readonly<Record<string, Metric>>>> = {
	TRACES: {
		trace_count: { measure: 'count', aggregations: COUNT, dimensions: { trace_name: 'name', trace_status: 'status' } },
		session_count: { measure: 'sessions', aggregations: COUNT, dimensions: {} },
		latency: { measure: 'latency', aggregations: SPREAD, dimensions: { trace_name: 'name' } },
		...Object.fromEntries(
			TOKEN_COUNTS.map((measure) => [measure, { measure, aggregations: TOTALS, dimensions: { trace_name: 'name' } }] as const),
		),
	},
	SPANS: {
		span_count: {
			measure: 'count',
			aggregations: COUNT,
			dimensions: { span_name: 'name', span_type: 'type', span_status: 'status', ...MODEL },
		},
		latency: { measure: 'latency', aggregations: SPREAD, dimensions: { span_name: 'name', span_status: 'status' } },
		...Object.fromEntries(COSTS.map((measure) => [measure, { measure, aggregations: TOTALS, dimensions: MODEL }] as const)),
	},
	ASSESSMENTS: {
		assessment_count: { measure: 'count', aggregations: COUNT, dimensions: { assessment_name: 'name', assessment_value: 'value' } },
		assessment_value: { measure: 'value', aggregations: SPREAD, dimensions: { assessment_name: 'name' } },
	},
};

function metricOf(view: View, name: string): Metric {
	const metric = Object.hasOwn(METRICS[view], name) ? METRICS[view][name] : undefined;
	if (metric === undefined) throw invalidParameter(`metric_name must be one of ${Object.keys(METRICS[view]).join(', ')}, got '${name}'`);
	return metric;
}

interface GivenAggregation {
	readonly aggregation_type?: AggregationName;
	readonly percentile_value?: number;
}

function aggregationOf({ aggregation_type: name, percentile_value: percent }: GivenAggregation, metric: Metric): TraceAggregation {
	if (name === undefined || !metric.aggregations.includes(name))
		throw invalidParameter(`Found invalid aggregation_type(s): ${name}. Supported aggregation types: ${metric.aggregations.join(', ')}`);
	if (name !== 'PERCENTILE') {
		if (percent !== undefined) throw invalidParameter(`Percentile value is only allowed for PERCENTILE aggregation type, got ${name}`);
		return { kind: name.toLowerCase() as 'count' | 'sum' | 'avg' | 'min' | 'max' };
	}
	if (percent === undefined || !(percent >= 0 && percent <= 100))
		throw invalidParameter(`Percentile value must be between 0 and 100, got ${percent}`);
	return { kind: 'percentile', percent };
}

/** As Python writes a number: a whole one ends in `.0`. */
function aggregationName(aggregation: TraceAggregation): string {
	if (aggregation.kind !== 'percentile') return aggregation.kind.toUpperCase();
	return `P${aggregation.percent}${Number.isInteger(aggregation.percent) ? '.0' : ''}`;
}

const OWN_FIELDS = { SPANS: ['name', 'status', 'type'], ASSESSMENTS: ['name', 'type'], TRACES: [] } as const;
const OWN_ENTITIES = { SPANS: 'span', ASSESSMENTS: 'assessment', TRACES: null } as const;

/** What a filter asks of the trace, and what of the span or assessment itself. @throws {MlflowError} INVALID_PARAMETER_VALUE. */
function filtersOf(filters: readonly string[], view: View): Pick<TraceMetricsQuery, 'conditions' | 'own'> {
	const conditions: TraceCondition[] = [];
	const own: TraceMetricsQuery['own'][number][] = [];
	for (const filter of filters) {
		const [clause, ...more] = parseFilter(filter);
		if (clause === undefined || more.length > 0) throw invalidParameter(`Invalid filter: '${filter}'. Expected one filter clause.`);
		const value = checkedValue(clause);
		const { entity, key, text: written } = clause.identifier;
		if (entity === 'trace') {
			const inTrace = /^(?:status|(?:tag|metadata)\..+)$/s.test(key);
			if (!inTrace)
				throw invalidParameter(`Invalid entity '${key}' specified for view type 'trace'. Valid entities are status, tag, metadata`);
			conditions.push(...traceConditions(filter.replace(/^\s*[`"']?trace[`"']?\./, '')));
			continue;
		}
		const field = OWN_FIELDS[view].find((one) => one === key);
		if (entity === null || entity !== OWN_ENTITIES[view] || field === undefined)
			throw invalidParameter(`Invalid identifier '${written}' in a filter of ${view}.`);
		own.push({ field, value });
	}
	return { conditions, own };
}

function checkDistinct(what: string, entries: readonly string[]): void {
	if (new Set(entries).size < entries.length) throw invalidParameter(`${what} names the same twice.`);
}

function checkedValue({ comparator, value, identifier }: Clause): string {
	if (comparator !== '=') throw invalidParameter(`Invalid comparator: '${comparator}', only '=' operator is supported`);
	if (typeof value !== 'string') throw invalidParameter(`Expected a quoted string value for ${identifier.text}. Got value ${value}`);
	return value;
}

export function serveTraceMetrics({ serve }: MlflowToolbox, { traces, experiments }: Capabilities): void {
	serve(
		{
			method: 'POST',
			path: '/3.0/mlflow/traces/metrics',
			permission: 'run.read',
			message: message(
				{
					experiment_ids: listOf(experimentIdText),
					view_type: oneOf(VIEWS),
					metric_name: text,
					aggregations: listOf(part({ aggregation_type: oneOf(AGGREGATIONS), percentile_value: double })),
					dimensions: listOf(text),
					filters: listOf(text),
					time_interval_seconds: integer,
					start_time_ms: integer,
					end_time_ms: integer,
					max_results: integer,
					page_token: text,
				},
				['experiment_ids', 'view_type', 'metric_name', 'aggregations'],
			),
			about: null,
		},
		async ({ message: given, authorize }) => {
			const { experiment_ids, view_type, metric_name, dimensions = [], filters = [], start_time_ms, end_time_ms } = given;
			const metric = metricOf(view_type, metric_name);
			checkLimit('The number of filters', filters.length, 'filterComparisons');
			if (given.aggregations.length === 0) throw invalidParameter('aggregations must name at least one.');
			checkDistinct(
				'aggregations',
				given.aggregations.map((one) => JSON.stringify(one)),
			);
			checkDistinct('dimensions', dimensions);
			const aggregations = given.aggregations.map((one) => aggregationOf(one, metric));
			const seconds = given.time_interval_seconds || null;
			if (seconds !== null && !(seconds > 0 && seconds <= INTERVAL_SECONDS_MAX))
				throw invalidParameter(`time_interval_seconds must be positive and at most ${INTERVAL_SECONDS_MAX}, got ${seconds}`);
			if (seconds !== null && (start_time_ms === undefined || end_time_ms === undefined))
				throw invalidParameter('start_time_ms and end_time_ms are required if time_interval_seconds is set');
			const unknown = dimensions.filter((name) => !Object.hasOwn(metric.dimensions, name));
			if (unknown.length > 0)
				throw invalidParameter(
					`Found invalid dimension(s): ${unknown.join(', ')}. Supported dimensions: ${Object.keys(metric.dimensions).join(', ')}`,
				);
			const keys = await keysOfExperiments(experiments, experiment_ids, authorize);
			const rows = await traces.metrics(keys, {
				view: view_type.toLowerCase() as TraceMetricsQuery['view'],
				measure: metric.measure,
				aggregations,
				dimensions: dimensions.map((name) => metric.dimensions[name] as TraceDimension),
				...filtersOf(filters, view_type),
				bucketMillis: seconds === null ? null : seconds * 1_000,
				fromMillis: start_time_ms ?? null,
				toMillis: end_time_ms ?? null,
				limit: checkMaxResults(given.max_results ?? RESULTS_DEFAULT, RESULTS_MAX),
			});
			const points = rows.flatMap((row) => {
				const values = aggregations.flatMap((one, index) =>
					row.values[index] === null ? [] : [[aggregationName(one), row.values[index]]],
				);
				if (values.length === 0) return [];
				return {
					metric_name,
					dimensions: {
						...(row.bucket !== null && { time_bucket: new Date(row.bucket).toISOString().replace(/(\.000)?Z$/, '+00:00') }),
						...Object.fromEntries(dimensions.map((name, index) => [name, row.dimensions[index]])),
					},
					values: Object.fromEntries(values),
				};
			});
			return points.length === 0 ? {} : { data_points: points };
		},
	);
}
