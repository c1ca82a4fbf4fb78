/** The SQL of searches: keys of the runs of a page first, then what a page shows of them. */
import type { Lifecycle, MetricSummary, Tags } from '@runstead/contract';
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import type { CursorValue } from '../../http/cursor.ts';
import type { RunTable, Tables } from '../../storage/tables.ts';
import type { Condition } from './filter-sql.ts';
import type { Segment } from './order-sql.ts';

export interface PlaceInOrder {
	readonly value: CursorValue;
	readonly key: number;
}

export interface SegmentQuery {
	readonly segment: Segment;
	readonly conditions: readonly Condition[];
	/** The only runs that can match, where a selective filter has found them. */
	readonly candidates: readonly number[] | null;
	readonly descending: boolean;
	/** Only what comes after this place. */
	readonly after: PlaceInOrder | null;
	readonly limit: number;
}

/** Keys of runs in the order of a segment. */
export async function keysOfSegment(db: Kysely<Tables>, query: SegmentQuery): Promise<PlaceInOrder[]> {
	const { segment, conditions, candidates, descending, after, limit } = query;
	const direction = sql.raw(descending ? 'desc' : 'asc');
	const beyond = sql.raw(descending ? '<' : '>');
	const value = segment.value ?? sql`null`;
	const where = [...conditions, segment.where];
	if (candidates) where.push(sql`run.key in (${sql.join(candidates)})`);
	if (segment.source) where.push(sql`${segment.source.where} and ${segment.source.runKey} = run.key`);
	if (after && segment.value) where.push(sql`(${value}, run.key) ${beyond} (${after.value}, ${after.key})`);
	if (after && !segment.value) where.push(sql`run.key ${beyond} ${after.key}`);
	const order = segment.value
		? sql`${value} ${direction}, ${segment.source?.runKey ?? sql`run.key`} ${direction}`
		: sql`run.key ${direction}`;
	// A cross join keeps SQLite to this order of loops: the walk along the index, or the few candidates, comes first.
	const from = !segment.source
		? sql`run`
		: candidates
			? sql`run cross join ${segment.source.table}`
			: sql`${segment.source.table} cross join run`;
	const { rows } = await sql<{
		key: number;
		value: CursorValue;
	}>`select run.key as key, ${value} as value from ${from} where ${sql.join(where, sql` and `)} order by ${order} limit ${limit}`.execute(
		db,
	);
	return rows;
}

/** Runs that rows name, if they are fewer than `max`; null if they are as many or more. */
export async function fewRunKeysOrNull(
	db: Kysely<Tables>,
	rows: { table: RawBuilder<unknown>; where: Condition; runKey: RawBuilder<number> },
	max: number,
): Promise<number[] | null> {
	const found = await sql<{ key: number }>`select ${rows.runKey} as key from ${rows.table} where ${rows.where} limit ${max}`.execute(db);
	return found.rows.length < max ? found.rows.map(({ key }) => key) : null;
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

export interface Attributes {
	readonly tags: Tags;
	readonly properties: Record<string, string>;
	readonly params: Record<string, string>;
}

export async function attributesOf(db: Kysely<Tables>, runKeys: readonly number[]): Promise<Map<number, Attributes>> {
	const rows = await db
		.selectFrom('run_attribute')
		.select(['run_key', 'kind', 'key', 'value'])
		.where('run_key', 'in', runKeys)
		.orderBy('run_key')
		.orderBy('kind')
		.orderBy('key')
		.execute();
	const byRun = new Map<number, Attributes>(runKeys.map((key) => [key, { tags: {}, properties: {}, params: {} }]));
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
): Promise<Map<number, Record<string, MetricSummary>>> {
	const rows = await db
		.selectFrom('metric_column')
		.innerJoin('metric_series', 'metric_series.key', 'metric_column.series_key')
		.leftJoin('metric_definition', (join) =>
			join.onRef('metric_definition.run_key', '=', 'metric_series.run_key').onRef('metric_definition.name', '=', 'metric_series.name'),
		)
		.select(['metric_column.run_key', 'metric_series.name', 'kind', 'direction', 'point_count', 'metric_column.name as column', 'summary'])
		.where('metric_column.run_key', 'in', runKeys)
		.orderBy('series_key')
		.orderBy('ordinal')
		.execute();
	const byRun = new Map<number, Record<string, MetricSummary>>(runKeys.map((key) => [key, {}]));
	for (const row of rows) {
		const metrics = byRun.get(row.run_key) as Record<string, MetricSummary>;
		metrics[row.name] ??= { name: row.name, kind: row.kind, count: row.point_count, direction: row.direction, columns: {} };
		(metrics[row.name] as MetricSummary).columns[row.column] = JSON.parse(row.summary) as MetricSummary['columns'][string];
	}
	return byRun;
}
