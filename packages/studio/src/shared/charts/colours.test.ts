import { expect, test } from 'vitest';
import { seriesColour, seriesDash } from './colours.ts';

/** As many as the charts over runs draw. */
const LINES_MAX = 100;

test('no two lines of a chart look the same', () => {
	const looks = Array.from({ length: LINES_MAX }, (_, series) => `${seriesColour(series)} ${seriesDash(series).join(' ')}`);
	expect(new Set(looks).size).toBe(LINES_MAX);
});
