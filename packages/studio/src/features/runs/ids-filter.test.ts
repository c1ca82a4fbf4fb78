import { LIMITS, parseFilter } from '@runstead/contract';
import { expect, test } from 'vitest';
import { idsByFilter, idsFilter } from './ids-filter.ts';

test('many ids are named in as few filters as can be read', () => {
	const ids = Array.from({ length: 200 }, (_, index) => `${index}`.padStart(256, 'r'));
	const parts = idsByFilter(ids);
	expect(parts.flat()).toEqual(ids);
	const lengths = parts.map((part) => idsFilter(part).length);
	expect(Math.max(...lengths)).toBeLessThanOrEqual(LIMITS.filterCharacters.max);
	expect(parts.map((part) => part.length)).toEqual([38, 38, 38, 38, 38, 10]);
	expect(parseFilter(idsFilter(['one', 'two']))).toMatchObject({ type: 'in' });
	expect(idsByFilter([])).toEqual([]);
});
