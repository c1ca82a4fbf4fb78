import { parseFilter } from '@runstead/contract';
import { expect, test } from 'vitest';
import { foundRunsFilter } from './found-runs-filter.ts';

test('a word is looked for in names and at the beginning of ids', () => {
	expect(foundRunsFilter('ridge')).toBe("displayName ilike '%ridge%' or name ilike '%ridge%' or id ilike 'ridge%'");
});

test('a number is that of a run, too', () => {
	expect(foundRunsFilter('#12')).toBe("number = 12 or displayName ilike '%#12%' or name ilike '%#12%' or id ilike '#12%'");
});

test('whatever is typed makes a filter that can be read', () => {
	for (const typed of ["o'clock", '%', '"', "' or 1 = 1 --", '\\', '<script>', 'é😀'])
		expect(() => parseFilter(foundRunsFilter(typed))).not.toThrow();
});
