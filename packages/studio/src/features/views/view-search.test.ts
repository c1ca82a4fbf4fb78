import { expect, test } from 'vitest';
import { isSameState, parseViewSearch } from './view-search.ts';

test('the state of a view and its version stand in the address', () => {
	expect(parseViewSearch({ version: 3, filter: 'number > 1', group: 'status', pinned: 2, widths: { name: 300 }, nonsense: 1 })).toEqual({
		version: 3,
		filter: 'number > 1',
		group: 'status',
		pinned: 2,
		widths: { name: 300 },
	});
	expect(parseViewSearch({ version: -1, widths: { name: 'wide' }, pinned: 0.5, hidden: [], columns: 'name' })).toEqual({});
});

test('states are the same in any order', () => {
	expect(isSameState({ filter: 'a', flat: true }, { flat: true, filter: 'a' })).toBe(true);
	expect(isSameState({ columns: ['name', 'id'] }, { columns: ['id', 'name'] })).toBe(false);
	expect(isSameState({}, { flat: true })).toBe(false);
});
