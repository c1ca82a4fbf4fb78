/** Charts: a series cut into buckets sized to pixels, each with its min, max and last; the points themselves where they fit. */
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import { unpackChunk } from './chunk.ts';
import { type ChartPoint, joinPoints, POINTS_PER_OUTLINE, singlePoints, unpackOutline } from './outline.ts';
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
	readonly buckets: readonly { readonly x: number; readonly point: ChartPoint }[];
}

/** Outlines are read where each bucket stands for at least this many of them: bounds are then off by a quarter bucket at most. */
const OUTLINES_PER_BUCKET = 4;

export async function readChart(db: Kysely<Tables>, seriesKey: number, query: ChartQuery): Promise<Chart> {
	const xOf = xFunction(query);
	const heads = (await store.readChunkHeads(db, seriesKey)).filter((head) => mayOverlap(head, query));
	const first = heads[0];
	const last = heads.at(-1);
	if (!first || !last) return { count: 0, exact: true, buckets: [] };
	const points = heads.reduce((sum, head) => sum + head.point_count, 0);
	// Only the first column has outlines.
	const outlined = query.ordinal === 0 && points >= query.buckets * OUTLINES_PER_BUCKET * POINTS_PER_OUTLINE;
	const read: { x: number; point: ChartPoint }[] = [];
	for (const row of await store.readChunkRange(db, seriesKey, first.first_arrival, last.first_arrival, outlined)) {
		const chunkPoints = row.outline
			? unpackOutline(row.outline)
			: singlePoints(unpackChunk(row.data as Uint8Array), row.firstArrival, query.ordinal);
		for (const point of chunkPoints) {
			const x = xOf(point);
			if ((query.from === null || x >= query.from) && (query.to === null || x <= query.to)) read.push({ x, point });
		}
	}
	sortByX(read);
	const count = read.reduce((sum, { point }) => sum + point.count, 0);
	if (read.length <= query.buckets) return { count, exact: !outlined, buckets: read };
	return { count, exact: false, buckets: intoBuckets(read, query.buckets) };
}

const MICROS_PER_MILLI = 1_000;
const MICROS_PER_SECOND = 1_000_000;

function xFunction({ x, startTime }: ChartQuery): (point: ChartPoint) => number {
	switch (x) {
		case 'step':
			return (point) => point.step ?? point.arrival;
		case 'time':
			return (point) => point.time / MICROS_PER_MILLI;
		case 'relative':
			return (point) => (point.time - startTime) / MICROS_PER_SECOND;
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

/** Most series come in order: sorting is for those that do not. Points of one x stay in order of arrival. */
function sortByX(points: { x: number; point: ChartPoint }[]): void {
	for (let index = 1; index < points.length; index++) {
		if ((points[index] as { x: number }).x < (points[index - 1] as { x: number }).x) {
			points.sort((left, right) => left.x - right.x || left.point.arrival - right.point.arrival);
			return;
		}
	}
}

function intoBuckets(points: readonly { x: number; point: ChartPoint }[], buckets: number): { x: number; point: ChartPoint }[] {
	const low = (points[0] as { x: number }).x;
	const width = ((points.at(-1) as { x: number }).x - low) / buckets;
	const bucketOf = (x: number): number => (width === 0 ? 0 : Math.min(buckets - 1, Math.floor((x - low) / width)));
	const joined: { x: number; point: ChartPoint }[] = [];
	let start = 0;
	for (let index = 1; index <= points.length; index++) {
		const next = points[index];
		if (next && bucketOf(next.x) === bucketOf((points[start] as { x: number }).x)) continue;
		const group = points.slice(start, index);
		joined.push({ x: (group.at(-1) as { x: number }).x, point: joinPoints(group.map(({ point }) => point)) });
		start = index;
	}
	return joined;
}
