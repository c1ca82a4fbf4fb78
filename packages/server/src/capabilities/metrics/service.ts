/** Metrics: points stored once, in series with typed columns, summarised as they come in. */
import {
	type ColumnSummary,
	type Direction,
	type LogMetrics,
	type MetricColumn,
	type MetricKind,
	type MetricLine,
	type MetricSummary,
	RunsteadError,
	SYSTEM_METRIC_PREFIX,
	type WireValue,
} from '@runstead/contract';
import type { Static } from 'typebox';
import type { Database } from '../../storage/database.ts';
import { together, type UnitOfWork } from '../../storage/unit-of-work.ts';
import type { RunChange, RunHolder, RunRecord, RunService } from '../runs/service.ts';
import type { SearchService } from '../search/service.ts';
import { type Adding, addPoints, knownOf } from './adding.ts';
import { type ChartQuery, readChart } from './chart.ts';
import { mergeChunks, sliceChunk } from './chunk.ts';
import { type ColumnPlace, type HistoryPoints, historyInPieces, NO_HISTORY, readHistory, readSampledHistory } from './history.ts';
import { type LineQuery, readLines } from './lines.ts';
import { type ParsedSeries, parseSeries } from './points.ts';
import { readSparklines } from './sparklines.ts';
import * as store from './store.ts';
import { wireNumber } from './values.ts';

export type { HistoryPoints } from './history.ts';
export { type ParsedSeries, parseSeries } from './points.ts';

export interface MetricPoints {
	readonly name: string;
	readonly kind: MetricKind;
	readonly arrivals: number[];
	readonly steps: (number | null)[];
	readonly times: number[];
	readonly columns: Static<typeof MetricColumn>[];
	readonly next: number | null;
}

/** Points of a scalar that somebody has not had yet. */
export interface NewPoints {
	readonly seriesKey: number;
	readonly name: string;
	/** How many points the series has, with these. */
	readonly pointCount: number;
	readonly times: Float64Array;
	readonly values: Float64Array;
	/** The value of the last one that he has had; null where there is none. */
	readonly valueBefore: number | null;
}

/** What is known of a column that a run has logged. */
export interface LoggedColumn {
	readonly runKey: number;
	readonly name: string;
	readonly min: number | null;
	readonly max: number | null;
	readonly last: number | null;
	/** Whether one of its numbers was NaN. */
	readonly hasNaN: boolean;
}

/** So few are read sooner than a reader beside the server hears of it. */
const LIGHT_READ_POINTS = 5_000;

/** Runs of one statement. */
const RUNS_PER_READ = 500;

/** Writers of this name stand for series that come from files. */
const FILE_SERIES_MARK = 'file-series:';

/** Points that are read at once: more are new next time as well. */
const NEW_POINTS_MAX = 50_000;

/** What one request logs beside one another. */
export interface LoggedTogether extends RunChange {
	readonly series: readonly ParsedSeries[];
}

export type MetricService = ReturnType<typeof createMetricService>;

export interface MetricServiceOptions {
	readonly database: Database;
	readonly runs: RunService;
	readonly search: SearchService;
	/** Told after the commit that series of a run grew. */
	readonly onGrown: (run: RunRecord, names: readonly string[], pointCount: number) => void;
}

export function createMetricService({ database, runs, search, onGrown }: MetricServiceOptions) {
	/** @throws {RunsteadError} not-found. */
	const findSeries = async (runId: string, name: string): Promise<{ run: RunRecord; series: store.SeriesRecord }> => {
		const run = await runs.find(runId);
		const series = await store.readSeries(database.read, run.key, name);
		if (!series) throw new RunsteadError('not-found', { noun: 'metric', given: `${name} of run ${runId}` });
		return { run, series };
	};

	/** The column that a search calls so; null where nobody has logged to it. @throws {RunsteadError} not-found for the run. */
	const placeOf = async (runId: string, searchName: string): Promise<ColumnPlace | null> =>
		store.columnBySearchName(database.read, (await runs.find(runId)).key, searchName);

	/** Adds points in the caller's transaction. */
	const addIn = async (
		unit: UnitOfWork,
		run: RunRecord,
		series: readonly ParsedSeries[],
		adding: Adding = { skipsKnown: false },
	): Promise<void> => {
		await addPoints(unit, run, series, adding);
		unit.afterCommit(() =>
			onGrown(
				run,
				series.map(({ name }) => name),
				series.reduce((sum, { points }) => sum + points.count, 0),
			),
		);
	};

	return {
		addIn,

		/**
		 * Stores a batch, or says that its writer has stored it before.
		 * @throws {RunsteadError} not-found, invalid-request, limit-exceeded, metric-kind-changed, writer-ahead.
		 */
		async log(runId: string, batch: LogMetrics): Promise<{ stored: number; duplicate: boolean }> {
			const parsed = parseSeries(batch.series);
			const numbered = numberingOf(batch);
			return database.write(async (unit) => {
				const run = await runs.find(runId, unit.db);
				if (numbered && (await isStored(unit, run, numbered))) return { stored: 0, duplicate: true };
				await addIn(unit, run, parsed);
				return { stored: parsed.reduce((sum, { points }) => sum + points.count, 0), duplicate: false };
			});
		},

		/**
		 * Stores points, params and tags together, all or nothing. A point that is there already (same step, time and value) is not stored twice.
		 * `also` is done in the same transaction.
		 * @throws {RunsteadError} not-found, run-trashed, param-changed, limit-exceeded, metric-kind-changed.
		 */
		logAll: (
			runId: string,
			{ series, ...fields }: LoggedTogether,
			actor: string,
			also?: (unit: UnitOfWork, run: RunRecord) => Promise<void>,
		): Promise<void> =>
			database.write(async (unit) => {
				const [run, known] = await together([runs.findHeardIn(unit, runId, actor), knownOf(unit, runId, series)]);
				const updating = Object.keys(fields).length > 0 ? runs.updateIn(unit, run, fields, actor) : undefined;
				const adding = series.length > 0 ? addIn(unit, run, series, { skipsKnown: true, known }) : undefined;
				await together([updating, adding]);
				await also?.(unit, run);
			}),

		/**
		 * Stores what a file of a run says from one byte of it to another, and how far that is. What is there already is not stored
		 * twice; series that the run logs itself are left to it.
		 * @throws {RunsteadError} not-found, limit-exceeded, metric-kind-changed.
		 */
		logFromFile: (runId: string, writer: string, readBytes: number, series: readonly ParsedSeries[]): Promise<void> =>
			database.write(async (unit) => {
				const run = await runs.find(runId, unit.db);
				const known = await knownOf(unit, runId, series);
				const own: ParsedSeries[] = [];
				for (const one of series) {
					const mark = `${FILE_SERIES_MARK}${one.name}`;
					if (!known.has(one.name)) await store.setWriterStored(unit, run.key, mark, 1);
					else if ((await store.writerStored(unit, run.key, mark)) === 0) continue;
					own.push(one);
				}
				if (own.length > 0) await addIn(unit, run, own, { skipsKnown: true, known });
				await store.setWriterStored(unit, run.key, writer, readBytes);
			}),

		list: async (runId: string): Promise<MetricSummary[]> => Object.values((await search.run(runId)).metrics),

		/** Points after an arrival number, in order of arrival. @throws {RunsteadError} not-found. */
		async points(runId: string, name: string, after: number, limit: number): Promise<MetricPoints> {
			const { series } = await findSeries(runId, name);
			const names = await store.readColumnNames(database.read, series.key);
			const reader = Math.min(series.point_count, limit) > LIGHT_READ_POINTS ? database.heavyRead : database.read;
			const chunks = await store.readChunksAfter(reader, series.key, after, limit);
			const first = chunks[0];
			const skip = first ? Math.max(0, after + 1 - first.firstArrival) : 0;
			const merged = mergeChunks(chunks.map((chunk) => chunk.points()));
			const points = sliceChunk(merged, skip, Math.min(merged.count, skip + limit));
			const firstArrival = (first?.firstArrival ?? 0) + skip;
			const lastArrival = firstArrival + points.count - 1;
			return {
				name,
				kind: series.kind,
				arrivals: Array.from({ length: points.count }, (_, index) => firstArrival + index),
				steps: Array.from({ length: points.count }, (_, index) => stepOrNull(points.steps?.[index])),
				times: Array.from(points.times),
				columns: names.flatMap(({ ordinal, name: columnName }) => {
					const values = points.columns.get(ordinal);
					if (!values) return points.count === 0 ? [] : [{ name: columnName, values: new Array<WireValue>(points.count).fill(null) }];
					return [
						values.type === 'mixed'
							? { name: columnName, values: [...values.values] }
							: { name: columnName, type: values.type, values: Array.from(values.numbers, wireNumber) },
					];
				}),
				next: lastArrival + 1 < series.point_count && points.count > 0 ? lastArrival : null,
			};
		},

		/** What some runs have logged themselves, of one metric (a column of a table is `metric.column`) or (null) of all. */
		async loggedColumns(runKeys: readonly number[], metric: string | null): Promise<LoggedColumn[]> {
			const rows: store.LoggedColumnRow[] = [];
			for (let at = 0; at < runKeys.length; at += RUNS_PER_READ)
				rows.push(...(await store.columnsOfRuns(database.heavyRead, runKeys.slice(at, at + RUNS_PER_READ), metric, SYSTEM_METRIC_PREFIX)));
			return rows.map((row) => ({
				runKey: row.run_key,
				name: row.search_name,
				min: row.min_number,
				max: row.max_number,
				last: row.last_number,
				hasNaN: hasNaN(JSON.parse(row.summary) as ColumnSummary),
			}));
		},

		/** When each of some runs has logged a point itself, last. */
		async lastPointTimes(runKeys: readonly number[]): Promise<Map<number, number>> {
			const times = new Map<number, number>();
			for (let at = 0; at < runKeys.length; at += RUNS_PER_READ) {
				const some = await store.lastPointTimes(database.heavyRead, runKeys.slice(at, at + RUNS_PER_READ), SYSTEM_METRIC_PREFIX);
				for (const [key, time] of some) times.set(key, time);
			}
			return times;
		},

		/** Of the scalars of a run whose names begin with a prefix what is new to one who has had so many points of each. */
		async newPoints(
			runKey: number,
			prefix: string,
			hadOf: (seriesKeys: readonly number[]) => Promise<ReadonlyMap<number, number>>,
		): Promise<NewPoints[]> {
			const series = await store.seriesWithPrefix(database.read, runKey, prefix);
			const had = await hadOf(series.map(({ key }) => key));
			const found: NewPoints[] = [];
			for (const { key, name, point_count } of series) {
				const before = had.get(key) ?? 0;
				if (before >= point_count) continue;
				const chunks = await store.readChunksAfter(database.read, key, before - 2, NEW_POINTS_MAX);
				const points = mergeChunks(chunks.map((chunk) => chunk.points()));
				const firstArrival = chunks[0]?.firstArrival ?? 0;
				const numbers = points.columns.get(0);
				const values = numbers && numbers.type !== 'mixed' ? numbers.numbers : new Float64Array(points.count).fill(Number.NaN);
				const skip = Math.max(0, before - firstArrival);
				found.push({
					seriesKey: key,
					name,
					pointCount: firstArrival + points.count,
					times: points.times.slice(skip),
					values: values.slice(skip),
					valueBefore: values[skip - 1] ?? null,
				});
			}
			return found;
		},

		/** Points of a metric, or of a column of one, in order of time, step and value. @throws {RunsteadError} not-found for the run. */
		async history(runId: string, name: string, range: { readonly offset: number; readonly limit: number | null }): Promise<HistoryPoints> {
			const place = await placeOf(runId, name);
			return place ? readHistory(database.heavyRead, place, range) : NO_HISTORY;
		},

		/** The same from an offset to the end, a piece at a time. */
		async *historyInPieces(runId: string, name: string, offset: number): AsyncGenerator<HistoryPoints> {
			const place = await placeOf(runId, name);
			if (place) yield* historyInPieces(database.heavyRead, place, offset);
		},

		/** Some points of those between two steps, evenly taken, in order of step and time. @throws {RunsteadError} not-found for the run. */
		async sampledHistory(
			runId: string,
			name: string,
			sample: { readonly from: number | null; readonly to: number | null; readonly points: number },
		): Promise<HistoryPoints> {
			const place = await placeOf(runId, name);
			return place ? readSampledHistory(database.heavyRead, place, sample) : NO_HISTORY;
		},

		/** @throws {RunsteadError} not-found for the metric or the column. */
		async chart(runId: string, name: string, query: Omit<ChartQuery, 'ordinal' | 'startTime'> & { readonly column?: string }) {
			const { run, series } = await findSeries(runId, name);
			const names = await store.readColumnNames(database.read, series.key);
			const column =
				query.column === undefined ? (names.find(({ numbers }) => numbers) ?? names[0]) : names.find((one) => one.name === query.column);
			if (!column) throw new RunsteadError('not-found', { noun: 'column', given: `${query.column} of metric ${name}` });
			const chart = await readChart(database.heavyRead, series.key, {
				...query,
				ordinal: column.ordinal,
				startTime: run.start_time ?? run.created_time,
			});
			return {
				name,
				kind: series.kind,
				column: column.name,
				count: chart.count,
				exact: chart.exact,
				buckets: chart.buckets.map((bucket) => ({
					...bucket,
					min: bucket.min === null ? null : wireNumber(bucket.min),
					max: bucket.max === null ? null : wireNumber(bucket.max),
					last: wireNumber(bucket.last),
				})),
			};
		},

		/** A metric of several runs of a workspace, each in a few points; runs that are not there, or have none, are left out. */
		sparklines: (workspaceKey: number, query: { readonly runs: readonly string[]; readonly metric: string; readonly points: number }) =>
			readSparklines(database.heavyRead, { workspaceKey, ...query }),

		/** A metric of several runs of a workspace, each as a line; runs that are not there, or have no numbers of it, are left out. */
		lines: (workspaceKey: number, query: LineQuery): Promise<MetricLine[]> => readLines(database.heavyRead, workspaceKey, query),

		async define(runId: string, name: string, direction: Direction | null): Promise<void> {
			await database.write(async (unit) => store.putDefinition(unit.db, (await runs.find(runId, unit.db)).key, name, direction));
		},

		writerStored: async (runId: string, writer: string): Promise<number> =>
			store.readWriterStored(database.read, (await runs.find(runId)).key, writer),

		bytes: (run: RunRecord): Promise<number> => store.bytesOfRun(database.read, run.key),

		/** Rows go with the run's own; only their size is asked for. */
		holder: { purge: (unit: UnitOfWork, run: RunRecord) => store.bytesOfRun(unit.db, run.key) } satisfies RunHolder,
	};
}

/** NaN is a value that is no number that counts; so is a text, but a column that holds texts is not looked at for NaN. */
function hasNaN({ count, numberCount, first, last }: ColumnSummary): boolean {
	return count > numberCount && typeof first !== 'string' && typeof last !== 'string';
}

interface Numbering {
	readonly writer: string;
	readonly first: number;
	readonly last: number;
}

function numberingOf({ writer, first, last }: LogMetrics): Numbering | null {
	if (writer === undefined && first === undefined && last === undefined) return null;
	if (writer === undefined || first === undefined || last === undefined || last <= first) {
		throw new RunsteadError('invalid-request', { what: 'A numbered batch has a writer, first and last, and last is greater than first.' });
	}
	return { writer, first, last };
}

async function isStored(unit: UnitOfWork, run: RunRecord, { writer, first, last }: Numbering): Promise<boolean> {
	const stored = await store.writerStored(unit, run.key, writer);
	if (last <= stored) return true;
	if (first < stored) throw new RunsteadError('writer-ahead', { writer, stored, first, last });
	await store.setWriterStored(unit, run.key, writer, last);
	return false;
}

function stepOrNull(step: number | undefined): number | null {
	return step === undefined || Number.isNaN(step) ? null : step;
}
