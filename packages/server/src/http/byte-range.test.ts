/** The Range header, in every form that RFC 9110 allows and some that it does not. */
import { expect, test } from 'vitest';
import { rangeOf, startOf } from './byte-range.ts';

test.each([
	[undefined, 10, null],
	['bytes=0-3', 10, { first: 0, last: 3 }],
	['bytes=3-', 10, { first: 3, last: 9 }],
	['bytes=9-9', 10, { first: 9, last: 9 }],
	['bytes=0-99', 10, { first: 0, last: 9 }],
	['bytes=-3', 10, { first: 7, last: 9 }],
	['bytes=-99', 10, { first: 0, last: 9 }],
	['bytes = 2 - 4', 10, { first: 2, last: 4 }],
	['bytes=10-', 10, 'unsatisfiable'],
	['bytes=10-12', 10, 'unsatisfiable'],
	['bytes=-0', 10, 'unsatisfiable'],
	['bytes=0-', 0, 'unsatisfiable'],
	['bytes=-1', 0, 'unsatisfiable'],
	['bytes=0-1,3-4', 10, null],
	['bytes=4-2', 10, null],
	['bytes=-', 10, null],
	['bytes=a-b', 10, null],
	['lines=0-3', 10, null],
	['bytes=0-9999999999999999999', 10, null],
])('%s of %i bytes', (header, sizeBytes, range) => expect(rangeOf(header, sizeBytes)).toEqual(range));

test.each([
	[undefined, 10, null],
	['bytes=4-', 10, 4],
	['bytes=4-6', 10, 4],
	['bytes=10-', 10, 10],
	['bytes=0-', 0, 0],
	['bytes=-3', 10, 7],
	['bytes=-30', 10, 0],
	['bytes=11-', 10, 'unsatisfiable'],
	['bytes=-', 10, null],
])('following from %s of %i bytes', (header, sizeBytes, start) => expect(startOf(header, sizeBytes)).toEqual(start));
