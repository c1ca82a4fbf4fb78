/** Buckets of points that come out of order, that are NaN, and that are more than there was room for at first. */
import { expect, it } from 'vitest';
import { ChartPoints, type XOf } from './chart-points.ts';
import type { ChunkPoints } from './chunk.ts';

const byStep: XOf = (arrival, step) => (Number.isNaN(step) ? arrival : step);

function chunk(numbers: readonly number[], steps: readonly number[] | null = null): ChunkPoints {
	return {
		count: numbers.length,
		steps: steps && Float64Array.from(steps),
		times: Float64Array.from(numbers, (_, index) => index * 1_000),
		columns: new Map([[0, { type: 'float', numbers: Float64Array.from(numbers) }]]),
	};
}

it('joins what lies in one bucket, with the last in order of x', () => {
	const points = new ChartPoints(2, null, null);
	points.addChunk(chunk([5, 1, 7, 3], [3, 0, 1, 2]), 0, 0, byStep);
	points.sort();
	expect(points.buckets(2)).toEqual([
		{ x: 1, min: 1, max: 7, last: 7, count: 2 },
		{ x: 3, min: 3, max: 5, last: 5, count: 2 },
	]);
	expect(points.buckets(null).map(({ x, last }) => [x, last])).toEqual([
		[0, 1],
		[1, 7],
		[2, 3],
		[3, 5],
	]);
});

it('keeps points of one x in order of arrival', () => {
	const points = new ChartPoints(8, null, null);
	points.addChunk(chunk([1, 2, 3, 4], [2, 1, 1, 1]), 0, 0, byStep);
	points.sort();
	expect(points.buckets(null).map(({ last }) => last)).toEqual([2, 3, 4, 1]);
});

it('has no min or max where nothing is a number, and says when the last is none', () => {
	const points = new ChartPoints(4, null, null);
	points.addChunk(chunk([Number.NaN, 2, Number.NaN, Number.NaN]), 0, 0, byStep);
	expect(points.buckets(2)).toEqual([
		{ x: 1, min: 2, max: 2, last: 2, count: 2 },
		{ x: 3, min: null, max: null, last: Number.NaN, count: 2 },
	]);
	expect(points.countAll()).toBe(4);
});

it('takes what lies between from and to, both included, and nothing of a column that is not there', () => {
	const points = new ChartPoints(4, 1, 2);
	points.addChunk(chunk([10, 11, 12, 13]), 0, 0, byStep);
	points.addChunk(chunk([10, 11, 12, 13]), 0, 1, byStep);
	expect(points.buckets(null).map(({ x }) => x)).toEqual([1, 2]);
	expect(new ChartPoints(0, null, null).buckets(10)).toEqual([]);
});
