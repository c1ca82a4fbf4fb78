/** Series, their columns and chunks in SQL, as they are read. What adds to them is in adding-store.ts. */
import type { Direction } from '@runstead/contract';
import type { Kysely, Selectable } from 'kysely';
import type { MetricChunkTable, MetricSeriesTable, Tables } from '../../storage/tables.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import { type ChunkPoints, unpackChunk } from './chunk.ts';

export type SeriesRecord = Selectable<MetricSeriesTable>;

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

export function readSeries(db: Kysely<Tables>, runKey: number, name: string): Promise<SeriesRecord | undefined> {
	return db.selectFrom('metric_series').selectAll().where('run_key', '=', runKey).where('name', '=', name).executeTakeFirst();
}

export interface LoggedColumnRow {
	readonly run_key: number;
	readonly search_name: string;
	readonly min_number: number | null;
	readonly max_number: number | null;
	readonly last_number: number | null;
	readonly summary: string;
}

/** What some runs have logged themselves, by column; of one metric, or (null) of all. */
export function columnsOfRuns(
	db: Kysely<Tables>,
	runKeys: readonly number[],
	metric: string | null,
	exceptPrefix: string,
): Promise<LoggedColumnRow[]> {
	return db
		.selectFrom('metric_column')
		.select(['run_key', 'search_name', 'min_number', 'max_number', 'last_number', 'summary'])
		.where('run_key', 'in', runKeys)
		.$if(metric !== null, (query) => query.where('search_name', '=', metric as string))
		.$if(metric === null, (query) => query.where('search_name', 'not like', `${exceptPrefix}%`))
		.orderBy('series_key')
		.orderBy('ordinal')
		.execute();
}

/** The time of the last point that each of some runs has logged itself. */
export async function lastPointTimes(db: Kysely<Tables>, runKeys: readonly number[], exceptPrefix: string): Promise<Map<number, number>> {
	const rows = await db
		.selectFrom('metric_series')
		.innerJoin('metric_chunk', 'metric_chunk.series_key', 'metric_series.key')
		.select(({ fn }) => ['metric_series.run_key', fn.max('metric_chunk.max_time').as('time')])
		.where('metric_series.run_key', 'in', runKeys)
		.where('metric_series.name', 'not like', `${exceptPrefix}%`)
		.groupBy('metric_series.run_key')
		.execute();
	return new Map(rows.map((row) => [row.run_key, Number(row.time)]));
}

/** The scalars of a run whose names begin with a prefix. */
export function seriesWithPrefix(db: Kysely<Tables>, runKey: number, prefix: string): Promise<SeriesRecord[]> {
	return db
		.selectFrom('metric_series')
		.selectAll()
		.where('run_key', '=', runKey)
		.where('kind', '=', 'scalar')
		.where('name', '>=', prefix)
		.where('name', '<', `${prefix}\uffff`)
		.orderBy('key')
		.execute();
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

/** The first column of a run that searches call so. */
export async function columnBySearchName(
	db: Kysely<Tables>,
	runKey: number,
	searchName: string,
): Promise<{ seriesKey: number; ordinal: number } | null> {
	const row = await db
		.selectFrom('metric_column')
		.select(['series_key', 'ordinal'])
		.where('run_key', '=', runKey)
		.where('search_name', '=', searchName)
		.orderBy('series_key')
		.executeTakeFirst();
	return row ? { seriesKey: row.series_key, ordinal: row.ordinal } : null;
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
