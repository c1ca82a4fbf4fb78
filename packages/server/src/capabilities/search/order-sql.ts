/** Orders as segments: each walks an index in its order; runs without a value come last. */
import { type FilterField, RUN_ATTRIBUTES, type RunAttribute } from '@runstead/contract';
import { type RawBuilder, sql } from 'kysely';
import type { CursorType } from '../../http/cursor.ts';
import {
	attributeColumn,
	attributeSource,
	type Condition,
	type FieldSource,
	type FilterContext,
	INDEXED_STATISTICS,
	metricSource,
	statisticColumn,
} from './filter-sql.ts';

/** A part of an ordered list: its rows come after those of the segment before it. */
export interface Segment {
	/** Rows joined to runs, or null if the run itself has the value. */
	readonly source: FieldSource | null;
	/** What its rows are ordered by; null: by the key of the run alone. */
	readonly value: RawBuilder<string | number | null> | null;
	/** Of what type that is, as a cursor holds it. */
	readonly valueType: CursorType;
	/** Which runs belong to it. */
	readonly where: Condition;
	/** An index has its rows in this order: a page is full long before they are all read. */
	readonly isIndexed: boolean;
}

/** Attributes that every run has: one segment holds all. */
const NEVER_NULL = new Set([
	'id',
	'number',
	'name',
	'displayName',
	'description',
	'type',
	'origin',
	'status',
	'submittedBy',
	'experimentId',
	'experimentName',
	'rootId',
	'createdTime',
]);

const EVERY: Condition = sql`1 = 1`;

/** What runs are ordered by. */
export interface RunOrder {
	readonly field: FilterField;
	readonly descending: boolean;
	/** Tags, properties and params by their text alone, also where it reads as a number. */
	readonly asText?: boolean;
	/** Values that are ordered as if they were others. */
	readonly shownAs?: Readonly<Record<string, string>>;
	/** What is taken of runs that have no such field. */
	readonly otherwise?: FilterField;
}

/** Numbers come first, then what is there but is none (NaN, text), then what is not there. */
export function segmentsOf({ field, asText = false }: Pick<RunOrder, 'field' | 'asText'>, context: FilterContext): Segment[] {
	if (field.kind === 'attribute') {
		const value = attributeColumn(field.name, context);
		const valueType = attributeType(field.name);
		if (NEVER_NULL.has(field.name)) return [{ source: null, value, valueType, where: EVERY, isIndexed: field.name === 'createdTime' }];
		return [
			{ source: null, value, valueType, where: sql`${value} is not null`, isIndexed: false },
			{ source: null, value: null, valueType: 'null', where: sql`${value} is null`, isIndexed: true },
		];
	}
	if (field.kind === 'metric') {
		const source = metricSource(context, field.name);
		const isIndexed = INDEXED_STATISTICS.has(field.statistic);
		const value = statisticColumn(field.statistic);
		return [
			{ source, value, valueType: 'number', where: sql`${value} is not null`, isIndexed },
			{
				source: null,
				value: null,
				valueType: 'null',
				where: sql`run.key in (select ${source.runKey} from ${source.table} where ${source.scan} and ${value} is null)`,
				isIndexed: false,
			},
			without(source, EVERY),
		];
	}
	const source = attributeSource(context, field.kind, field.key);
	if (asText) {
		const hasText: Condition = sql`a.head is not null`;
		return [{ source, value: sql`a.head`, valueType: 'text', where: hasText, isIndexed: true }, without(source, hasText)];
	}
	return [
		{ source, value: sql`a.number`, valueType: 'number', where: sql`a.number is not null`, isIndexed: true },
		{ source, value: sql`a.head`, valueType: 'text', where: sql`a.number is null and a.head is not null`, isIndexed: true },
		without(source, sql`a.head is not null`),
	];
}

function orderedColumn(name: RunAttribute, shownAs: RunOrder['shownAs'], context: FilterContext): RawBuilder<string | number | null> {
	const column = attributeColumn(name, context);
	if (!shownAs) return column;
	const cases = Object.entries(shownAs).map(([value, shown]) => sql`when ${value} then ${shown}`);
	return sql`(case ${column} ${sql.join(cases, sql` `)} else ${column} end)`;
}

/** Times and numbers of runs are whole; a duration is what lies between two times, in milliseconds. */
function attributeType(name: RunAttribute): CursorType {
	if (RUN_ATTRIBUTES[name] === 'text') return 'text';
	return name === 'durationMs' ? 'number' : 'integer';
}

function without(source: FieldSource, has: Condition): Segment {
	return {
		source: null,
		value: null,
		valueType: 'null',
		where: sql`not exists (select 1 from ${source.table} where ${source.runKey} = run.key and ${source.probe} and ${has})`,
		isIndexed: true,
	};
}

/** The order of several fields at once, as an `order by`: the newest first where they leave it open, then by id. No index has it. */
export function orderBySeveral(orders: readonly RunOrder[], context: FilterContext): RawBuilder<unknown> {
	const terms = orders.flatMap((order) => {
		const direction = sql.raw(order.descending ? 'desc' : 'asc');
		const { rank, value } = sortValueOf(order, context);
		return [sql`${rank} asc`, sql`${value} ${direction}`];
	});
	return sql.join([...terms, sql`run.created_time desc`, sql`run.id asc`]);
}

/** A value of each run, and which come first: those that have one. */
function sortValueOf(
	{ field, otherwise, shownAs }: Omit<RunOrder, 'descending'>,
	context: FilterContext,
): { rank: RawBuilder<number>; value: RawBuilder<unknown> } {
	if (otherwise) {
		const [own, other] = [field, otherwise].map((one) => sortValueOf({ field: one }, context).value);
		const value = sql`coalesce(${own}, ${other})`;
		return { rank: sql`case when ${value} is null then 1 else 0 end`, value };
	}
	if (field.kind === 'attribute') {
		const value = orderedColumn(field.name, shownAs, context);
		return { rank: sql`case when ${value} is null then 1 else 0 end`, value };
	}
	const isMetric = field.kind === 'metric';
	const { table, runKey, probe } = isMetric ? metricSource(context, field.name) : attributeSource(context, field.kind, field.key);
	const column = isMetric ? statisticColumn(field.statistic) : sql`a.head`;
	const value = sql`(select min(${column}) from ${table} where ${runKey} = run.key and ${probe})`;
	return {
		rank: sql`case when ${value} is not null then 0 when exists (select 1 from ${table} where ${runKey} = run.key and ${probe}) then 1 else 2 end`,
		value,
	};
}
