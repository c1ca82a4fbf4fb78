import { expect, it } from 'vitest';
import { quartilesOf } from './quartiles.ts';

it('finds quartiles between the numbers, whiskers at the last that are no outliers', () => {
	expect(quartilesOf([1, 2, 3, 4, 100])).toEqual({ low: 1, lower: 2, median: 3, upper: 4, high: 4, outliers: [100] });
	expect(quartilesOf([7])).toEqual({ low: 7, lower: 7, median: 7, upper: 7, high: 7, outliers: [] });
	expect(quartilesOf([4, 1, 3, 2]).median).toBe(2.5);
});
