/** Metrics: series of points with typed columns, their summaries and what charts read. */
import type { Static } from 'typebox';
import { Direction, Nullable, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';

/** Names of the metrics that agents log of what a job uses of its node begin with this. */
export const SYSTEM_METRIC_PREFIX = 'system/';

/** The kinds of a series, fixed at its first write. */
export const METRIC_KINDS = [
	'scalar',
	'row',
	'table',
	'list',
	'image',
	'confusion_matrix',
	'accuracy_table',
	'predictions',
	'residuals',
] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];
export const MetricKind = Type.Unsafe<MetricKind>({ type: 'string', enum: METRIC_KINDS });

/**
 * One value as JSON carries it: a number, a string, true, false, null (absent), or, for what JSON numbers cannot say,
 * `{"number": "NaN" | "Infinity" | "-Infinity"}` and `{"integer": "9223372036854775807"}` (64-bit integers beyond 2^53).
 */
export type WireValue = number | string | boolean | null | { number: 'NaN' | 'Infinity' | '-Infinity' } | { integer: string };

/** Not checked item by item by a schema (a batch holds up to 100,000): the metrics service reads it in one pass and names the place of a bad value. */
const WireValues = Type.Unsafe<WireValue[]>({ type: 'array' });

export const MetricColumn = Type.Object(
	{
		name: Type.String({ description: 'A scalar, list or image has one column, named like the metric.' }),
		type: Type.Optional(
			Type.Union([Type.Literal('float'), Type.Literal('integer')], {
				default: 'float',
				description: 'How plain JSON numbers of this column are meant; 5 reads back as 5.0 or 5.',
			}),
		),
		values: WireValues,
	},
	{ additionalProperties: false },
);

export const SeriesPoints = Type.Object(
	{
		name: Type.String({ minLength: 1, maxLength: LIMITS.metricNameCharacters.max }),
		kind: MetricKind,
		steps: Type.Optional(
			Type.Unsafe<(number | null)[]>({
				type: 'array',
				description: 'One whole number or null (no step) a point; leave out when no point has one.',
			}),
		),
		times: Type.Unsafe<number[]>({ type: 'array', description: 'Microseconds since 1970 in UTC, one a point.' }),
		columns: Type.Array(MetricColumn, { minItems: 1, maxItems: LIMITS.metricColumns.max }),
	},
	{ additionalProperties: false, description: 'Points of one series in columns: every array has the same length.' },
);
export type SeriesPoints = Static<typeof SeriesPoints>;

export const LogMetrics = Type.Object(
	{
		writer: Type.Optional(
			Type.String({ maxLength: 128, description: 'Who numbers these batches. What a writer has stored once is never stored again.' }),
		),
		first: Type.Optional(Type.Integer({ minimum: 0, description: 'Sequence before this batch: the one the writer had reached.' })),
		last: Type.Optional(Type.Integer({ minimum: 0, description: 'Sequence after this batch, greater than first.' })),
		series: Type.Array(SeriesPoints, { minItems: 1 }),
	},
	{ additionalProperties: false },
);
export type LogMetrics = Static<typeof LogMetrics>;

const Value = Type.Unsafe<WireValue>({});

export const ColumnSummary = Type.Object({
	count: Type.Integer({ description: 'Values that are not null.' }),
	numberCount: Type.Integer({ description: 'Of them, numbers that are not NaN: those that min, max and mean are of.' }),
	first: Value,
	last: Value,
	lastStep: Nullable(Type.Number()),
	lastTime: Time,
	min: Nullable(Value),
	minStep: Nullable(Type.Number()),
	max: Nullable(Value),
	maxStep: Nullable(Type.Number()),
	mean: Nullable(Value),
});
export type ColumnSummary = Static<typeof ColumnSummary>;

export const MetricSummary = Type.Object({
	name: Type.String(),
	kind: MetricKind,
	count: Type.Integer({ description: 'Points in all.' }),
	direction: Nullable(Direction),
	columns: Type.Record(Type.String(), ColumnSummary, { description: 'In the order in which they first came.' }),
});
export type MetricSummary = Static<typeof MetricSummary>;

const RunParams = Type.Object({ run: Type.String() });
const NameQuery = { name: Type.String({ description: 'Name of the metric.' }) };

export const ChartBucket = Type.Object({
	x: Type.Number({ description: 'Of the last point in the bucket.' }),
	min: Nullable(Value),
	max: Nullable(Value),
	last: Value,
	count: Type.Integer(),
});

export type ChartBucket = Static<typeof ChartBucket>;

export const metricRoutes = {
	logMetrics: route({
		method: 'POST',
		path: '/api/v1/runs/:run/metrics',
		permission: 'run.write',
		summary: 'Add points to series; answered when they are synced to disk, all or none',
		params: RunParams,
		body: LogMetrics,
		response: Type.Object({
			stored: Type.Integer({ description: 'Points stored by this request.' }),
			duplicate: Type.Boolean({ description: 'The writer had stored all of it before.' }),
		}),
	}),
	listMetrics: route({
		method: 'GET',
		path: '/api/v1/runs/:run/metrics',
		permission: 'run.read',
		summary: 'Summaries of the series of a run',
		params: RunParams,
		response: Type.Object({ metrics: Type.Array(MetricSummary) }),
	}),
	getMetricPoints: route({
		method: 'GET',
		path: '/api/v1/runs/:run/metrics/points',
		permission: 'run.read',
		summary: 'Points of a series in order of arrival, in pages',
		params: RunParams,
		query: Type.Object({
			...NameQuery,
			after: Type.Optional(Type.Integer({ minimum: -1, default: -1, description: 'Arrival number of the last point already had.' })),
			limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.metricPointsPerBatch.max, default: 10_000 })),
		}),
		response: Type.Object({
			name: Type.String(),
			kind: MetricKind,
			arrivals: Type.Array(Type.Integer()),
			steps: Type.Array(Nullable(Type.Number())),
			times: Type.Array(Type.Number()),
			columns: Type.Array(MetricColumn),
			next: Nullable(Type.Integer({ description: 'Give as `after` for the next page; null when there is no more.' })),
		}),
	}),
	getMetricChart: route({
		method: 'GET',
		path: '/api/v1/runs/:run/metrics/chart',
		permission: 'run.read',
		summary: 'A series in buckets sized to pixels: min, max and last of each; exact when it has no more points than buckets',
		params: RunParams,
		query: Type.Object({
			...NameQuery,
			column: Type.Optional(Type.String({ description: 'Column to draw; the first numeric one if absent.' })),
			x: Type.Optional(
				Type.Union([Type.Literal('step'), Type.Literal('time'), Type.Literal('relative')], {
					default: 'step',
					description:
						'step (arrival number where a point has none), time in milliseconds since 1970, or seconds since the start of the run.',
				}),
			),
			from: Type.Optional(Type.Number({ description: 'Least x.' })),
			to: Type.Optional(Type.Number({ description: 'Greatest x.' })),
			buckets: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000 })),
		}),
		response: Type.Object({
			name: Type.String(),
			kind: MetricKind,
			column: Type.String(),
			count: Type.Integer(),
			exact: Type.Boolean(),
			buckets: Type.Array(ChartBucket),
		}),
	}),
	defineMetric: route({
		method: 'PUT',
		path: '/api/v1/runs/:run/metrics/definition',
		permission: 'run.write',
		summary: 'Say which direction of a metric is better',
		params: RunParams,
		body: Type.Object(
			{ name: Type.String({ minLength: 1, maxLength: LIMITS.metricNameCharacters.max }), direction: Nullable(Direction) },
			{ additionalProperties: false },
		),
		response: Type.Object({ name: Type.String(), direction: Nullable(Direction) }),
	}),
	getWriter: route({
		method: 'GET',
		path: '/api/v1/runs/:run/metrics/writers/:writer',
		permission: 'run.read',
		summary: 'Up to which sequence a writer has stored; 0 for one never seen',
		params: Type.Object({ run: Type.String(), writer: Type.String() }),
		response: Type.Object({ stored: Type.Integer() }),
	}),
};
