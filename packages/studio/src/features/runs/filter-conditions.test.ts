import { parseFilter } from '@runstead/contract';
import { expect, test } from 'vitest';
import { conditionsOf, filterOfConditions } from './filter-conditions.ts';

test('a flat filter is a list of conditions, and comes back as it was meant', () => {
	for (const text of [
		'',
		"status = 'Failed'",
		"metrics.mse.min < 3000 and tags.quality = 'it''s good' and params.alpha is not null",
		"status in ('Failed', 'Canceled') or displayName ilike '%ridge%'",
		'metrics."odd name".last >= -1.5e3 and tags.x is null',
		"createdTime > '2026-11-21T08:00:00Z' and number != 3",
		"params.seed = 42 and params.name = 'v2'",
	]) {
		const conditions = conditionsOf(text);
		if (conditions === null) throw new Error(`${text} is a flat filter`);
		const back = filterOfConditions(conditions);
		expect(back === '' ? null : parseFilter(back)).toEqual(text === '' ? null : parseFilter(text));
	}
});

test('what says more is left to those who type', () => {
	for (const text of [
		"not status = 'Failed'",
		'number = 1 and (number = 2 or number = 3)',
		"displayName like 'a%'",
		'has tags.best',
		'nonsense',
	])
		expect(conditionsOf(text)).toBeNull();
});

test('a condition without a value says nothing yet', () => {
	const blank = { field: 'metrics.mse.min', operator: '<', value: ' ' } as const;
	expect(filterOfConditions({ join: 'and', conditions: [blank, { field: 'status', operator: '=', value: "O'Neil" }] })).toBe(
		"status = 'O''Neil'",
	);
});
