import { expect, test } from 'vitest';
import { storableJson } from './storable-json.ts';

test.each([
	['plain', 'plain'],
	['a\0b', 'ab'],
	['cut \ud83d', 'cut \ufffd'],
	['\ude00 cut', '\ufffd cut'],
	['whole \u{1f600}', 'whole \u{1f600}'],
	['written \\u0000 and \\ud83d', 'written \\u0000 and \\ud83d'],
	['\\\0', '\\'],
])('%j is kept as %j', (given, kept) => {
	expect(JSON.parse(storableJson(JSON.stringify({ [given]: given })))).toEqual({ [kept]: kept });
});
