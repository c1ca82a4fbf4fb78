import { expect, test } from 'vitest';
import { barPlaces } from './bar-place.ts';

test('bars grow from zero to both sides', () => {
	expect([-1, 0, 0.5, 3].map(barPlaces([-1, 0, 0.5, 3]))).toEqual([
		{ left: '0%', width: 'max(2px, 25%)' },
		{ left: '25%', width: '0' },
		{ left: '25%', width: 'max(2px, 12.5%)' },
		{ left: '25%', width: 'max(2px, 75%)' },
	]);
});

test('where all are below zero they hang from the right', () => {
	expect([-4, -1].map(barPlaces([-4, -1]))).toEqual([
		{ left: '0%', width: 'max(2px, 100%)' },
		{ left: '75%', width: 'max(2px, 25%)' },
	]);
});

test('zeros alone, and nothing at all, draw nothing', () => {
	expect(barPlaces([0, 0])(0)).toEqual({ left: '0%', width: '0' });
	expect(barPlaces([])(0)).toEqual({ left: '0%', width: '0' });
});
