/** Charts: a series cut into buckets sized to pixels, each with its min, max and last; the points themselves where they fit. */
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import { type Bucket, ChartPoints, type XOf } from './chart-points.ts';
import { unpackChunk } from './chunk.ts';
import { POINTS_PER_OUTLINE } from './outline.ts';
import * as store from './store.ts';

export interface ChartQuery {
	readonly ordinal: number;
	readonly x: 'step' | 'time' | 'relative';
	/** Of the run's start, in microseconds: where relative time is 0. */
	readonly startTime: number;
	readonly from: number | null;
	readonly to: number | null;
	readonly buckets: number;
}

export interface Chart {
	/** Points that lie between from and to. */
	readonly count: number;
	/** Each bucket is one point. */
	readonly exact: boolean;
	readonly buckets: readonly Bucket[];
}

/** Outlines are read where each bucket stands for at least this many of them: bounds are then off by a quarter bucket at most. */
const OUTLINES_PER_BUCKET = 4;

export async function readChart(db: Kysely<Tables>, seriesKey: number, query: ChartQuery): Promise<Chart> {
	const heads = (await store.readChunkHeads(db, seriesKey)).filter((head) => mayOverlap(head, query));
	const first = heads[0];
	const last = heads.at(-1);
	if (!first || !last) return { count: 0, exact: true, buckets: [] };
	const pointCount = heads.reduce((sum, head) => sum + head.point_count, 0);
	// Only the first column has outlines.
	const outlined = query.ordinal === 0 && pointCount >= query.buckets * OUTLINES_PER_BUCKET * POINTS_PER_OUTLINE;
	const points = new ChartPoints(pointCount, query.from, query.to);
	const xOf = xFunction(query);
	for (const row of await store.readChunkRange(db, seriesKey, first.first_arrival, last.first_arrival, outlined)) {
		if (row.outline) points.addOutline(row.outline, xOf);
		else points.addChunk(unpackChunk(row.data as Uint8Array), row.firstArrival, query.ordinal, xOf);
	}
	points.sort();
	const isWhole = points.length <= query.buckets;
	return { count: points.countAll(), exact: isWhole && !outlined, buckets: points.buckets(isWhole ? null : query.buckets) };
}

const MICROS_PER_MILLI = 1_000;
const MICROS_PER_SECOND = 1_000_000;

function xFunction({ x, startTime }: ChartQuery): XOf {
	switch (x) {
		case 'step':
			return (arrival, step) => (Number.isNaN(step) ? arrival : step);
		case 'time':
			return (_arrival, _step, time) => time / MICROS_PER_MILLI;
		case 'relative':
			return (_arrival, _step, time) => (time - startTime) / MICROS_PER_SECOND;
	}
}

/** Whether a chunk may hold points between from and to. */
function mayOverlap(head: store.ChunkHead, { x, startTime, from, to }: ChartQuery): boolean {
	if (from === null && to === null) return true;
	// A point without a step stands at its arrival: such a chunk is always looked into.
	const [low, high] =
		x === 'step'
			? [
					Math.min(head.min_step ?? head.first_arrival, head.first_arrival),
					Math.max(head.max_step ?? 0, head.first_arrival + head.point_count - 1),
				]
			: x === 'time'
				? [head.min_time / MICROS_PER_MILLI, head.max_time / MICROS_PER_MILLI]
				: [(head.min_time - startTime) / MICROS_PER_SECOND, (head.max_time - startTime) / MICROS_PER_SECOND];
	return (from === null || high >= from) && (to === null || low <= to);
}
