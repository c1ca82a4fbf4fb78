import { expect, test } from 'vitest';
import { keptColours } from './kept-colours.ts';

test('runs that were never drawn take the colours in their order', () => {
	expect([...keptColours(['a', 'b', 'c'], new Map())]).toEqual([
		['a', 0],
		['b', 1],
		['c', 2],
	]);
});

test('a run keeps its colour in another order, alone, and beside new ones', () => {
	const known = new Map([
		['a', 0],
		['b', 1],
		['c', 2],
	]);
	expect([...keptColours(['c', 'd', 'a'], known)]).toEqual([
		['c', 2],
		['d', 1],
		['a', 0],
	]);
	expect([...keptColours(['b'], known)]).toEqual([['b', 1]]);
});

test('of runs that had one colour at different times the first keeps it, and none looks like another', () => {
	const known = new Map([
		['a', 0],
		['b', 1],
		['d', 1],
	]);
	expect([...keptColours(['d', 'b', 'a'], known)]).toEqual([
		['d', 1],
		['b', 2],
		['a', 0],
	]);
});
