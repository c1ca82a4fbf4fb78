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
import { headOf, isAllHead } from '../../storage/attribute-head.ts';
import { compareText, operatorSql } from '../../storage/text-comparison.ts';

export type Condition = RawBuilder<boolean>;

/** What a filter is translated for. */
export interface FilterContext {
	readonly workspaceKey: number;
	/** Now, in microseconds: durations of live runs end here. */
	readonly now: number;
	readonly engine: 'sqlite' | 'postgres';
}

/** The table that holds what a field names, one row a run. */
export interface FieldSource {
	/** With its alias. */
	readonly table: RawBuilder<unknown>;
	readonly runKey: RawBuilder<number>;
	/** Which rows they are, of every run: an index finds them by value. */
	readonly scan: Condition;
	/** Which row it is, beside the key of one run. It names no workspace, or SQLite would take an index by value to look up a run. */
	readonly probe: Condition;
	/** The rows that `scan` finds fulfil the condition; else they only may. */
	readonly isExact: boolean;
}

const STATISTIC_COLUMNS: Readonly<Record<MetricStatistic, RawBuilder<number | null>>> = {
	last: sql`m.last_number`,
	min: sql`m.min_number`,
	max: sql`m.max_number`,
	mean: sql`m.mean_number`,
	first: sql`m.first_number`,
};

/** The mean and the first value have no index: they are seldom asked for, and each index is written with every batch of points. */
export const INDEXED_STATISTICS: ReadonlySet<MetricStatistic> = new Set(['last', 'min', 'max']);

export function statisticColumn(statistic: MetricStatistic): RawBuilder<number | null> {
	return STATISTIC_COLUMNS[statistic];
}

export function metricSource(context: FilterContext, name: string): FieldSource {
	const probe: Condition = sql`m.search_name = ${name}`;
	return {
		table: sql`metric_column m`,
		runKey: sql`m.run_key`,
		scan: sql`m.workspace_key = ${context.workspaceKey} and ${probe}`,
		probe,
		isExact: true,
	};
}

export function attributeSource(context: FilterContext, kind: 'tag' | 'property' | 'param', key: string): FieldSource {
	const probe: Condition = sql`a.kind = ${kind} and a.key = ${key}`;
	return {
		table: sql`run_attribute a`,
		runKey: sql`a.run_key`,
		scan: sql`a.workspace_key = ${context.workspaceKey} and ${probe}`,
		probe,
		isExact: true,
	};
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

/** Each condition that is joined to those before it is one level of an expression: SQLite takes a thousand. */
const CONDITIONS_JOINED = 100;

/** All of some conditions, in groups of groups where they are many. */
function joinedBy(word: 'and' | 'or', conditions: readonly Condition[]): Condition {
	if (conditions.length <= CONDITIONS_JOINED) return sql`(${sql.join(conditions, sql.raw(` ${word} `))})`;
	const size = Math.ceil(conditions.length / CONDITIONS_JOINED);
	const groups: Condition[] = [];
	for (let at = 0; at < conditions.length; at += size) groups.push(joinedBy(word, conditions.slice(at, at + size)));
	return joinedBy(word, groups);
}

/** The whole filter as one condition. */
export function filterCondition(filter: Filter, context: FilterContext): Condition {
	switch (filter.type) {
		case 'and':
			return joinedBy(
				'and',
				filter.operands.map((operand) => filterCondition(operand, context)),
			);
		case 'or':
			return joinedBy(
				'or',
				filter.operands.map((operand) => filterCondition(operand, context)),
			);
		case 'not':
			return negation(filter.operand, context);
		case 'dataset':
			return datasetCondition(filter, context);
		default:
			return leafCondition(filter, context);
	}
}

/** A comparison with nothing is neither true nor false in SQL; "not" of it is true, as a person means it. */
function negation(operand: Filter, context: FilterContext): Condition {
	return sql`(not coalesce(${filterCondition(operand, context)}, ${context.engine === 'postgres' ? sql`false` : sql`0`}))`;
}

type DatasetFilter = Extract<Filter, { type: 'dataset' }>;
export type FilterLeaf = Exclude<Filter, DatasetFilter | { type: 'and' | 'or' | 'not' }>;

/** Where the context of a dataset stands, as MLflow's clients write it. */
const CONTEXT_TAG = 'mlflow.data.context';

function datasetCondition({ part, operator, value }: DatasetFilter, { engine }: FilterContext): Condition {
	const context = engine === 'postgres' ? sql`(u.tags::json ->> ${CONTEXT_TAG})` : sql`json_extract(u.tags, ${`$."${CONTEXT_TAG}"`})`;
	const column = { name: sql`d.name`, digest: sql`d.digest`, context }[part];
	return sql`exists (select 1 from run_dataset u join dataset d on d.key = u.dataset_key
		where u.run_key = run.key and ${compareText(column, operator, value, engine)})`;
}

function leafCondition(leaf: FilterLeaf, context: FilterContext): Condition {
	const { field } = leaf;
	if (field.kind === 'attribute') return attributeCondition(leaf, context);
	const { table, runKey, probe } = rowsOfLeaf(leaf, context) as FieldSource;
	return sql`exists (select 1 from ${table} where ${runKey} = run.key and ${probe})`;
}

/** The rows that make a leaf true, where an index finds them: those over tags, properties, params, metrics, and the place of a run in its tree. */
export function rowsOfLeaf(leaf: FilterLeaf, context: FilterContext): FieldSource | null {
	const { field } = leaf;
	if (field.kind === 'attribute') return rowsOfPlace(leaf);
	const value = valueCondition(leaf, context);
	if (field.kind === 'metric') return narrowed(metricSource(context, field.name), value, INDEXED_STATISTICS.has(field.statistic));
	return narrowed(attributeSource(context, field.kind, field.key), value, hasIndexedValue(leaf));
}

/** What a leaf asks of the row of its field; null where the row alone says it, or the run itself has the value. */
function valueCondition(leaf: FilterLeaf, context: FilterContext): Condition | null {
	if (leaf.field.kind === 'attribute') return null;
	return leaf.field.kind === 'metric' ? leafOverValue(leaf, statisticColumn(leaf.field.statistic)) : leafOverText(leaf, context);
}

/** What a filter asks of the rows of one field in any case: who walks along these rows need not look at others. */
export function conditionsOnField(filter: Filter, field: FilterField, context: FilterContext): Condition[] {
	switch (filter.type) {
		case 'and':
			return filter.operands.flatMap((operand) => conditionsOnField(operand, field, context));
		case 'or':
		case 'not':
		case 'dataset':
			return [];
		default: {
			const condition = isSameField(filter.field, field) ? valueCondition(filter, context) : null;
			return condition === null ? [] : [condition];
		}
	}
}

function isSameField(one: FilterField, other: FilterField): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}

/** Rows are found by value where an index has it, else by their key alone: then more are found than fulfil the condition, and none is missed. */
function narrowed(source: FieldSource, value: Condition | null, isIndexed: boolean): FieldSource {
	if (value === null) return source;
	const probe: Condition = sql`${source.probe} and ${value}`;
	return isIndexed ? { ...source, scan: sql`${source.scan} and ${value}`, probe } : { ...source, probe, isExact: false };
}

/** An index holds numbers, and the beginnings of texts, for equality. */
function hasIndexedValue(leaf: FilterLeaf): boolean {
	if (leaf.type === 'compare') return typeof leaf.value === 'number' || leaf.operator === '=';
	return true;
}

/** Runs below one run: an index finds them, and they are few. */
function rowsOfPlace(leaf: FilterLeaf): FieldSource | null {
	if (leaf.type !== 'compare' || leaf.operator !== '=' || leaf.field.kind !== 'attribute') return null;
	const column = { parentId: sql`k.parent_key`, rootId: sql`k.root_key` }[leaf.field.name as string];
	if (!column) return null;
	const scan: Condition = sql`${column} = (select o.key from run o where o.id = ${leaf.value})`;
	return { table: sql`run k`, runKey: sql`k.key`, scan, probe: scan, isExact: true };
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
			return sql`${column} ${operatorSql(leaf.operator)} ${leaf.value}`;
	}
}

/** A leaf over the value of a tag, property or param: numbers compare as numbers, texts as texts. */
function leafOverText(leaf: FilterLeaf, context: FilterContext): Condition | null {
	const one = (operator: ComparisonOperator, value: FilterValue): Condition => {
		if (typeof value === 'number') return sql`a.number ${operatorSql(operator)} ${value}`;
		// The index holds the beginning of a value; a longer one is compared as a whole after it.
		if (operator === '=') return isAllHead(value) ? sql`a.head = ${value}` : sql`a.head = ${headOf(value)} and a.value = ${value}`;
		return compareText(sql`a.value`, operator, value, context.engine);
	};
	switch (leaf.type) {
		case 'has':
			return null;
		case 'present':
			return sql`a.head is not null`;
		case 'in':
			return joinedBy(
				'or',
				leaf.values.map((value) => one('=', value)),
			);
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
			return sql`${besides(column, leaf.values)} in (${sql.join(leaf.values.map((value) => attributeValue(field, value)))})`;
		case 'compare':
			if (typeof leaf.value === 'string' && !isTime(field)) return compareText(column, leaf.operator, leaf.value, context.engine);
			return sql`${besides(column, [leaf.value])} ${operatorSql(leaf.operator)} ${attributeValue(field, leaf.value)}`;
	}
}

/** A column of whole numbers, to stand beside others: PostgreSQL takes none there that is not whole, or too large for one. */
function besides(column: RawBuilder<unknown>, values: readonly FilterValue[]): RawBuilder<unknown> {
	const areWhole = values.every((value) => typeof value !== 'number' || Number.isSafeInteger(value));
	return areWhole ? column : sql`cast(${column} as double precision)`;
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

function isTime(field: FilterField): boolean {
	return field.kind === 'attribute' && field.name.endsWith('Time');
}

function attributeValue(field: FilterField, value: FilterValue): FilterValue {
	return isTime(field) ? Date.parse(String(value)) * 1000 : value;
}
