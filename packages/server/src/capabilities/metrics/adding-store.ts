/** The statements that points are added with: plain and prepared, and few for many series. */
import type { ColumnSummary } from '@runstead/contract';
import { type RowsStatement, rowsStatement } from '../../storage/rows-statement.ts';
import type { SqlValue } from '../../storage/sql-value.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import { type ChunkPoints, packChunk, rangeOf, unpackChunk } from './chunk.ts';
import { packOutline } from './outline.ts';
import type { SeriesRecord } from './store.ts';
import { searchNumbers } from './summary.ts';

export interface ColumnRecord {
	readonly ordinal: number;
	readonly name: string;
	readonly summary: ColumnSummary;
}

/** A series, whether it is made already or not. */
export type SeriesState = Omit<SeriesRecord, 'key'>;

/** A series with its columns, as they are before more points come. */
export interface KnownSeries {
	readonly series: SeriesRecord;
	readonly columns: readonly ColumnRecord[];
}

/** Those of a run, which is named by its id, by their names. */
export async function knownSeries(unit: UnitOfWork, runId: string, names: readonly string[]): Promise<Map<string, KnownSeries>> {
	const known = new Map<string, { series: SeriesRecord; columns: ColumnRecord[] }>();
	const rows = await unit.executeList(
		`select s.key, s.run_key, s.workspace_key, s.name, s.kind, s.point_count, s.tail_points, c.ordinal, c.name as column_name, c.summary
		from metric_series s left join metric_column c on c.series_key = s.key
		where s.run_key = (select key from run where id = ?) and s.name {list} order by s.key, c.ordinal`,
		[runId],
		names,
	);
	for (const { ordinal, column_name, summary, ...row } of rows) {
		const series = row as unknown as SeriesRecord;
		const entry = known.getOrInsertComputed(series.name, () => ({ series, columns: [] }));
		if (ordinal !== null)
			entry.columns.push({ ordinal: Number(ordinal), name: String(column_name), summary: JSON.parse(String(summary)) as ColumnSummary });
	}
	return known;
}

/** Makes series with their counts; their keys. */
export async function insertSeries(unit: UnitOfWork, series: readonly SeriesState[]): Promise<{ key: number; name: string }[]> {
	const made = await unit.executeRows(
		INSERT_SERIES,
		series.map(({ run_key, workspace_key, name, kind, point_count, tail_points }) => [
			run_key,
			workspace_key,
			name,
			kind,
			point_count,
			tail_points,
		]),
	);
	return made as unknown as { key: number; name: string }[];
}

const INSERT_SERIES = rowsStatement(
	`insert into metric_series (run_key, workspace_key, name, kind, point_count, tail_points) {rows} returning key, name`,
	['bigint', 'bigint', 'text', 'text', 'bigint', 'bigint'],
);

export async function countSeries(unit: UnitOfWork, runKey: number): Promise<number> {
	const [row] = await unit.execute('select count(*) as count from metric_series where run_key = ?', [runKey]);
	return Number(row?.count);
}

export function updateCounts(unit: UnitOfWork, series: readonly SeriesRecord[]): void {
	unit.sendRows(
		UPDATE_COUNTS,
		series.map(({ key, point_count, tail_points }) => [key, point_count, tail_points]),
	);
}

const UPDATE_COUNTS = rowsStatement(
	'update metric_series set point_count = column2, tail_points = column3 from ({rows}) given where key = column1',
	['bigint', 'bigint', 'bigint'],
);

/** A column as it is now, and as it was before; null for a new one. */
export interface ColumnChange {
	readonly column: ColumnRecord;
	readonly had: ColumnRecord | null;
}

/** Of which series it is. */
interface ChangeOfSeries extends ColumnChange {
	readonly seriesKey: number;
	readonly series: SeriesState;
}

/** Writes the summaries of columns. Of those that were there, only what has changed: each number of them has an index to be kept. */
export function putColumns(unit: UnitOfWork, changes: readonly ChangeOfSeries[]): void {
	const made: SqlValue[][] = [];
	const updated = new Map<string, SqlValue[][]>();
	for (const { column, had, seriesKey, series } of changes) {
		const numbers = searchNumbers(column.summary);
		const summary = JSON.stringify(column.summary);
		if (had) {
			const before = searchNumbers(had.summary);
			const names = NUMBER_COLUMNS.filter((name) => numbers[name] !== before[name]);
			const row = [seriesKey, column.ordinal, summary, ...names.map((name) => numbers[name])];
			updated.getOrInsertComputed(names.join(), () => []).push(row);
			continue;
		}
		const searchName = column.name === series.name ? series.name : `${series.name}.${column.name}`;
		const row = [seriesKey, column.ordinal, series.run_key, series.workspace_key, column.name, searchName, summary];
		made.push([...row, ...NUMBER_COLUMNS.map((name) => numbers[name])]);
	}
	unit.sendRows(INSERT_COLUMNS, made);
	for (const [names, rows] of updated) unit.sendRows(updateColumnsStatement(names), rows);
}

const NUMBER_COLUMNS = ['first_number', 'last_number', 'min_number', 'max_number', 'mean_number'] as const;

const INSERT_COLUMNS = rowsStatement(
	`insert into metric_column (series_key, ordinal, run_key, workspace_key, name, search_name, summary, ${NUMBER_COLUMNS.join(', ')}) {rows}`,
	['bigint', 'bigint', 'bigint', 'bigint', 'text', 'text', 'text', ...NUMBER_COLUMNS.map(() => 'double precision' as const)],
);

/** By the numbers that have changed, which are few sets. */
const UPDATE_COLUMNS = new Map<string, RowsStatement>();

function updateColumnsStatement(names: string): RowsStatement {
	return UPDATE_COLUMNS.getOrInsertComputed(names, () => {
		const numbers = names === '' ? [] : names.split(',');
		const sets = numbers.map((name, index) => `, ${name} = column${index + 4}`).join('');
		return rowsStatement(
			`update metric_column set summary = column3${sets} from ({rows}) given where series_key = column1 and ordinal = column2`,
			['bigint', 'bigint', 'text', ...numbers.map(() => 'double precision' as const)],
		);
	});
}

export interface NewChunk {
	readonly seriesKey: number;
	readonly firstArrival: number;
	readonly points: ChunkPoints;
	readonly sealed: boolean;
}

export function insertChunks(unit: UnitOfWork, chunks: readonly NewChunk[]): void {
	unit.sendRows(
		INSERT_CHUNKS,
		chunks.map(({ seriesKey, firstArrival, points, sealed }) => {
			const steps = rangeOf(points.steps);
			const times = rangeOf(points.times) as { min: number; max: number };
			return [
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
			];
		}),
	);
}

const INSERT_CHUNKS = rowsStatement(
	`insert into metric_chunk
		(series_key, first_arrival, point_count, sealed, min_step, max_step, min_time, max_time, data, outline) {rows}`,
	['bigint', 'bigint', 'bigint', 'bigint', 'double precision', 'double precision', 'bigint', 'bigint', 'bytea', 'bytea'],
);

/** Takes the chunks that are not sealed away, in order of arrival, to be written anew. */
export async function takeTail(unit: UnitOfWork, seriesKey: number): Promise<ChunkPoints[]> {
	const rows = await unit.execute('select data from metric_chunk where series_key = ? and sealed = 0 order by first_arrival', [seriesKey]);
	unit.send('delete from metric_chunk where series_key = ? and sealed = 0', [seriesKey]);
	return rows.map((row) => unpackChunk(row.data as Uint8Array));
}

/** In microseconds, both ends in it. */
export interface TimeRange {
	readonly first: number;
	readonly last: number;
}

export async function chunksOverlapping(unit: UnitOfWork, seriesKey: number, { first, last }: TimeRange): Promise<ChunkPoints[]> {
	const rows = await unit.execute('select data from metric_chunk where series_key = ? and max_time >= ? and min_time <= ?', [
		seriesKey,
		first,
		last,
	]);
	return rows.map((row) => unpackChunk(row.data as Uint8Array));
}
