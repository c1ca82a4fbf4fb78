/** Filters as SQL conditions over the table `run`. */
import {
	type ComparisonOperator,
	type Filter,
	type FilterField,
	type FilterValue,
	isTerminal,
	type MetricStatistic,
	RUN_STATUSES,
	type RunAttribute,
} from '@runstead/contract';
import { type RawBuilder, sql } from 'kysely';
import { headOf } from '../../storage/attribute-head.ts';

export type Condition = RawBuilder<boolean>;

/** What a filter is translated for. */
export interface FilterContext {
	readonly workspaceKey: number;
	/** Now, in microseconds: durations of live runs end here. */
	readonly now: number;
	readonly engine: 'sqlite' | 'postgres';
}

/** The table that holds what a field names, as an alias joined to a run. */
export interface FieldSource {
	readonly table: RawBuilder<unknown>;
	/** Rows of the field, of every run. */
	readonly where: Condition;
}

const STATISTIC_COLUMNS: Readonly<Record<MetricStatistic, RawBuilder<number | null>>> = {
	last: sql`m.last_number`,
	min: sql`m.min_number`,
	max: sql`m.max_number`,
	mean: sql`m.mean_number`,
	first: sql`m.first_number`,
};

export function statisticColumn(statistic: MetricStatistic): RawBuilder<number | null> {
	return STATISTIC_COLUMNS[statistic];
}

export function metricSource(context: FilterContext, name: string): FieldSource {
	return { table: sql`metric_column m`, where: sql`m.workspace_key = ${context.workspaceKey} and m.search_name = ${name}` };
}

export function attributeSource(context: FilterContext, kind: 'tag' | 'property' | 'param', key: string): FieldSource {
	return { table: sql`run_attribute a`, where: sql`a.workspace_key = ${context.workspaceKey} and a.kind = ${kind} and a.key = ${key}` };
}

/** The column or expression of a run's own attribute. */
export function attributeColumn(name: RunAttribute, context: FilterContext): RawBuilder<string | number | null> {
	switch (name) {
		case 'id':
			return sql`run.id`;
		case 'number':
			return sql`run.number`;
		case 'name':
			return sql`run.name`;
		case 'displayName':
			return sql`run.display_name`;
		case 'description':
			return sql`run.description`;
		case 'type':
			return sql`run.type`;
		case 'origin':
			return sql`run.origin`;
		case 'target':
			return sql`run.target`;
		case 'status':
			return sql`run.status`;
		case 'submittedBy':
			return sql`run.submitted_by`;
		case 'experimentId':
			return sql`(select e.id from experiment e where e.key = run.experiment_key)`;
		case 'experimentName':
			return sql`(select e.name from experiment e where e.key = run.experiment_key)`;
		case 'parentId':
			return sql`(select p.id from run p where p.key = run.parent_key)`;
		case 'rootId':
			return sql`(select r.id from run r where r.key = run.root_key)`;
		case 'createdTime':
			return sql`run.created_time`;
		case 'startTime':
			return sql`run.start_time`;
		case 'endTime':
			return sql`run.end_time`;
		case 'durationMs':
			return sql`((case when run.end_time is not null then run.end_time when run.status in (${sql.join(RUN_STATUSES.filter(isTerminal))}) then run.start_time else cast(${context.now} as bigint) end - run.start_time) / 1000.0)`;
	}
}

/** The whole filter as one condition. */
export function filterCondition(filter: Filter, context: FilterContext): Condition {
	switch (filter.type) {
		case 'and':
			return sql`(${sql.join(
				filter.operands.map((operand) => filterCondition(operand, context)),
				sql` and `,
			)})`;
		case 'or':
			return sql`(${sql.join(
				filter.operands.map((operand) => filterCondition(operand, context)),
				sql` or `,
			)})`;
		case 'not':
			return negation(filter.operand, context);
		default:
			return leafCondition(filter, context);
	}
}

/** A comparison with nothing is neither true nor false in SQL; "not" of it is true, as a person means it. */
function negation(operand: Filter, context: FilterContext): Condition {
	return sql`(not coalesce(${filterCondition(operand, context)}, ${context.engine === 'postgres' ? sql`false` : sql`0`}))`;
}

export type FilterLeaf = Exclude<Filter, { type: 'and' | 'or' | 'not' }>;

function leafCondition(leaf: FilterLeaf, context: FilterContext): Condition {
	const rows = rowsOfLeaf(leaf, context);
	if (rows) return sql`exists (select 1 from ${rows.table} where ${rows.runKey} = run.key and ${rows.where})`;
	return attributeCondition(leaf, context);
}

/** The rows, one a run at most, that make a leaf over tags, properties, params or metrics true; null for a run's own attributes. */
export function rowsOfLeaf(leaf: FilterLeaf, context: FilterContext): (FieldSource & { readonly runKey: RawBuilder<number> }) | null {
	const { field } = leaf;
	if (field.kind === 'attribute') return null;
	if (field.kind === 'metric') {
		const { table, where } = metricSource(context, field.name);
		const value = leafOverValue(leaf, statisticColumn(field.statistic));
		return { table, where: value ? sql`${where} and ${value}` : where, runKey: sql`m.run_key` };
	}
	const { table, where } = attributeSource(context, field.kind, field.key);
	const value = leafOverText(leaf, context);
	return { table, where: value ? sql`${where} and ${value}` : where, runKey: sql`a.run_key` };
}

/** A leaf over a numeric column; null where the row alone says it. */
function leafOverValue(leaf: FilterLeaf, column: RawBuilder<unknown>): Condition | null {
	switch (leaf.type) {
		case 'has':
			return null;
		case 'present':
			return sql`${column} is not null`;
		case 'in':
			return sql`${column} in (${sql.join(leaf.values)})`;
		case 'compare':
			return sql`${column} ${sql.raw(SQL_OPERATORS[leaf.operator])} ${leaf.value}`;
	}
}

/** A leaf over the value of a tag, property or param: numbers compare as numbers, texts as texts. */
function leafOverText(leaf: FilterLeaf, context: FilterContext): Condition | null {
	const one = (operator: ComparisonOperator, value: FilterValue): Condition => {
		if (typeof value === 'number') return sql`a.number ${sql.raw(SQL_OPERATORS[operator])} ${value}`;
		// The index holds the beginning of a value; the whole is compared after it.
		if (operator === '=') return sql`a.head = ${headOf(value)} and a.value = ${value}`;
		return textComparison(sql`a.value`, operator, value, context);
	};
	switch (leaf.type) {
		case 'has':
			return null;
		case 'present':
			return sql`a.value is not null`;
		case 'in':
			return sql`(${sql.join(
				leaf.values.map((value) => sql`(${one('=', value)})`),
				sql` or `,
			)})`;
		case 'compare':
			return one(leaf.operator, leaf.value);
	}
}

function attributeCondition(leaf: FilterLeaf, context: FilterContext): Condition {
	const { field } = leaf;
	if (field.kind !== 'attribute') throw new TypeError('A leaf over rows is no attribute.');
	const keyed = leaf.type === 'compare' && leaf.operator === '=' ? keyedEquality(field.name, leaf.value) : null;
	if (keyed) return keyed;
	const column = attributeColumn(field.name, context);
	switch (leaf.type) {
		case 'has':
		case 'present':
			return field.name === 'parentId' ? sql`run.parent_key is not null` : sql`${column} is not null`;
		case 'in':
			return sql`${column} in (${sql.join(leaf.values.map((value) => attributeValue(field, value)))})`;
		case 'compare':
			if (typeof leaf.value === 'string' && !isTime(field)) return textComparison(column, leaf.operator, leaf.value, context);
			return sql`${column} ${sql.raw(SQL_OPERATORS[leaf.operator])} ${attributeValue(field, leaf.value)}`;
	}
}

/** Equality that an index of keys answers. */
function keyedEquality(name: RunAttribute, value: FilterValue): Condition | null {
	switch (name) {
		case 'parentId':
			return sql`run.parent_key = (select p.key from run p where p.id = ${value})`;
		case 'rootId':
			return sql`run.root_key = (select r.key from run r where r.id = ${value})`;
		case 'experimentId':
			return sql`run.experiment_key = (select e.key from experiment e where e.id = ${value})`;
		default:
			return null;
	}
}

const SQL_OPERATORS: Readonly<Record<ComparisonOperator, string>> = {
	'=': '=',
	'!=': '<>',
	'<': '<',
	'<=': '<=',
	'>': '>',
	'>=': '>=',
	like: 'like',
	ilike: 'like',
};

/** `like` minds upper and lower case, `ilike` does not, on both engines (SQLite's own like never does for ASCII). */
function textComparison(column: RawBuilder<unknown>, operator: ComparisonOperator, value: string, { engine }: FilterContext): Condition {
	if (operator === 'ilike') return sql`lower(${column}) like ${value.toLowerCase()}`;
	if (operator === 'like' && engine === 'sqlite') return sql`${column} glob ${globOf(value)}`;
	return sql`${column} ${sql.raw(SQL_OPERATORS[operator])} ${value}`;
}

/** The pattern of a LIKE as a GLOB, which minds case. */
function globOf(pattern: string): string {
	return pattern.replace(/[*?[\]%_]/g, (character) => (character === '%' ? '*' : character === '_' ? '?' : `[${character}]`));
}

function isTime(field: FilterField): boolean {
	return field.kind === 'attribute' && field.name.endsWith('Time');
}

function attributeValue(field: FilterField, value: FilterValue): FilterValue {
	return isTime(field) ? Date.parse(String(value)) * 1000 : value;
}
