import { expect, it } from 'vitest';
import { parseTraceSearch, parseTracesSearch } from './traces-search.ts';

it.each([
	[{ filter: "state = 'OK'" }, { filter: "state = 'OK'" }],
	[{ filter: '' }, {}],
	[{ filter: 3, other: 'x' }, {}],
])('of %o a list of traces takes %o', (search, expected) => {
	expect(parseTracesSearch(search)).toEqual(expected);
});

it.each([
	[
		{ tab: 'details', span: 'b2' },
		{ tab: 'details', span: 'b2' },
	],
	[{ tab: 'spans', span: 17 }, { span: '17' }],
	[{ tab: 'nothing', span: '' }, {}],
])('of %o the page of a trace takes %o', (search, expected) => {
	expect(parseTraceSearch(search)).toEqual(expected);
});
