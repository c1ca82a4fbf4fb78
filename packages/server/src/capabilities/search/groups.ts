/** Runs counted together: by what they have in common, and as a whole. */
import { ACTIVE_STATUSES, type FilterField, RUN_ATTRIBUTES, type RunGroup, type RunSummary, RunsteadError } from '@runstead/contract';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import { attributeColumn, type Condition, type FilterContext, statisticColumn } from './filter-sql.ts';

const TARGETS_MAX = 100;

const ACTIVE = sql`case when run.status in (${sql.join([...ACTIVE_STATUSES])}) then 1 else 0 end`;

export interface GroupQuery {
	readonly by: FilterField;
	readonly aggregates: readonly FilterField[];
	readonly where: Condition;
	readonly limit: number;
	readonly context: FilterContext;
}

/** One group more than the limit where there are more. @throws {RunsteadError} invalid-request for a field that holds no numbers. */
export async function readGroups(db: Kysely<Tables>, { by, aggregates, where, limit, context }: GroupQuery): Promise<RunGroup[]> {
	const numbers = aggregates.map((field) => numberOf(field, context));
	const columns = numbers.map((_, index) => {
		const number = sql.ref(`n${index}`);
		const name = (what: string) => sql.ref(`${what}${index}`);
		return sql`count(${number}) as ${name('count')}, min(${number}) as ${name('min')}, max(${number}) as ${name('max')}, avg(${number}) as ${name('mean')}`;
	});
	const inner = [
		sql`${groupValueOf(by, context)} as value`,
		sql`${ACTIVE} as active`,
		...numbers.map((number, index) => sql`${number} as ${sql.ref(`n${index}`)}`),
	];
	const { rows } = await sql<Record<string, string | number | null>>`
		select value, count(*) as runs, sum(active) as active${columns.length > 0 ? sql`, ${sql.join(columns)}` : sql``}
		from (select ${sql.join(inner)} from run where ${where}) grouped
		group by value order by count(*) desc, value is null, value limit ${limit + 1}`.execute(db);
	return rows.map((row) => ({
		value: row.value === null || row.value === undefined ? null : String(row.value),
		runCount: Number(row.runs),
		activeRunCount: Number(row.active),
		aggregates: aggregates.map((_, index) => ({
			count: Number(row[`count${index}`]),
			min: finiteOrNull(row[`min${index}`]),
			max: finiteOrNull(row[`max${index}`]),
			mean: finiteOrNull(row[`mean${index}`]),
		})),
	}));
}

function finiteOrNull(value: string | number | null | undefined): number | null {
	return value === null || value === undefined || !Number.isFinite(Number(value)) ? null : Number(value);
}

function groupValueOf(field: FilterField, context: FilterContext): RawBuilder<unknown> {
	if (field.kind === 'attribute') return attributeColumn(field.name, context);
	if (field.kind === 'metric') return metricOf(field);
	return sql`(select a.value from run_attribute a where a.run_key = run.key and a.kind = ${field.kind} and a.key = ${field.key})`;
}

function metricOf({ name, statistic }: Extract<FilterField, { kind: 'metric' }>): RawBuilder<unknown> {
	// A column of a row and a scalar may share the name that searches use.
	return sql`(select max(${statisticColumn(statistic)}) from metric_column m where m.run_key = run.key and m.search_name = ${name})`;
}

function numberOf(field: FilterField, context: FilterContext): RawBuilder<unknown> {
	if (field.kind === 'metric') return metricOf(field);
	if (field.kind !== 'attribute') {
		return sql`(select a.number from run_attribute a where a.run_key = run.key and a.kind = ${field.kind} and a.key = ${field.key})`;
	}
	if (RUN_ATTRIBUTES[field.name] !== 'number')
		throw new RunsteadError('invalid-request', { what: `${field.name} holds no numbers: it cannot be summed up.` });
	return attributeColumn(field.name, context);
}

export async function readSummary(db: Kysely<Tables>, where: Condition, context: FilterContext): Promise<RunSummary> {
	const duration = attributeColumn('durationMs', context);
	const totals = await sql<Record<string, string | number | null>>`
		select count(*) as runs, sum(${ACTIVE}) as active, min(duration) as min, max(duration) as max, avg(duration) as mean, sum(duration) as total
		from (select run.status, ${duration} as duration from run where ${where}) run`.execute(db);
	const targets = await sql<{ target: string; runs: number | string }>`
		select run.target as target, count(*) as runs from run
		where ${where} and run.status in (${sql.join([...ACTIVE_STATUSES])}) and run.target is not null
		group by run.target order by count(*) desc, run.target limit ${TARGETS_MAX}`.execute(db);
	const total = totals.rows[0] ?? {};
	return {
		runCount: Number(total.runs ?? 0),
		activeRunCount: Number(total.active ?? 0),
		activeTargets: targets.rows.map(({ target, runs }) => ({ target, activeRunCount: Number(runs) })),
		durationMs:
			total.min === null || total.min === undefined
				? null
				: { min: Number(total.min), max: Number(total.max), mean: Number(total.mean), total: Number(total.total) },
	};
}
