import { expect, test } from 'vitest';
import { readScale } from './read-scale.ts';

const TEXT = { minNodes: '0', maxNodes: '4', idleSeconds: '600', concurrent: '' };

test('what was typed is read as numbers', () => {
	expect(readScale(TEXT)).toEqual({
		scale: { minNodes: 0, maxNodes: 4, idleSecondsBeforeScaleDown: 600, maxConcurrentRuns: null },
		problems: {},
	});
	expect(readScale({ ...TEXT, concurrent: ' 2 ' }).scale?.maxConcurrentRuns).toBe(2);
});

test.each([
	[{ minNodes: '' }, { minNodes: 'a whole number from 0 to 1000' }],
	[{ maxNodes: '1001' }, { maxNodes: 'a whole number from 0 to 1000' }],
	[{ minNodes: '5' }, { minNodes: 'not more than the maximum, 4' }],
	[{ idleSeconds: '1.5' }, { idleSeconds: 'a whole number from 0 to 2592000' }],
	[{ concurrent: '0' }, { concurrent: 'a whole number from 1 to 1000' }],
])('%j is told what is wrong', (change, problems) => {
	expect(readScale({ ...TEXT, ...change })).toEqual({ scale: null, problems });
});
