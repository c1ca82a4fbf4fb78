/** Series, their columns and chunks in SQL. The statements of the ingest path are plain and prepared. */
import type { ColumnSummary, Direction, MetricKind } from '@runstead/contract';
import type { Kysely, Selectable } from 'kysely';
import type { MetricChunkTable, MetricSeriesTable, Tables } from '../../storage/tables.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import { type ChunkPoints, packChunk, rangeOf, unpackChunk } from './chunk.ts';
import { packOutline } from './outline.ts';
import { searchNumbers } from './summary.ts';

export type SeriesRecord = Selectable<MetricSeriesTable>;

export interface ColumnRecord {
	readonly ordinal: number;
	readonly name: string;
	readonly summary: ColumnSummary;
}

/** A run as this capability needs it. */
export interface RunKeys {
	readonly key: number;
	readonly workspace_key: number;
}

export async function writerStored(unit: UnitOfWork, runKey: number, writer: string): Promise<number> {
	const [row] = await unit.execute('select stored from metric_writer where run_key = ? and writer = ?', [runKey, writer]);
	return Number(row?.stored ?? 0);
}

export async function setWriterStored(unit: UnitOfWork, runKey: number, writer: string, stored: number): Promise<void> {
	await unit.execute(
		'insert into metric_writer (run_key, writer, stored) values (?, ?, ?) on conflict (run_key, writer) do update set stored = excluded.stored',
		[runKey, writer, stored],
	);
}

export async function seriesByName(unit: UnitOfWork, runKey: number, name: string): Promise<SeriesRecord | undefined> {
	const [row] = await unit.execute(
		'select key, run_key, workspace_key, name, kind, point_count, tail_points from metric_series where run_key = ? and name = ?',
		[runKey, name],
	);
	return row as unknown as SeriesRecord | undefined;
}

export async function insertSeries(unit: UnitOfWork, run: RunKeys, name: string, kind: MetricKind): Promise<SeriesRecord> {
	const [row] = await unit.execute(
		'insert into metric_series (run_key, workspace_key, name, kind, point_count, tail_points) values (?, ?, ?, ?, 0, 0) returning key',
		[run.key, run.workspace_key, name, kind],
	);
	return { key: Number(row?.key), run_key: run.key, workspace_key: run.workspace_key, name, kind, point_count: 0, tail_points: 0 };
}

export async function countSeries(unit: UnitOfWork, runKey: number): Promise<number> {
	const [row] = await unit.execute('select count(*) as count from metric_series where run_key = ?', [runKey]);
	return Number(row?.count);
}

export async function updateCounts(unit: UnitOfWork, seriesKey: number, pointCount: number, tailPoints: number): Promise<void> {
	await unit.execute('update metric_series set point_count = ?, tail_points = ? where key = ?', [pointCount, tailPoints, seriesKey]);
}

export async function columnsOf(unit: UnitOfWork, seriesKey: number): Promise<ColumnRecord[]> {
	const rows = await unit.execute('select ordinal, name, summary from metric_column where series_key = ? order by ordinal', [seriesKey]);
	return rows.map((row) => ({
		ordinal: Number(row.ordinal),
		name: String(row.name),
		summary: JSON.parse(String(row.summary)) as ColumnSummary,
	}));
}

export async function putColumn(unit: UnitOfWork, series: SeriesRecord, column: ColumnRecord): Promise<void> {
	const { first_number, last_number, min_number, max_number, mean_number } = searchNumbers(column.summary);
	const searchName = column.name === series.name ? series.name : `${series.name}.${column.name}`;
	await unit.execute(
		`insert into metric_column (series_key, ordinal, run_key, workspace_key, name, search_name, summary, first_number, last_number, min_number, max_number, mean_number)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (series_key, ordinal) do update set summary = excluded.summary, first_number = excluded.first_number, last_number = excluded.last_number,
			min_number = excluded.min_number, max_number = excluded.max_number, mean_number = excluded.mean_number`,
		[
			series.key,
			column.ordinal,
			series.run_key,
			series.workspace_key,
			column.name,
			searchName,
			JSON.stringify(column.summary),
			first_number,
			last_number,
			min_number,
			max_number,
			mean_number,
		],
	);
}

export async function insertChunk(
	unit: UnitOfWork,
	seriesKey: number,
	firstArrival: number,
	points: ChunkPoints,
	sealed: boolean,
): Promise<void> {
	const steps = rangeOf(points.steps);
	const times = rangeOf(points.times) as { min: number; max: number };
	await unit.execute(
		'insert into metric_chunk (series_key, first_arrival, point_count, sealed, min_step, max_step, min_time, max_time, data, outline) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
		[
			seriesKey,
			firstArrival,
			points.count,
			sealed ? 1 : 0,
			steps?.min ?? null,
			steps?.max ?? null,
			times.min,
			times.max,
			packChunk(points),
			sealed ? packOutline(points, firstArrival) : null,
		],
	);
}

/** Takes the chunks that are not sealed away, in order of arrival, to be written anew. */
export async function takeTail(unit: UnitOfWork, seriesKey: number): Promise<{ firstArrival: number; chunks: ChunkPoints[] }> {
	const rows = await unit.execute(
		'select first_arrival, data from metric_chunk where series_key = ? and sealed = 0 order by first_arrival',
		[seriesKey],
	);
	await unit.execute('delete from metric_chunk where series_key = ? and sealed = 0', [seriesKey]);
	return { firstArrival: Number(rows[0]?.first_arrival), chunks: rows.map((row) => unpackChunk(row.data as Uint8Array)) };
}

export function readSeries(db: Kysely<Tables>, runKey: number, name: string): Promise<SeriesRecord | undefined> {
	return db.selectFrom('metric_series').selectAll().where('run_key', '=', runKey).where('name', '=', name).executeTakeFirst();
}

/** The series of a name in several runs of a workspace: those whose first column holds numbers. */
export async function seriesOfRuns(
	db: Kysely<Tables>,
	workspaceKey: number,
	runs: readonly string[],
	name: string,
): Promise<{ run: string; key: number }[]> {
	return db
		.selectFrom('run')
		.innerJoin('metric_series', 'metric_series.run_key', 'run.key')
		.innerJoin('metric_column', 'metric_column.series_key', 'metric_series.key')
		.select(['run.id as run', 'metric_series.key as key'])
		.where('run.workspace_key', '=', workspaceKey)
		.where('run.id', 'in', runs)
		.where('metric_series.name', '=', name)
		.where('metric_column.ordinal', '=', 0)
		.where('metric_column.last_number', 'is not', null)
		.execute();
}

export interface NumberColumn {
	readonly run: string;
	readonly startTime: number;
	readonly seriesKey: number;
	readonly ordinal: number;
	readonly column: string;
}

/** The columns that hold numbers of a metric in several runs of a workspace; of one run in the order in which they first came. */
export async function numberColumnsOfRuns(
	db: Kysely<Tables>,
	workspaceKey: number,
	runs: readonly string[],
	metric: string,
): Promise<NumberColumn[]> {
	const rows = await db
		.selectFrom('run')
		.innerJoin('metric_series', 'metric_series.run_key', 'run.key')
		.innerJoin('metric_column', 'metric_column.series_key', 'metric_series.key')
		.select(['run.id', 'run.start_time', 'run.created_time', 'metric_series.key', 'metric_column.ordinal', 'metric_column.name'])
		.where('run.workspace_key', '=', workspaceKey)
		.where('run.id', 'in', runs)
		.where('metric_series.name', '=', metric)
		.where('metric_column.last_number', 'is not', null)
		.orderBy('metric_series.key')
		.orderBy('metric_column.ordinal')
		.execute();
	return rows.map((row) => ({
		run: row.id,
		startTime: row.start_time ?? row.created_time,
		seriesKey: row.key,
		ordinal: row.ordinal,
		column: row.name,
	}));
}

export async function readColumnNames(
	db: Kysely<Tables>,
	seriesKey: number,
): Promise<{ ordinal: number; name: string; numbers: boolean }[]> {
	const rows = await db
		.selectFrom('metric_column')
		.select(['ordinal', 'name', 'min_number'])
		.where('series_key', '=', seriesKey)
		.orderBy('ordinal')
		.execute();
	return rows.map(({ ordinal, name, min_number }) => ({ ordinal, name, numbers: min_number !== null }));
}

export interface ReadChunk {
	readonly firstArrival: number;
	readonly pointCount: number;
	readonly points: () => ChunkPoints;
}

/** Chunks with points after an arrival, as many as needed for `limit` points. */
export async function readChunksAfter(db: Kysely<Tables>, seriesKey: number, after: number, limit: number): Promise<ReadChunk[]> {
	const heads = await db
		.selectFrom('metric_chunk')
		.select(['first_arrival', 'point_count'])
		.where('series_key', '=', seriesKey)
		.where((eb) => eb(eb('first_arrival', '+', eb.ref('point_count')), '>', after + 1))
		.orderBy('first_arrival')
		.execute();
	let needed = 0;
	let points = 0;
	while (needed < heads.length && points < limit + 1) points += (heads[needed++] as { point_count: number }).point_count;
	const last = heads[needed - 1];
	if (!last) return [];
	const rows = await db
		.selectFrom('metric_chunk')
		.select(['first_arrival', 'point_count', 'data'])
		.where('series_key', '=', seriesKey)
		.where('first_arrival', '>=', (heads[0] as { first_arrival: number }).first_arrival)
		.where('first_arrival', '<=', last.first_arrival)
		.orderBy('first_arrival')
		.execute();
	return rows.map((row) => ({ firstArrival: row.first_arrival, pointCount: row.point_count, points: () => unpackChunk(row.data) }));
}

export type ChunkHead = Pick<
	Selectable<MetricChunkTable>,
	'first_arrival' | 'point_count' | 'sealed' | 'min_step' | 'max_step' | 'min_time' | 'max_time'
>;

export function readChunkHeads(db: Kysely<Tables>, seriesKey: number): Promise<ChunkHead[]> {
	return db
		.selectFrom('metric_chunk')
		.select(['first_arrival', 'point_count', 'sealed', 'min_step', 'max_step', 'min_time', 'max_time'])
		.where('series_key', '=', seriesKey)
		.orderBy('first_arrival')
		.execute();
}

/** Of the chunks from one arrival to another: outlines where `outlined` and there is one, else points. */
export async function readChunkRange(
	db: Kysely<Tables>,
	seriesKey: number,
	from: number,
	to: number,
	outlined: boolean,
): Promise<{ firstArrival: number; outline: Uint8Array | null; data: Uint8Array | null }[]> {
	const rows = await db
		.selectFrom('metric_chunk')
		.select((eb) => [
			'first_arrival',
			outlined ? 'outline' : eb.val<Uint8Array | null>(null).as('outline'),
			outlined ? eb.case().when('outline', 'is', null).then(eb.ref('data')).else(null).end().as('data') : 'data',
		])
		.where('series_key', '=', seriesKey)
		.where('first_arrival', '>=', from)
		.where('first_arrival', '<=', to)
		.orderBy('first_arrival')
		.execute();
	return rows.map((row) => ({
		firstArrival: row.first_arrival,
		outline: row.outline as Uint8Array | null,
		data: row.data as Uint8Array | null,
	}));
}

export async function putDefinition(db: Kysely<Tables>, runKey: number, name: string, direction: Direction | null): Promise<void> {
	await db
		.insertInto('metric_definition')
		.values({ run_key: runKey, name, direction })
		.onConflict((conflict) => conflict.columns(['run_key', 'name']).doUpdateSet({ direction }))
		.execute();
}

export async function readWriterStored(db: Kysely<Tables>, runKey: number, writer: string): Promise<number> {
	const row = await db
		.selectFrom('metric_writer')
		.select('stored')
		.where('run_key', '=', runKey)
		.where('writer', '=', writer)
		.executeTakeFirst();
	return row?.stored ?? 0;
}

export async function bytesOfRun(db: Kysely<Tables>, runKey: number): Promise<number> {
	const row = await db
		.selectFrom('metric_chunk')
		.innerJoin('metric_series', 'metric_series.key', 'metric_chunk.series_key')
		.select(({ fn }) => fn.sum<number | null>(fn<number>('length', ['data'])).as('bytes'))
		.where('metric_series.run_key', '=', runKey)
		.executeTakeFirst();
	return Number(row?.bytes ?? 0);
}
