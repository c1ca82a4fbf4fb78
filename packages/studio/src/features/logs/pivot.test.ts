import { expect, it } from 'vitest';
import { PIVOT_COLUMNS_MAX, pivotedOrNull, usualPivot } from './pivot.ts';
import { parsePivotOrNull } from './pivot-search.ts';

const TABLE = {
	columns: [
		{ name: 'Node', type: 'string' },
		{ name: 'Event', type: 'string' },
		{ name: 'Seconds', type: 'long' },
	],
	rows: [
		['one', 'lost', 4],
		['one', 'lost', 2],
		['two', 'lost', 1],
		['two', '', 3],
		['two', 'found', null],
	],
};

it('rows are counted by one column beside another', () => {
	expect(pivotedOrNull(TABLE, { rows: 'Node', columns: 'Event', measure: 'count' })).toEqual({
		columns: [
			{ name: 'Node', type: 'string' },
			{ name: '(empty)', type: 'real' },
			{ name: 'found', type: 'real' },
			{ name: 'lost', type: 'real' },
		],
		rows: [
			['one', null, null, 2],
			['two', 1, 1, 1],
		],
		leftOut: 0,
	});
});

it('numbers are summed up, those that are none left out', () => {
	const rowsOf = (measure: 'sum' | 'mean' | 'min' | 'max') => pivotedOrNull(TABLE, { rows: 'Node', measure, of: 'Seconds' })?.rows;
	expect(rowsOf('sum')).toEqual([
		['one', 6],
		['two', 4],
	]);
	expect(rowsOf('mean')).toEqual([
		['one', 3],
		['two', 2],
	]);
	expect(rowsOf('min')?.[0]).toEqual(['one', 2]);
	expect(rowsOf('max')?.[0]).toEqual(['one', 4]);
});

it('a mean with NaN in it is NaN, as that of a query', () => {
	const rows = [
		['one', 'lost', 'NaN'],
		['one', 'lost', 1],
	];
	const pivoted = pivotedOrNull({ columns: TABLE.columns, rows }, { rows: 'Node', measure: 'mean', of: 'Seconds' });
	expect(pivoted?.rows).toEqual([['one', Number.NaN]]);
});

it('of very many columns the most common are shown, and the rest is counted', () => {
	const rows = Array.from({ length: PIVOT_COLUMNS_MAX + 2 }, (_, index) => ['one', `event ${index}`, 1]);
	const pivoted = pivotedOrNull({ columns: TABLE.columns, rows }, { rows: 'Node', columns: 'Event', measure: 'count' });
	expect([pivoted?.columns.length, pivoted?.leftOut]).toEqual([PIVOT_COLUMNS_MAX + 1, 2]);
});

it('a pivot of another answer is none, and one in an address is read as far as it can be', () => {
	expect(pivotedOrNull(TABLE, { rows: 'Gone', measure: 'count' })).toBe(null);
	expect(pivotedOrNull(TABLE, { rows: 'Node', measure: 'sum', of: 'Gone' })).toBe(null);
	expect(parsePivotOrNull({ rows: 'Node', measure: 'product', columns: 7 })).toEqual({ rows: 'Node', measure: 'count' });
	expect([parsePivotOrNull('Node'), parsePivotOrNull({})]).toEqual([null, null]);
	expect(usualPivot(TABLE)).toEqual({ rows: 'Node', measure: 'count' });
});
