import { expect, it } from 'vitest';
import { parseFileSearch, parseModelsSearch } from './models-search.ts';

it.each([
	[{ search: 'ridge' }, { search: 'ridge' }],
	[{ search: '' }, {}],
	[{ search: 3, other: 'x' }, {}],
])('of %o what is looked for is %o', (search, expected) => {
	expect(parseModelsSearch(search)).toEqual(expected);
});

it.each([
	[{ file: 'model/MLmodel' }, { file: 'model/MLmodel' }],
	[{ file: 1 }, { file: '1' }],
	[{ file: '' }, {}],
])('of %o the file is %o', (search, expected) => {
	expect(parseFileSearch(search)).toEqual(expected);
});
