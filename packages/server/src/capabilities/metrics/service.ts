/** Metrics: points stored once, in series with typed columns, summarised as they come in. */
import {
	type Direction,
	LIMITS,
	type LogMetrics,
	type MetricColumn,
	type MetricKind,
	type MetricLine,
	type MetricSummary,
	RunsteadError,
	type WireValue,
} from '@runstead/contract';
import type { Static } from 'typebox';
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { RunHolder, RunRecord, RunService } from '../runs/service.ts';
import type { SearchService } from '../search/service.ts';
import { type ChartQuery, readChart } from './chart.ts';
import { chunkOf, mergeChunks, POINTS_PER_CHUNK, sliceChunk } from './chunk.ts';
import { type LineQuery, readLines } from './lines.ts';
import { type ParsedSeries, parseSeries } from './points.ts';
import { readSparklines } from './sparklines.ts';
import * as store from './store.ts';
import { addToSummary } from './summary.ts';
import { hasValue, wireNumber } from './values.ts';

export interface MetricPoints {
	readonly name: string;
	readonly kind: MetricKind;
	readonly arrivals: number[];
	readonly steps: (number | null)[];
	readonly times: number[];
	readonly columns: Static<typeof MetricColumn>[];
	readonly next: number | null;
}

export type MetricService = ReturnType<typeof createMetricService>;

export interface MetricServiceOptions {
	readonly database: Database;
	readonly runs: RunService;
	readonly search: SearchService;
	/** Told after the commit that series of a run grew. */
	readonly onGrown: (run: RunRecord, names: readonly string[]) => void;
}

export function createMetricService({ database, runs, search, onGrown }: MetricServiceOptions) {
	/** @throws {RunsteadError} not-found. */
	const findSeries = async (runId: string, name: string): Promise<{ run: RunRecord; series: store.SeriesRecord }> => {
		const run = await runs.find(runId);
		const series = await store.readSeries(database.read, run.key, name);
		if (!series) throw new RunsteadError('not-found', { noun: 'metric', given: `${name} of run ${runId}` });
		return { run, series };
	};

	/** Adds points in the caller's transaction. */
	const addIn = async (unit: UnitOfWork, run: RunRecord, series: readonly ParsedSeries[]): Promise<void> => {
		let seriesCount: number | null = null;
		const makeSeries = async ({ name, kind }: ParsedSeries): Promise<store.SeriesRecord> => {
			seriesCount = (seriesCount ?? (await store.countSeries(unit, run.key))) + 1;
			checkLimit(`The number of metric names of run ${run.id}`, seriesCount, 'metricNamesPerRun');
			return store.insertSeries(unit, run, name, kind);
		};
		for (const one of series) await addToSeries(unit, run, one, makeSeries);
		unit.afterCommit(() =>
			onGrown(
				run,
				series.map(({ name }) => name),
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

		list: async (runId: string): Promise<MetricSummary[]> => Object.values((await search.run(runId)).metrics),

		/** Points after an arrival number, in order of arrival. @throws {RunsteadError} not-found. */
		async points(runId: string, name: string, after: number, limit: number): Promise<MetricPoints> {
			const { series } = await findSeries(runId, name);
			const names = await store.readColumnNames(database.read, series.key);
			const chunks = await store.readChunksAfter(database.heavyRead, series.key, after, limit);
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

async function addToSeries(
	unit: UnitOfWork,
	run: RunRecord,
	parsed: ParsedSeries,
	makeSeries: (parsed: ParsedSeries) => Promise<store.SeriesRecord>,
): Promise<void> {
	const { name, kind, points } = parsed;
	const series = (await store.seriesByName(unit, run.key, name)) ?? (await makeSeries(parsed));
	if (series.kind !== kind) throw new RunsteadError('metric-kind-changed', { name, run: run.id, kind: series.kind, given: kind });
	const pointCount = series.point_count + points.count;
	checkLimit(`The number of points of metric ${name}`, pointCount, 'metricPointsPerSeries');

	const known = new Map((series.point_count === 0 ? [] : await store.columnsOf(unit, series.key)).map((column) => [column.name, column]));
	// A column that has no value yet is not there yet.
	const columns = points.columns.filter(({ name: column, values }) => known.has(column) || hasValue(values));
	const ordinals = new Map([...known.values()].map((column) => [column.name, column.ordinal]));
	for (const { name: column } of columns) if (!ordinals.has(column)) ordinals.set(column, ordinals.size);
	checkLimit(`The number of columns of metric ${name}`, ordinals.size, 'metricColumns');

	const chunk = chunkOf({ ...points, columns }, (column) => ordinals.get(column) as number);
	for (const { name: column, values } of columns) {
		const summary = addToSummary(known.get(column)?.summary ?? null, chunk, values);
		if (summary) await store.putColumn(unit, series, { ordinal: ordinals.get(column) as number, name: column, summary });
	}
	await store.insertChunk(unit, series.key, series.point_count, chunk, false);
	const tailPoints = series.tail_points + points.count;
	await store.updateCounts(unit, series.key, pointCount, tailPoints < POINTS_PER_CHUNK ? tailPoints : await seal(unit, series.key));
}

/** Writes the tail anew as full chunks, and what is left over as one; how many points those are. */
async function seal(unit: UnitOfWork, seriesKey: number): Promise<number> {
	const { firstArrival, chunks } = await store.takeTail(unit, seriesKey);
	const tail = mergeChunks(chunks);
	let at = 0;
	for (; at + POINTS_PER_CHUNK <= tail.count; at += POINTS_PER_CHUNK)
		await store.insertChunk(unit, seriesKey, firstArrival + at, sliceChunk(tail, at, at + POINTS_PER_CHUNK), true);
	if (at < tail.count) await store.insertChunk(unit, seriesKey, firstArrival + at, sliceChunk(tail, at, tail.count), false);
	return tail.count - at;
}

function stepOrNull(step: number | undefined): number | null {
	return step === undefined || Number.isNaN(step) ? null : step;
}

function checkLimit(what: string, given: number, limit: 'metricPointsPerSeries' | 'metricColumns' | 'metricNamesPerRun'): void {
	const { max } = LIMITS[limit];
	if (given > max) throw new RunsteadError('limit-exceeded', { what, given, limit, max });
}
