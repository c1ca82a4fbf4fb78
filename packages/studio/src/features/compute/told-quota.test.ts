import { expect, test } from 'vitest';
import { isTold } from './told-quota.ts';

const quota = { name: 'standardDv2Family', usedCores: 0, freeCores: 300, workspaceLimitCores: null };

test('a quota that nobody touches is left out, but for that of all dedicated cores', () => {
	expect(isTold(quota)).toBe(false);
	expect(isTold({ ...quota, name: 'dedicated' })).toBe(true);
	expect(isTold({ ...quota, usedCores: 2 })).toBe(true);
	expect(isTold({ ...quota, freeCores: 0 })).toBe(true);
	expect(isTold({ ...quota, workspaceLimitCores: 8 })).toBe(true);
});
