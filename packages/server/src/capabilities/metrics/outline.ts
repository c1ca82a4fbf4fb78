/** Outlines: min, max and last of every few points of a sealed chunk, so that a chart of a million points reads little. */
import type { ChunkPoints } from './chunk.ts';
import { numberAt } from './values.ts';

/** A pixel of a chart that needs outlines stands for more points than this. */
export const POINTS_PER_OUTLINE = 64;

/** Each as seven float64: arrival, step, time of the last point; min, max, last; count. NaN: none. */
const FIELDS = 7;

/** Points of one column as a chart sees them: single ones, or several in one. */
export interface ChartPoint {
	/** Of the last point in it. */
	readonly arrival: number;
	readonly step: number | null;
	readonly time: number;
	/** Of its numbers that are not NaN; null if there is none. */
	readonly min: number | null;
	readonly max: number | null;
	/** NaN where the last value is NaN. */
	readonly last: number;
	readonly count: number;
}

/** The points of a chunk that are numbers in a column, each alone. */
export function singlePoints(chunk: ChunkPoints, firstArrival: number, ordinal: number): ChartPoint[] {
	const values = chunk.columns.get(ordinal);
	const points: ChartPoint[] = [];
	for (let index = 0; values && index < chunk.count; index++) {
		const number = numberAt(values, index);
		if (number === null) continue;
		const step = chunk.steps?.[index] ?? Number.NaN;
		const real = Number.isNaN(number) ? null : number;
		points.push({
			arrival: firstArrival + index,
			step: Number.isNaN(step) ? null : step,
			time: chunk.times[index] as number,
			min: real,
			max: real,
			last: number,
			count: 1,
		});
	}
	return points;
}

/** Puts points that follow one another into one. `points` is not empty. */
export function joinPoints(points: readonly ChartPoint[]): ChartPoint {
	let min: number | null = null;
	let max: number | null = null;
	let count = 0;
	for (const point of points) {
		if (point.min !== null && (min === null || point.min < min)) min = point.min;
		if (point.max !== null && (max === null || point.max > max)) max = point.max;
		count += point.count;
	}
	const last = points.at(-1) as ChartPoint;
	return { ...last, min, max, count };
}

/** The outline of the first column of a chunk; null if it has no numbers. */
export function packOutline(chunk: ChunkPoints, firstArrival: number): Uint8Array | null {
	const points = singlePoints(chunk, firstArrival, 0);
	if (points.length === 0) return null;
	const outlines: ChartPoint[] = [];
	for (let at = 0; at < points.length; at += POINTS_PER_OUTLINE) outlines.push(joinPoints(points.slice(at, at + POINTS_PER_OUTLINE)));
	const packed = new Float64Array(outlines.length * FIELDS);
	for (const [index, { arrival, step, time, min, max, last, count }] of outlines.entries()) {
		packed.set([arrival, step ?? Number.NaN, time, min ?? Number.NaN, max ?? Number.NaN, last, count], index * FIELDS);
	}
	return new Uint8Array(packed.buffer);
}

export function unpackOutline(packed: Uint8Array): ChartPoint[] {
	const numbers = new Float64Array(packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.byteLength) as ArrayBuffer);
	const points: ChartPoint[] = [];
	const orNull = (number: number): number | null => (Number.isNaN(number) ? null : number);
	for (let at = 0; at < numbers.length; at += FIELDS) {
		const [arrival, step, time, min, max, last, count] = numbers.subarray(at, at + FIELDS) as unknown as [
			number,
			number,
			number,
			number,
			number,
			number,
			number,
		];
		points.push({ arrival, step: orNull(step), time, min: orNull(min), max: orNull(max), last, count });
	}
	return points;
}
