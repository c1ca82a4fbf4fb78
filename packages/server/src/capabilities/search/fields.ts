/** Names of metrics, params, tags and properties in use: an index gives one after the other without looking at every row. */
import { checkLimit, type FieldNames, type FieldSelection, type FilterField, LIMITS, SYSTEM_METRIC_PREFIX } from '@runstead/contract';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { AttributeKind, Tables } from '../../storage/tables.ts';
import type { Condition } from './filter-sql.ts';

/** Runs that say which names are common, and names that are said to be. */
const COMMON_RUNS = 100;
const COMMON_NAMES_MAX = 100;

export interface NamesQuery {
	readonly workspaceKey: number;
	readonly contains: string;
	readonly limit: number;
}

export async function namesInUse(db: Kysely<Tables>, query: NamesQuery): Promise<{ names: FieldNames; truncated: boolean }> {
	const ofKind = (kind: AttributeKind) =>
		distinctNames(db, {
			...query,
			table: sql`run_attribute`,
			column: sql`key`,
			where: sql`workspace_key = ${query.workspaceKey} and kind = ${kind}`,
		});
	const [metrics, params, tags, properties] = await Promise.all([
		distinctNames(db, { ...query, table: sql`metric_column`, column: sql`search_name`, where: sql`workspace_key = ${query.workspaceKey}` }),
		ofKind('param'),
		ofKind('tag'),
		ofKind('property'),
	]);
	const cut = (names: string[]): string[] => names.slice(0, query.limit);
	return {
		names: { metrics: cut(metrics), params: cut(params), tags: cut(tags), properties: cut(properties) },
		truncated: [metrics, params, tags, properties].some((names) => names.length > query.limit),
	};
}

/**
 * The columns of a file of runs: where a kind is named alone, one for each name of it that is in use.
 * @throws {RunsteadError} limit-exceeded: nothing is left out without a word.
 */
export async function columnsOfExport(
	db: Kysely<Tables>,
	workspaceKey: number,
	selection: readonly FieldSelection[],
): Promise<FilterField[]> {
	const { max } = LIMITS.exportColumns;
	const hasEvery = selection.some(({ kind }) => kind === 'every');
	const names = hasEvery ? (await namesInUse(db, { workspaceKey, contains: '', limit: max + 1 })).names : null;
	const columns = selection.flatMap((field) => (field.kind === 'every' ? columnsOf(field.of, names) : [field]));
	checkLimit('The number of columns', columns.length, 'exportColumns');
	return columns;
}

function columnsOf(kind: 'metric' | 'param' | 'tag' | 'property', names: FieldNames | null): FilterField[] {
	if (names === null) return [];
	switch (kind) {
		case 'metric':
			return names.metrics.map((name) => ({ kind, name, statistic: 'last' }));
		case 'param':
			return names.params.map((key) => ({ kind, key }));
		case 'tag':
			return names.tags.map((key) => ({ kind, key }));
		case 'property':
			return names.properties.map((key) => ({ kind, key }));
	}
}

interface DistinctQuery extends NamesQuery {
	readonly table: RawBuilder<unknown>;
	readonly column: RawBuilder<string>;
	readonly where: Condition;
}

/** One more than the limit where there are more. Each name is the least one after the last: a step in the index, not a walk over its rows. */
async function distinctNames(db: Kysely<Tables>, { table, column, where, contains, limit }: DistinctQuery): Promise<string[]> {
	const pattern = `%${contains.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
	const found = await sql<{ name: string }>`
		with recursive found(name) as (
			select (select min(${column}) from ${table} where ${where})
			union all
			select (select min(${column}) from ${table} where ${where} and ${column} > found.name) from found where found.name is not null)
		select name from found where name is not null and lower(name) like ${pattern} escape '\\' order by name limit ${limit + 1}`.execute(db);
	return found.rows.map(({ name }) => name);
}

/** Names that the newest runs have, the most common first. */
export async function commonNames(db: Kysely<Tables>, runsWhere: Condition): Promise<{ metrics: string[]; params: string[] }> {
	const newest = sql`select run.key from run where ${runsWhere} order by run.created_time desc, run.key desc limit ${COMMON_RUNS}`;
	const counted = async (names: RawBuilder<unknown>): Promise<string[]> => {
		const { rows } = await sql<{ name: string }>`
			select name from (${names}) named group by name order by count(*) desc, name limit ${COMMON_NAMES_MAX}`.execute(db);
		return rows.map(({ name }) => name);
	};
	const own = sql`search_name not like ${`${SYSTEM_METRIC_PREFIX}%`}`;
	const [metrics, params] = await Promise.all([
		counted(
			sql`select search_name as name from metric_column where run_key in (${newest}) and last_number is not null and ordinal = 0 and ${own}`,
		),
		counted(sql`select key as name from run_attribute where run_key in (${newest}) and kind = 'param'`),
	]);
	return { metrics, params };
}
