/** The SQL of searches: keys of the runs of a page first, then what a page shows of them. */
import type { Lifecycle, MetricSummary, Tags } from '@runstead/contract';
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import type { CursorValue } from '../../http/cursor.ts';
import type { Database } from '../../storage/database.ts';
import type { RunTable, Tables } from '../../storage/tables.ts';
import type { Selection } from './field-selection.ts';
import type { Condition, FieldSource } from './filter-sql.ts';
import type { Segment } from './order-sql.ts';

export interface PlaceInOrder {
	readonly value: CursorValue;
	readonly key: number;
}

export type Ties = 'newest' | 'oldest' | 'id';

export interface SegmentQuery {
	readonly engine: Database['engine'];
	readonly segment: Segment;
	/** What every run of the list fulfils. */
	readonly conditions: readonly Condition[];
	readonly filter: Condition | null;
	/** The rows that name all runs that can match, where a search begins with them; null: it walks along the order. */
	readonly start: readonly FieldSource[] | null;
	/** How far to walk at most; null: to the end. */
	readonly stepsMax: number | null;
	readonly descending: boolean;
	/** Runs with the same value: the newest first, the oldest first, or by their ids, which only an order by the run's own values has. */
	readonly ties: Ties;
	/** Only what comes after this place. */
	readonly after: PlaceInOrder | null;
	readonly limit: number;
}

/** Keys of runs in the order of a segment. */
export async function keysOfSegment(db: Kysely<Tables>, query: SegmentQuery): Promise<PlaceInOrder[]> {
	const found = await (query.start ? keysFromStart(query, query.start) : keysAlongOrder(query)).execute(db);
	return found.rows;
}

type KeysQuery = RawBuilder<PlaceInOrder>;

/** Looks at each run that the rows name, then sorts: for few. */
function keysFromStart(query: SegmentQuery, start: readonly FieldSource[]): KeysQuery {
	const { segment, conditions, filter } = query;
	const keys = start.map(({ table, runKey, scan }) => sql`select ${runKey} as key from ${table} where ${scan}`);
	// Each run once, also where two rows name it. A cross join keeps SQLite to this order of loops.
	const from = sql`(${sql.join(keys, sql` union `)} ${keys.length === 1 ? sql`group by 1` : sql``}) begun cross join run`;
	const where = [sql`run.key = begun.key`, ...conditions, segment.where, ...(filter ? [filter] : [])];
	const value = segment.value ?? sql`null`;
	const joined = segment.source ? sql`${from} cross join ${segment.source.table}` : from;
	if (segment.source) where.push(sql`${segment.source.runKey} = run.key and ${segment.source.probe}`);
	where.push(...afterCondition(query, value, sql`run.key`));
	return sql`select run.key as key, ${value} as value from ${joined} where ${sql.join(where, sql` and `)} ${orderAndLimit(query, sql`value`, sql`key`, query.limit)}`;
}

/** Walks along the order and looks at each run on the way, until the page is full. */
function keysAlongOrder(query: SegmentQuery): KeysQuery {
	const { engine, segment, conditions, filter, stepsMax, limit } = query;
	const value = segment.value ?? sql`null`;
	const rest = filter ? [filter] : [];
	if (segment.source) {
		const { table, runKey, scan } = segment.source;
		const walked = [scan, segment.where, ...afterCondition(query, value, runKey)];
		const steps = stepsMax === null ? sql`` : orderAndLimit(query, value, runKey, stepsMax);
		const way = sql`select ${runKey} as key, ${value} as value from ${table} where ${sql.join(walked, sql` and `)} ${steps}`;
		const where = [sql`run.key = way.key`, ...conditions, ...rest];
		return sql`select way.key as key, way.value as value from (${way}) way cross join run where ${sql.join(where, sql` and `)} ${orderAndLimit(query, sql`way.value`, sql`way.key`, limit)}`;
	}
	// Runs without a value come by key: the table itself has them in that order, and no index is to be sorted.
	const table = segment.value === null && engine === 'sqlite' ? sql`run not indexed` : sql`run`;
	const walked = [...conditions, segment.where, ...afterCondition(query, value, sql`run.key`)];
	if (stepsMax === null) {
		return sql`select run.key as key, ${value} as value from ${table} where ${sql.join([...walked, ...rest], sql` and `)} ${orderAndLimit(query, value, sql`run.key`, limit)}`;
	}
	const way = sql`select * from ${table} where ${sql.join(walked, sql` and `)} ${orderAndLimit(query, value, sql`run.key`, stepsMax)}`;
	const where = rest.length === 0 ? sql`` : sql`where ${filter}`;
	return sql`select run.key as key, ${value} as value from (${way}) run ${where} ${orderAndLimit(query, value, sql`run.key`, limit)}`;
}

function orderAndLimit(query: SegmentQuery, value: RawBuilder<unknown>, key: RawBuilder<unknown>, limit: number): RawBuilder<unknown> {
	const { segment, descending, ties } = query;
	const direction = sql.raw(descending ? 'desc' : 'asc');
	const tie = isTiedById(query) ? sql`run.id asc` : sql`${key} ${sql.raw(ties === 'oldest' ? 'asc' : 'desc')}`;
	return sql`order by ${segment.value ? sql`${value} ${direction}, ${tie}` : tie} limit ${limit}`;
}

/** Rows beside the run have only its key. */
function isTiedById({ segment, ties }: SegmentQuery): boolean {
	return ties === 'id' && segment.value !== null && segment.source === null;
}

function afterCondition(query: SegmentQuery, value: RawBuilder<unknown>, key: RawBuilder<unknown>): Condition[] {
	const { segment, after, descending, ties } = query;
	if (!after) return [];
	const beyond = sql.raw(descending ? '<' : '>');
	const tiesDescending = ties !== 'oldest';
	const tiesBeyond = sql.raw(tiesDescending ? '<' : '>');
	if (!segment.value) return [sql`${key} ${tiesBeyond} ${after.key}`];
	if (isTiedById(query)) {
		const isNext = sql`run.id > (select t.id from run t where t.key = ${after.key})`;
		return [sql`${value} ${sql.raw(descending ? '<=' : '>=')} ${after.value}`, sql`(${value} ${beyond} ${after.value} or ${isNext})`];
	}
	if (descending === tiesDescending) return [sql`(${value}, ${key}) ${beyond} (${after.value}, ${after.key})`];
	// The first of the two is what an index is walked by.
	return [
		sql`${value} ${sql.raw(descending ? '<=' : '>=')} ${after.value}`,
		sql`(${value} ${beyond} ${after.value} or ${key} ${tiesBeyond} ${after.key})`,
	];
}

/** Keys of runs in an order that no index has: they are all looked at, then sorted. */
export async function keysSorted(
	db: Kysely<Tables>,
	{ where, order, offset, limit }: { where: Condition; order: RawBuilder<unknown>; offset: number; limit: number },
): Promise<number[]> {
	const found = await sql<{
		key: number;
	}>`select run.key as key from run where ${where} order by ${order} limit ${limit} offset ${offset}`.execute(db);
	return found.rows.map(({ key }) => key);
}

/** All runs of a workspace. */
export async function countRuns(db: Kysely<Tables>, workspaceKey: number): Promise<number> {
	const { count } = await db
		.selectFrom('run')
		.select(({ fn }) => fn.countAll<number>().as('count'))
		.where('workspace_key', '=', workspaceKey)
		.executeTakeFirstOrThrow();
	return Number(count);
}

/** How many rows there are, counted no further than `max`. */
export async function countRows(db: Kysely<Tables>, { table, scan }: FieldSource, max: number): Promise<number> {
	const counted = await sql<{
		count: number;
	}>`select count(*) as count from (select 1 from ${table} where ${scan} limit ${max}) counted`.execute(db);
	return Number(counted.rows[0]?.count);
}

export function lifecycleCondition(lifecycle: Lifecycle | 'all'): Condition {
	// Three equalities rather than nothing: the index by time begins with the lifecycle.
	return lifecycle === 'all' ? sql`run.lifecycle in ('active', 'archived', 'trashed')` : sql`run.lifecycle = ${lifecycle}`;
}

export interface RunRow extends Selectable<RunTable> {
	readonly workspace_id: string;
	readonly workspace_name: string;
	readonly experiment_id: string;
	readonly experiment_name: string;
	readonly parent_id: string | null;
	readonly root_id: string;
	readonly job_definition: string | null;
	readonly child_count: number;
}

/** Runs with the names of what they belong to. */
export function runRows(
	db: Kysely<Tables>,
	by: { readonly keys: readonly number[] } | { readonly ids: readonly string[] },
): Promise<RunRow[]> {
	const query = db
		.selectFrom('run')
		.innerJoin('workspace', 'workspace.key', 'run.workspace_key')
		.innerJoin('experiment', 'experiment.key', 'run.experiment_key')
		.innerJoin('run as root', 'root.key', 'run.root_key')
		.leftJoin('run as parent', 'parent.key', 'run.parent_key')
		.leftJoin('job', 'job.run_key', 'run.key')
		.selectAll('run')
		.select(({ selectFrom }) => [
			'workspace.id as workspace_id',
			'workspace.name as workspace_name',
			'experiment.id as experiment_id',
			'experiment.name as experiment_name',
			'parent.id as parent_id',
			'root.id as root_id',
			'job.definition as job_definition',
			selectFrom('run as child')
				.select(({ fn }) => fn.countAll<number>().as('count'))
				.whereRef('child.parent_key', '=', 'run.key')
				.where('child.lifecycle', '!=', 'trashed')
				.$castTo<number>()
				.as('child_count'),
		]);
	return ('keys' in by ? query.where('run.key', 'in', by.keys) : query.where('run.id', 'in', by.ids)).$castTo<RunRow>().execute();
}

const ATTRIBUTE_KINDS = ['tag', 'property', 'param'] as const;

export interface Attributes {
	readonly tags: Tags;
	readonly properties: Record<string, string>;
	readonly params: Record<string, string>;
}

export async function attributesOf(db: Kysely<Tables>, runKeys: readonly number[], selection: Selection): Promise<Map<number, Attributes>> {
	const byRun = new Map<number, Attributes>(runKeys.map((key) => [key, { tags: {}, properties: {}, params: {} }]));
	const kinds = ATTRIBUTE_KINDS.filter((kind) => selection[kind] === 'all' || selection[kind].size > 0);
	if (kinds.length === 0) return byRun;
	const rows = await db
		.selectFrom('run_attribute')
		.select(['run_key', 'kind', 'key', 'value'])
		.where('run_key', 'in', runKeys)
		.where((where) =>
			where.or(
				kinds.map((kind) => {
					const names = selection[kind];
					return names === 'all' ? where('kind', '=', kind) : where.and([where('kind', '=', kind), where('key', 'in', [...names])]);
				}),
			),
		)
		.orderBy('run_key')
		.orderBy('kind')
		.orderBy('key')
		.execute();
	for (const { run_key, kind, key, value } of rows) {
		const attributes = byRun.get(run_key) as Attributes;
		if (kind === 'tag') attributes.tags[key] = value;
		else attributes[kind === 'property' ? 'properties' : 'params'][key] = value ?? '';
	}
	return byRun;
}

export async function metricSummariesOf(
	db: Kysely<Tables>,
	runKeys: readonly number[],
	{ metric: names }: Selection,
): Promise<Map<number, Record<string, MetricSummary>>> {
	const byRun = new Map<number, Record<string, MetricSummary>>(runKeys.map((key) => [key, {}]));
	if (names !== 'all' && names.size === 0) return byRun;
	const rows = await db
		.selectFrom('metric_column')
		.innerJoin('metric_series', 'metric_series.key', 'metric_column.series_key')
		.leftJoin('metric_definition', (join) =>
			join.onRef('metric_definition.run_key', '=', 'metric_series.run_key').onRef('metric_definition.name', '=', 'metric_series.name'),
		)
		.select(['metric_column.run_key', 'metric_series.name', 'kind', 'direction', 'point_count', 'metric_column.name as column', 'summary'])
		.where('metric_column.run_key', 'in', runKeys)
		.$if(names !== 'all', (query) => query.where('metric_column.search_name', 'in', [...(names as ReadonlySet<string>)]))
		.orderBy('series_key')
		.orderBy('ordinal')
		.execute();
	for (const row of rows) {
		const metrics = byRun.get(row.run_key) as Record<string, MetricSummary>;
		metrics[row.name] ??= { name: row.name, kind: row.kind, count: row.point_count, direction: row.direction, columns: {} };
		(metrics[row.name] as MetricSummary).columns[row.column] = JSON.parse(row.summary) as MetricSummary['columns'][string];
	}
	return byRun;
}
