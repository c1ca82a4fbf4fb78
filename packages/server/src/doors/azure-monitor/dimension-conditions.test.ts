import { expect, it } from 'vitest';
import { parseDimensionConditions } from './dimension-conditions.ts';

const eq = (dimension: string, ...values: string[]) => ({ dimension, operator: 'eq', values });

it.each([
	['', [], []],
	["ClusterName eq '*'", [], ['ClusterName']],
	["ClusterName eq 'a'", [eq('ClusterName', 'a')], ['ClusterName']],
	["A eq 'a1' or A eq 'a2'", [eq('A', 'a1', 'a2')], ['A']],
	["(A eq 'a1' or A eq 'a2') and B eq '*'", [eq('A', 'a1', 'a2')], ['A', 'B']],
	[
		"A sw 'cpu' and B ne 'x'",
		[
			{ dimension: 'A', operator: 'startswith', values: ['cpu'] },
			{ dimension: 'B', operator: 'ne', values: ['x'] },
		],
		['A', 'B'],
	],
	["A EQ 'it''s' AND B eq 'y'", [eq('A', "it's"), eq('B', 'y')], ['A', 'B']],
])('%s', (text, filter, splitBy) => {
	expect(parseDimensionConditions(text)).toEqual({ filter, splitBy });
});

it.each(['A', 'A eq', 'A eq b', "A is 'b'", "A eq 'a' or B eq 'b'", "(A eq 'a'", "A eq 'a' B eq 'b'", "A eq 'a", 'and', "A eq 'a' and"])(
	'%s is refused',
	(text) => {
		expect(() => parseDimensionConditions(text)).toThrow(/^The filter .* write ClusterName eq 'a'/);
	},
);
