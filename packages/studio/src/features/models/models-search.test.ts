import { expect, it } from 'vitest';
import { parseModelsSearch } from './models-search.ts';

it.each([
	[{ search: 'ridge' }, { search: 'ridge' }],
	[{ search: '' }, {}],
	[{ search: 3, other: 'x' }, {}],
])('of %o what is looked for is %o', (search, expected) => {
	expect(parseModelsSearch(search)).toEqual(expected);
});
