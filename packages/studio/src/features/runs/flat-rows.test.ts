import { expect, test } from 'vitest';
import { FlatRows } from './flat-rows.ts';

const all = (rows: FlatRows<string>) => Array.from({ length: rows.length }, (_, index) => rows.at(index));

test('opened rows stand below their own', () => {
	const tops = ['a', 'b', 'c', 'd'];
	const rows = new FlatRows(4, (place) => tops[place] ?? null, [
		{ place: 2, below: ['c1'] },
		{ place: 0, below: ['a1', 'a2'] },
		{ place: 3, below: [] },
		{ place: -1, below: ['gone'] },
	]);
	expect(all(rows)).toEqual(['a', 'a1', 'a2', 'b', 'c', 'c1', 'd']);
	expect(rows.topRange(1, 5)).toEqual({ first: 0, last: 2 });
	expect(rows.topRange(3, 6)).toEqual({ first: 1, last: 3 });
	expect(all(new FlatRows<string>(0, () => null, []))).toEqual([]);
});
