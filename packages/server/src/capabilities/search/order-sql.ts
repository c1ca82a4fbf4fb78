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

export function segmentsOf(field: FilterField, context: FilterContext): Segment[] {
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
			without(source, sql`${value} is not null`),
		];
	}
	const source = attributeSource(context, field.kind, field.key);
	return [
		{ source, value: sql`a.number`, valueType: 'number', where: sql`a.number is not null`, isIndexed: true },
		{ source, value: sql`a.head`, valueType: 'text', where: sql`a.number is null and a.head is not null`, isIndexed: true },
		without(source, sql`a.head is not null`),
	];
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
