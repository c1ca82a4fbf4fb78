import { expect, test } from 'vitest';
import { nameWidthPx } from './run-name-width.ts';

test('the column of names is as wide as the longest asks, within bounds', () => {
	expect(nameWidthPx([])).toBe(184);
	expect(nameWidthPx(['short', 'a'])).toBe(184);
	expect(nameWidthPx(['short', 'ridge, alpha 0.05, fold 3'])).toBe(240);
	expect(nameWidthPx(['a name that nobody would ever want to read to its end'])).toBe(264);
});
