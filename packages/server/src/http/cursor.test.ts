/** Cursors bring back what was put into them, and nothing else is taken for one. */
import { RunsteadError } from '@runstead/contract';
import { expect, it } from 'vitest';
import { type CursorType, type CursorValue, decodeCursor, encodeCursor, pageOf } from './cursor.ts';

it.each<[CursorValue[], CursorType[]]>([
	[['ada'], ['text']],
	[['Infinity'], ['text']],
	[
		[1, 0.5, 9_007_199_254_740_991],
		['integer', 'number', 'integer'],
	],
	[
		[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
		['number', 'number'],
	],
	[
		[0, null, 7],
		['integer', 'null', 'integer'],
	],
	[
		['x', 1, null],
		['any', 'any', 'any'],
	],
])('%j comes back', (values, types) => expect(decodeCursor(encodeCursor(values), types)).toEqual(values));

it.each<[string, CursorType[]]>([
	['nonsense', ['text']],
	['', ['text']],
	[encodeCursor([1]), ['text']],
	[encodeCursor(['1']), ['integer']],
	[encodeCursor([1.5]), ['integer']],
	[encodeCursor([1e300]), ['integer']],
	[encodeCursor(['x']), ['number']],
	[encodeCursor([null]), ['number']],
	[encodeCursor([1]), ['null']],
	[encodeCursor(['a\0b']), ['text']],
	[encodeCursor([1, 2]), ['integer']],
	[Buffer.from('{"length":1,"0":"x"}').toString('base64url'), ['text']],
	[Buffer.from('[{}]').toString('base64url'), ['any']],
])('%s does not hold %j', (cursor, types) => expect(() => decodeCursor(cursor, types)).toThrow(new RunsteadError('invalid-cursor', {})));

it('a page has a next one when there was a row more', () => {
	const keyOf = (row: string): string[] => [row];
	expect(pageOf(['a', 'b', 'c'], 2, keyOf)).toEqual({ rows: ['a', 'b'], nextCursor: encodeCursor(['b']) });
	expect(pageOf(['a', 'b'], 2, keyOf)).toEqual({ rows: ['a', 'b'], nextCursor: null });
	expect(pageOf([], 2, keyOf)).toEqual({ rows: [], nextCursor: null });
});
