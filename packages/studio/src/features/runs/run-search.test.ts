import { expect, test } from 'vitest';
import { orderOf, parseRunListSearch } from './run-search.ts';

test('what an address says is taken, what cannot be read is left', () => {
	expect(
		parseRunListSearch({
			filter: 'number > 3',
			order: 'metrics."mse".min',
			ascending: true,
			lifecycle: 'archived',
			flat: true,
			columns: ['name', 'status'],
		}),
	).toEqual({
		filter: 'number > 3',
		order: 'metrics."mse".min',
		ascending: true,
		lifecycle: 'archived',
		flat: true,
		columns: ['name', 'status'],
	});
	expect(parseRunListSearch({ filter: '', order: null, ascending: 'yes', lifecycle: 'gone', flat: 1, columns: 'name', other: 1 })).toEqual(
		{},
	);
});

test('an address that says nothing orders by creation, newest first', () => {
	expect(orderOf(parseRunListSearch({}))).toEqual({ by: 'createdTime', isAscending: false });
	expect(orderOf(parseRunListSearch({ order: 'number', ascending: true }))).toEqual({ by: 'number', isAscending: true });
});
