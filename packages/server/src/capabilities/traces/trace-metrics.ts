/** Numbers over many traces, their spans or their assessments: counted, summed, averaged, by time and by what they are. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import { compareMillis } from '../../storage/time-comparison.ts';
import { spanAttribute } from './span-attribute.ts';
import { conditionsSql, type TraceCondition } from './trace-search.ts';

type Engine = 'sqlite' | 'postgres';

export const TOKEN_COUNTS = [
	'input_tokens',
	'output_tokens',
	'total_tokens',
	'cache_read_input_tokens',
	'cache_creation_input_tokens',
] as const;
export const COSTS = ['input_cost', 'output_cost', 'total_cost'] as const;
export type TraceMeasure = 'count' | 'sessions' | 'latency' | (typeof TOKEN_COUNTS)[number] | (typeof COSTS)[number] | 'value';
export type TraceDimension = 'name' | 'status' | 'type' | 'model' | 'provider' | 'value';
export type TraceAggregation =
	| { readonly kind: 'count' | 'sum' | 'avg' | 'min' | 'max' }
	| { readonly kind: 'percentile'; readonly percent: number };

export interface TraceMetricsQuery {
	readonly view: 'traces' | 'spans' | 'assessments';
	readonly measure: TraceMeasure;
	readonly aggregations: readonly TraceAggregation[];
	readonly dimensions: readonly TraceDimension[];
	readonly conditions: readonly TraceCondition[];
	/** What the span or the assessment itself must be. */
	readonly own: readonly { readonly field: 'name' | 'status' | 'type'; readonly value: string }[];
	/** How long the parts are that time is divided into; null: it is not divided. */
	readonly bucketMillis: number | null;
	/** When the traces began, both ends included. */
	readonly fromMillis: number | null;
	readonly toMillis: number | null;
	readonly limit: number;
}

export interface TraceMetricsRow {
	/** When the part of time began, in milliseconds. */
	readonly bucket: number | null;
	readonly dimensions: readonly string[];
	/** One for each aggregation; null where there was nothing to aggregate. */
	readonly values: readonly (number | null)[];
}

const SOURCES = {
	traces: sql`trace`,
	spans: sql`trace join trace_span o on o.trace_key = trace.key`,
	assessments: sql`trace join trace_assessment o on o.trace_key = trace.key and o.valid = 1`,
} as const;

const SPAN_CONTENT = sql`o.content`;

/** A value is missing where a row has none; rows are then left out. */
const attribute = (kind: 'tag' | 'metadata', key: string): RawBuilder<unknown> =>
	sql`(select a.value from trace_attribute a where a.trace_key = trace.key and a.kind = ${kind} and a.key = ${key})`;

/** A number as PostgreSQL reads it: larger and smaller ones, which it refuses, are none. */
const NUMBER = '-?[0-9]{1,200}(?:[.][0-9]{1,200})?(?:[eE][-+]?[0-9]{1,2})?';
const NUMBER_TEXT = `^${NUMBER}$`;

/** A number of a text of JSON, which whoever traced has written: it need not be JSON. */
function numberIn(text: RawBuilder<unknown>, name: string, engine: Engine): RawBuilder<unknown> {
	return engine === 'postgres'
		? sql`substring(${text} from ${`"${name}": *(${NUMBER})(?![0-9.eE])`})::double precision`
		: sql`cast(case when json_valid(${text}) then json_extract(${text}, ${`$.${name}`}) end as real)`;
}

/** A cost among those that a span has as a list of keys and values; others come as a text of JSON. */
function costIn(name: string, engine: Engine): RawBuilder<unknown> {
	if (engine === 'sqlite') {
		const part = (path: string): RawBuilder<unknown> => sql`case when c.type = 'object' then json_extract(c.value, ${path}) end`;
		return sql`(select cast(coalesce(${part('$.value.double_value')}, ${part('$.value.int_value')}) as real)
			from json_each(o.content, '$.attributes') e, json_each(e.value, '$.value.kvlist_value.values') c
			where json_extract(e.value, '$.key') = 'mlflow.llm.cost' and ${part('$.key')} = ${name} limit 1)`;
	}
	const values = sql`e -> 'value' -> 'kvlist_value' -> 'values'`;
	return sql`(select substring(coalesce(c -> 'value' ->> 'double_value', c -> 'value' ->> 'int_value') from ${NUMBER_TEXT})::double precision
		from json_array_elements(o.content::json -> 'attributes') e
		cross join lateral json_array_elements(case when json_typeof(${values}) = 'array' then ${values} else '[]'::json end) c
		where e ->> 'key' = 'mlflow.llm.cost' and c ->> 'key' = ${name} limit 1)`;
}

/** Numbers, and 1 or 0 of what is true or false; other values are none. */
function assessedNumber(engine: Engine): RawBuilder<unknown> {
	const [truth, falsehood] = [
		['true', '"yes"'],
		['false', '"no"'],
	].map((words) => sql`lower(o.value) in (${sql.join(words)})`);
	const number =
		engine === 'postgres'
			? sql`when o.value ~ ${NUMBER_TEXT} then o.value::double precision`
			: sql`when json_type(o.value) in ('integer', 'real') then cast(o.value as real)`;
	return sql`(case when ${truth} then 1.0 when ${falsehood} then 0.0 ${number} end)`;
}

function measured({ view, measure }: TraceMetricsQuery, engine: Engine): RawBuilder<unknown> {
	switch (measure) {
		case 'count':
			return sql`1`;
		case 'sessions':
			return attribute('metadata', 'mlflow.trace.session');
		case 'latency':
			return view === 'traces' ? sql`trace.duration_ms` : sql`(o.end_time - o.start_time) / 1000`;
		case 'value':
			return assessedNumber(engine);
		case 'input_cost':
		case 'output_cost':
		case 'total_cost':
			return sql`coalesce(${costIn(measure, engine)}, ${numberIn(spanAttribute(SPAN_CONTENT, 'mlflow.llm.cost', engine), measure, engine)})`;
		default:
			return numberIn(attribute('metadata', 'mlflow.trace.tokenUsage'), measure, engine);
	}
}

function dimensionColumn(view: TraceMetricsQuery['view'], dimension: TraceDimension, engine: Engine): RawBuilder<unknown> {
	// What a client sets as an attribute is JSON: a text has quotes.
	if (dimension === 'model' || dimension === 'provider')
		return sql`trim(${spanAttribute(SPAN_CONTENT, `mlflow.llm.${dimension}`, engine)}, '"')`;
	if (view !== 'traces') return sql.raw(`o.${dimension}`);
	return dimension === 'status' ? sql`trace.state` : attribute('tag', 'mlflow.traceName');
}

const OWN_COLUMNS = {
	spans: { name: 'o.name', status: 'o.status', type: 'o.type' },
	assessments: { name: 'o.name', status: 'o.name', type: 'o.kind' },
	traces: { name: 'trace.id', status: 'trace.state', type: 'trace.id' },
} as const;

/** Each row counts for its share of the value between its neighbours, which only those beside the place asked for have. */
function percentile(percent: number): RawBuilder<unknown> {
	const distance = sql`abs(place - ${percent / 100} * (places - 1.0))`;
	return sql`sum(case when ${distance} < 1 then value * (1 - ${distance}) end)`;
}

function aggregated(aggregation: TraceAggregation, measure: TraceMeasure): RawBuilder<unknown> {
	if (aggregation.kind === 'percentile') return percentile(aggregation.percent);
	if (aggregation.kind === 'count') return measure === 'sessions' ? sql`count(distinct value)` : sql`count(value)`;
	return sql`${sql.raw(aggregation.kind)}(value)`;
}

/** By time, then by the dimensions in their order; what lacks one of them is left out. */
export async function traceMetrics(
	db: Kysely<Tables>,
	experimentKeys: readonly number[],
	query: TraceMetricsQuery,
	engine: Engine,
): Promise<TraceMetricsRow[]> {
	const { view, measure, aggregations, dimensions, bucketMillis, fromMillis, toMillis, limit } = query;
	const began = sql`trace.request_time`;
	const time = view === 'spans' ? sql`o.start_time` : began;
	const columns = dimensions.map((dimension) => dimensionColumn(view, dimension, engine));
	// Times are whole numbers, so that their division is one.
	const bucket = bucketMillis === null ? [] : [sql`${time} / cast(${bucketMillis * 1_000} as bigint)`];
	const groups = [...bucket, ...columns].map((column, index) => ({ column, name: sql.raw(`group_${index}`) }));
	const names = groups.map(({ name }) => name);
	const value = measured(query, engine);
	const isNumber = measure !== 'sessions';
	const where = [
		experimentKeys.length === 0 ? sql`1 = 0` : sql`trace.experiment_key in (${sql.join([...experimentKeys])})`,
		...conditionsSql(query.conditions, engine),
		...query.own.map((own) => sql`${sql.raw(OWN_COLUMNS[view][own.field])} = ${own.value}`),
		...(fromMillis === null ? [] : [compareMillis(began, '>=', fromMillis)]),
		...(toMillis === null ? [] : [compareMillis(began, '<=', toMillis)]),
	];
	const partition = names.length === 0 ? sql`` : sql`partition by ${sql.join(names)}`;
	const given = [
		...names,
		sql`value`,
		sql`row_number() over (${partition} order by value) - 1 as place`,
		sql`count(*) over (${partition}) as places`,
	];
	const results = aggregations.map((one, index) => sql`${aggregated(one, measure)} as ${sql.raw(`value_${index}`)}`);
	// What is too large to be a number is infinite in SQLite.
	const there = [...names.map((name) => sql`${name} is not null`), isNumber ? sql`abs(value) <= 1.7e308` : sql`value is not null`];
	const { rows } = await sql<Record<string, string | number | null>>`
		select ${sql.join([...names, ...results])} from (
			select ${sql.join(given)} from (
				select ${sql.join([...groups.map(({ column, name }) => sql`${column} as ${name}`), sql`${isNumber ? sql`cast(${value} as double precision)` : value} as value`])}
				from ${SOURCES[view]} where ${sql.join(where, sql` and `)}
			) measured where ${sql.join(there, sql` and `)}
		) placed ${names.length === 0 ? sql`` : sql`group by ${sql.join(names)} order by ${sql.join(names)}`} limit ${limit}`.execute(db);
	return rows.map((row) => ({
		bucket: bucketMillis === null ? null : Number(row.group_0) * bucketMillis,
		dimensions: dimensions.map((_, index) => String(row[`group_${index + bucket.length}`])),
		values: aggregations.map((_, index) => (row[`value_${index}`] === null ? null : Number(row[`value_${index}`]))),
	}));
}
