/** Runs counted together: by what they have in common, and as a whole. */
import { ACTIVE_STATUSES, type FilterField, RUN_ATTRIBUTES, type RunGroup, type RunSummary, RunsteadError } from '@runstead/contract';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import { attributeColumn, type Condition, type FilterContext, metricSource, statisticColumn } from './filter-sql.ts';

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
	const value = fieldOf(by, sql.ref('v'), 'text', context);
	const numbers = aggregates.map((field, index) => fieldOf(field, sql.ref(`n${index}`), 'number', context));
	const columns = numbers.map(({ value: number }, index) => {
		const name = (what: string) => sql.ref(`${what}${index}`);
		return sql`count(${number}) as ${name('count')}, min(${number}) as ${name('min')}, max(${number}) as ${name('max')}, avg(${number}) as ${name('mean')}`;
	});
	const joins = [value, ...numbers].map(({ join }) => join);
	const selected = [sql`${value.value} as value`, sql`count(*) as runs`, sql`sum(${ACTIVE}) as active`, ...columns];
	const { rows } = await sql<Record<string, string | number | null>>`
		select * from (select ${sql.join(selected)} from run ${sql.join(joins, sql` `)} where ${where} group by 1) grouped
		order by runs desc, value is null, value limit ${limit + 1}`.execute(db);
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

/** A field of every run: what joins it to them, and its value then. A subquery for each run would be made once for each place that names it. */
interface JoinedField {
	readonly join: RawBuilder<unknown>;
	readonly value: RawBuilder<unknown>;
}

function fieldOf(field: FilterField, alias: RawBuilder<unknown>, as: 'text' | 'number', context: FilterContext): JoinedField {
	if (field.kind === 'attribute') {
		if (as === 'number' && RUN_ATTRIBUTES[field.name] !== 'number')
			throw new RunsteadError('invalid-request', { what: `${field.name} holds no numbers: it cannot be summed up.` });
		return { join: sql``, value: attributeColumn(field.name, context) };
	}
	if (field.kind === 'metric') {
		const { table, runKey, scan } = metricSource(context, field.name);
		// A column of a row and a scalar may share the name that searches use.
		const rows = sql`select ${runKey} as run_key, max(${statisticColumn(field.statistic)}) as value from ${table} where ${scan} group by ${runKey}`;
		return { join: sql`left join (${rows}) ${alias} on ${alias}.run_key = run.key`, value: sql`${alias}.value` };
	}
	const row = sql`${alias}.run_key = run.key and ${alias}.kind = ${field.kind} and ${alias}.key = ${field.key}`;
	return { join: sql`left join run_attribute ${alias} on ${row}`, value: as === 'text' ? sql`${alias}.value` : sql`${alias}.number` };
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
