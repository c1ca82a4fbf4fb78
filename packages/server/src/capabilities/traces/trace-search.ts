/** What traces can be found and ordered by, as SQL over `trace`. */
import { type RawBuilder, sql } from 'kysely';
import { compareText, type TextOperator } from '../../storage/text-comparison.ts';
import { compareMillis, type NumberOperator } from '../../storage/time-comparison.ts';
import { type AttributeComparison, compareSpanAttribute } from './span-attribute.ts';

type TextField = 'id' | 'state' | 'clientRequestId';
type NumberField = 'requestTime' | 'durationMs' | 'endTime';

type Presence = 'is null' | 'is not null';
type Listed = 'in' | 'not in';
type Given =
	| { readonly operator: TextOperator; readonly value: string | number }
	| { readonly operator: Listed; readonly value: readonly string[] }
	| { readonly operator: Presence; readonly value: null };

export type TraceCondition =
	/** Times are compared in whole milliseconds. */
	(
		| { readonly field: TextField | NumberField }
		| { readonly kind: 'tag' | 'metadata'; readonly key: string }
		/** Conditions of this kind are met by one and the same span. */
		| { readonly span: 'name' | 'type' | 'status' | 'content' }
		| { readonly spanAttribute: string }
		| { readonly assessment: string; readonly of: 'feedback' | 'expectation' }
		/** It was made in the run, or linked to it. */
		| { readonly run: true }
	) &
		Given;

export type TraceOrder = (
	| { readonly by: TextField | NumberField | 'experiment' }
	| { readonly kind: 'tag' | 'metadata'; readonly key: string }
) & {
	readonly descending: boolean;
};

export interface TraceSearch {
	readonly conditions?: readonly TraceCondition[];
	readonly order?: readonly TraceOrder[];
	readonly limit: number;
	readonly offset?: number;
}

/** Words of OpenTelemetry's JSON around what a span says: nobody looks for them. */
const SPAN_WORDS = [
	'key',
	'value',
	...['string', 'int', 'double', 'bool', 'bytes', 'array', 'kvlist'].map((type) => `${type}_value`),
	'values',
].map((word) => `"${word}":`);

/** The content of a span without those words that the pattern of a LIKE may fall upon. */
function contentWithoutWords(pattern: string): RawBuilder<unknown> {
	const parts = pattern
		.toLowerCase()
		.split(/[%_]+/)
		.filter((part) => part !== '');
	const words = SPAN_WORDS.filter((word) => parts.some((part) => word.includes(part)));
	return words.reduce<RawBuilder<unknown>>((content, word) => sql`replace(${content}, ${word}, '')`, sql`s.content`);
}

function isTime(field: TextField | NumberField): boolean {
	return field === 'requestTime' || field === 'endTime';
}

/** Where a trace that was made in a run says so. */
const RUN_METADATA = 'mlflow.sourceRun';

/** It was made in a run, or linked to one. */
const IN_RUN = sql<boolean>`(exists (select 1 from trace_run r where r.trace_key = trace.key) or exists (select 1 from trace_attribute a
	where a.trace_key = trace.key and a.kind = 'metadata' and a.key = ${RUN_METADATA}))`;

const COLUMNS: Readonly<Record<TextField | NumberField | 'experiment', string>> = {
	experiment: 'trace.experiment_key',
	id: 'trace.id',
	state: 'trace.state',
	clientRequestId: 'trace.client_request_id',
	requestTime: 'trace.request_time',
	durationMs: 'trace.duration_ms',
	endTime: '(trace.request_time + coalesce(trace.duration_ms, 0) * 1000)',
};

export function conditionsSql(conditions: readonly TraceCondition[], engine: 'sqlite' | 'postgres'): RawBuilder<boolean>[] {
	const compare = (column: RawBuilder<unknown>, { operator, value }: Given): RawBuilder<boolean> => {
		if (operator === 'is null' || operator === 'is not null') return sql`${column} ${sql.raw(operator)}`;
		if (operator === 'in' || operator === 'not in') return sql`${column} ${sql.raw(operator)} (${sql.join([...value])})`;
		if (typeof value === 'string') return compareText(column, operator, value, engine);
		// The number need not be whole, nor fit where whole ones are kept.
		return sql`cast(${column} as double precision) ${sql.raw(operator === '!=' ? '<>' : operator)} ${value}`;
	};
	const ofSpan = (condition: TraceCondition): RawBuilder<boolean> | null => {
		if ('span' in condition) {
			const { span, value } = condition;
			return compare(span === 'content' && typeof value === 'string' ? contentWithoutWords(value) : sql.raw(`s.${span}`), condition);
		}
		if (!('spanAttribute' in condition)) return null;
		return compareSpanAttribute(sql`s.content`, condition.spanAttribute, condition as AttributeComparison, engine);
	};
	const ofTrace = (condition: TraceCondition): RawBuilder<boolean>[] => {
		if ('field' in condition) {
			const { field, operator, value } = condition;
			const column = sql.raw(COLUMNS[field]);
			return [isTime(field) ? compareMillis(column, operator as NumberOperator, value as number) : compare(column, condition)];
		}
		if ('run' in condition) {
			const { operator } = condition;
			if (operator === 'is null' || operator === 'is not null') return [operator === 'is null' ? sql`not ${IN_RUN}` : IN_RUN];
			// One run is looked up, as it is asked for most: `trace_attribute_by_source_run` holds no value that is longer than the id of any run.
			if (operator === '=')
				return [
					sql`trace.key in (select r.trace_key from trace_run r where r.run_id = ${condition.value}
						union all select a.trace_key from trace_attribute a where a.kind = 'metadata' and a.key = 'mlflow.sourceRun'
						and length(a.value) <= 256 and a.value = ${condition.value})`,
				];
			const matches = compare(sql`r.run_id`, condition);
			const says = compare(sql`a.value`, condition);
			return [
				sql`(exists (select 1 from trace_run r where r.trace_key = trace.key and ${matches}) or exists (select 1 from trace_attribute a
					where a.trace_key = trace.key and a.kind = 'metadata' and a.key = ${RUN_METADATA} and ${says}))`,
			];
		}
		if ('kind' in condition) {
			const { kind, key, operator } = condition;
			const there = sql`exists (select 1 from trace_attribute a where a.trace_key = trace.key and a.kind = ${kind} and a.key = ${key}`;
			if (operator === 'is null') return [sql`not ${there})`];
			return [operator === 'is not null' ? sql`${there})` : sql`${there} and ${compare(sql`a.value`, condition)})`];
		}
		if ('assessment' in condition) {
			const { assessment, of, operator } = condition;
			const there = sql`exists (select 1 from trace_assessment x where x.trace_key = trace.key and x.kind = ${of}
				and x.name = ${assessment} and x.valid = 1`;
			if (operator === 'is null') return [sql`not ${there})`];
			return [operator === 'is not null' ? sql`${there})` : sql`${there} and ${compareAssessment(condition)})`];
		}
		return [];
	};
	/** Its value is JSON: a text stands there with quotes, and is meant without. */
	const compareAssessment = (given: Given): RawBuilder<boolean> => {
		const { operator, value } = given;
		if (typeof value === 'string' && (operator === '=' || operator === '!='))
			return sql`x.value ${sql.raw(operator === '=' ? 'in' : 'not in')} (${value}, ${JSON.stringify(value)})`;
		if (typeof value === 'number') {
			const number =
				engine === 'postgres'
					? sql`case when x.value ~ '^-?[0-9.]+([eE][-+]?[0-9]+)?$' then x.value::double precision end`
					: sql`cast(x.value as real)`;
			return sql`${number} ${sql.raw(operator === '!=' ? '<>' : operator)} ${value}`;
		}
		if (Array.isArray(value))
			return sql`x.value ${sql.raw(operator)} (${sql.join(value.flatMap((one: string) => [one, JSON.stringify(one)]))})`;
		return compare(sql`x.value`, given);
	};
	const spans = conditions.map(ofSpan).filter((one) => one !== null);
	return [
		...conditions.flatMap(ofTrace),
		...(spans.length === 0
			? []
			: [sql<boolean>`exists (select 1 from trace_span s where s.trace_key = trace.key and ${sql.join(spans, sql` and `)})`]),
	];
}

/** What has no value comes last, either way. */
export function orderSql(order: readonly TraceOrder[]): RawBuilder<unknown>[] {
	return order.flatMap((one) => {
		const column =
			'by' in one
				? sql.raw(COLUMNS[one.by])
				: sql`(select a.value from trace_attribute a where a.trace_key = trace.key and a.kind = ${one.kind} and a.key = ${one.key})`;
		return [sql`case when ${column} is null then 1 else 0 end`, sql`${column} ${sql.raw(one.descending ? 'desc' : 'asc')}`];
	});
}
