/** Points are added to the series of a run: what is there is read with one statement, what becomes of it is written with few. */
import { checkLimit, RunsteadError } from '@runstead/contract';
import { together, type UnitOfWork } from '../../storage/unit-of-work.ts';
import type { RunRecord } from '../runs/service.ts';
import * as store from './adding-store.ts';
import { type ChunkPoints, chunkOf, mergeChunks, POINTS_PER_CHUNK, sliceChunk } from './chunk.ts';
import { withoutKnown } from './known-points.ts';
import type { ParsedSeries } from './points.ts';
import { addToSummary } from './summary.ts';
import { hasValue } from './values.ts';

/** What one change makes of a series. */
interface Growth {
	/** Without points where it is made by this change. */
	readonly before: store.SeriesState;
	series: store.SeriesState;
	/** Null until it is made. */
	key: number | null;
	/** By name: as they are then, and as they were. */
	readonly columns: Map<string, store.ColumnChange>;
	readonly chunks: ChunkPoints[];
}

export interface Adding {
	/** A point that is there already (same step, time and value) is left out. */
	readonly skipsKnown: boolean;
	/** What `knownOf` says in the same transaction, where that was asked already. */
	readonly known?: KnownByName;
}

type KnownByName = Map<string, store.KnownSeries>;

/** Those of some series that a run has, which is named by its id. */
export function knownOf(unit: UnitOfWork, runId: string, series: readonly ParsedSeries[]): Promise<KnownByName> {
	return store.knownSeries(unit, runId, [...new Set(series.map(({ name }) => name))]);
}

/**
 * Adds points in the caller's transaction.
 * @throws {RunsteadError} metric-kind-changed, limit-exceeded.
 */
export async function addPoints(
	unit: UnitOfWork,
	run: RunRecord,
	series: readonly ParsedSeries[],
	{ skipsKnown, known }: Adding,
): Promise<void> {
	const grown = growthsOf(run, series, known ?? (await knownOf(unit, run.id, series)));
	// Of two with one name, the second follows upon the first.
	for (const one of series) await grow(unit, run, grown.get(one.name) as Growth, one, skipsKnown);
	const changed = [...grown.values()].filter(({ chunks }) => chunks.length > 0);
	const existing = changed.filter(({ key }) => key !== null);
	await makeMissing(unit, run, changed);
	store.putColumns(
		unit,
		changed.flatMap((growth) =>
			[...growth.columns.values()]
				.filter(({ column, had }) => column !== had)
				.map((change) => ({ ...change, seriesKey: keyOf(growth), series: growth.series })),
		),
	);
	const tails: store.NewChunk[] = [];
	await together(changed.map((growth) => place(unit, growth, tails)));
	// Before the chunks: of a row that is written already PostgreSQL need not note that others refer to it.
	store.updateCounts(
		unit,
		existing.map((growth) => ({ ...growth.series, key: keyOf(growth) })),
	);
	store.insertChunks(unit, tails);
}

/** The series as they are; those that are not there yet have no key. */
function growthsOf(run: RunRecord, series: readonly ParsedSeries[], known: KnownByName): Map<string, Growth> {
	const growths = new Map<string, Growth>();
	for (const { name, kind } of series) {
		if (growths.has(name)) continue;
		const there = known.get(name);
		const before = there?.series ?? { run_key: run.key, workspace_key: run.workspace_key, name, kind, point_count: 0, tail_points: 0 };
		const columns = new Map((there?.columns ?? []).map((had) => [had.name, { column: had, had }]));
		growths.set(name, { before, series: before, key: there?.series.key ?? null, columns, chunks: [] });
	}
	return growths;
}

/** Makes the series that are not there yet, as they are with their first points. */
async function makeMissing(unit: UnitOfWork, run: RunRecord, growths: readonly Growth[]): Promise<void> {
	const missing = new Map(growths.filter(({ key }) => key === null).map((growth) => [growth.series.name, growth]));
	if (missing.size === 0) return;
	const [count, made] = await together([
		store.countSeries(unit, run.key),
		store.insertSeries(
			unit,
			[...missing.values()].map(({ series }) => series),
		),
	]);
	checkLimit(`The number of metric names of run ${run.id}`, count + missing.size, 'metricNamesPerRun');
	for (const { key, name } of made) (missing.get(name) as Growth).key = key;
}

function keyOf({ key }: Growth): number {
	if (key === null) throw new TypeError('The series is not made yet.');
	return key;
}

/** Takes points into what becomes of their series. */
async function grow(
	unit: UnitOfWork,
	run: RunRecord,
	growth: Growth,
	{ name, kind, points: given }: ParsedSeries,
	skipsKnown: boolean,
): Promise<void> {
	const { series, columns } = growth;
	if (series.kind !== kind) throw new RunsteadError('metric-kind-changed', { name, run: run.id, kind: series.kind, given: kind });
	const points = skipsKnown ? await withoutKnown(unit, growth.key, given, columns.get(name)?.column.summary ?? null) : given;
	if (points.count === 0) return;
	const pointCount = series.point_count + points.count;
	checkLimit(`The number of points of metric ${name}`, pointCount, 'metricPointsPerSeries');

	// A column that has no value yet is not there yet.
	const there = points.columns.filter(({ name: column, values }) => columns.has(column) || hasValue(values));
	const ordinals = new Map([...columns.values()].map(({ column }) => [column.name, column.ordinal]));
	for (const { name: column } of there) if (!ordinals.has(column)) ordinals.set(column, ordinals.size);
	checkLimit(`The number of columns of metric ${name}`, ordinals.size, 'metricColumns');

	const chunk = chunkOf({ ...points, columns: there }, (column) => ordinals.get(column) as number);
	for (const { name: column, values } of there) {
		const before = columns.get(column);
		const summary = addToSummary(before?.column.summary ?? null, chunk, values);
		if (!summary || summary === before?.column.summary) continue;
		columns.set(column, { column: { ordinal: ordinals.get(column) as number, name: column, summary }, had: before?.had ?? null });
	}
	growth.chunks.push(chunk);
	growth.series = { ...series, point_count: pointCount, tail_points: (series.tail_points + points.count) % POINTS_PER_CHUNK };
}

/** Puts what is new of a series behind its tail, into `tails`, or seals that. */
async function place(unit: UnitOfWork, growth: Growth, tails: store.NewChunk[]): Promise<void> {
	const { before, series, chunks } = growth;
	if (before.tail_points + series.point_count - before.point_count >= POINTS_PER_CHUNK) await seal(unit, growth, tails);
	else tails.push(...placed(keyOf(growth), before.point_count, chunks, false));
}

/** Writes the tail anew as full chunks, with what is new; what is left over goes to `tails`. */
async function seal(unit: UnitOfWork, growth: Growth, tails: store.NewChunk[]): Promise<void> {
	const key = keyOf(growth);
	const { point_count, tail_points } = growth.before;
	const tail = mergeChunks([...(tail_points > 0 ? await store.takeTail(unit, key) : []), ...growth.chunks]);
	const full: ChunkPoints[] = [];
	let at = 0;
	for (; at + POINTS_PER_CHUNK <= tail.count; at += POINTS_PER_CHUNK) full.push(sliceChunk(tail, at, at + POINTS_PER_CHUNK));
	const firstArrival = point_count - tail_points;
	store.insertChunks(unit, placed(key, firstArrival, full, true));
	if (at < tail.count) tails.push(...placed(key, firstArrival + at, [sliceChunk(tail, at, tail.count)], false));
}

/** Chunks that follow one another, each with its first arrival. */
function placed(seriesKey: number, firstArrival: number, chunks: readonly ChunkPoints[], sealed: boolean): store.NewChunk[] {
	let at = firstArrival;
	return chunks.map((points) => {
		const chunk = { seriesKey, firstArrival: at, points, sealed };
		at += points.count;
		return chunk;
	});
}
