import { expect, test } from 'vitest';
import { drawable, smooth, sortByX } from './line-data.ts';

test('what cannot be placed is a gap', () => {
	expect([1, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, null].map((value) => drawable(value, false))).toEqual([
		1,
		0,
		-1,
		null,
		null,
		null,
	]);
	expect([1, 0, -1].map((value) => drawable(value, true))).toEqual([1, null, null]);
});

test('smoothing starts at the first value, keeps a constant, and leaves gaps', () => {
	expect(smooth([4, 4, null, 4], 0.9).map((value) => value && Number(value.toFixed(9)))).toEqual([4, 4, null, 4]);
	const [first, second] = smooth([0, 1], 0.5);
	expect(first).toBe(0);
	expect(second).toBeCloseTo(2 / 3);
	expect(smooth([3, 5, 2], 0)).toEqual([3, 5, 2]);
});

test('rows are put in the order of x, the first of equals first', () => {
	expect(
		sortByX(
			[3, 1, null, 1],
			[
				[30, 10, 0, 11],
				[null, 1, 2, 3],
			],
		),
	).toEqual({
		x: [1, 1, 3],
		columns: [
			[10, 11, 30],
			[1, 3, null],
		],
	});
});
