import { expect, test } from 'vitest';
import { noticeTitle } from './notice-text.ts';

const run = (id: string, status: 'Completed' | 'Failed' | 'Canceled', displayName = '') => ({ id, name: '', displayName, status });

test('one run is named', () => {
	expect(noticeTitle([run('r1', 'Completed', 'ridge')])).toBe('ridge completed');
	expect(noticeTitle([run('r1', 'Canceled')])).toBe('r1 was cancelled');
	expect(noticeTitle([run('r1', 'Failed', 'x'.repeat(10_000))])).toBe(`${'x'.repeat(80)} failed`);
});

test('many are counted', () => {
	expect(noticeTitle([run('r1', 'Completed'), run('r2', 'Completed')])).toBe('2 runs ended');
	expect(noticeTitle([run('r1', 'Completed'), run('r2', 'Failed')])).toBe('2 runs ended, 1 of them failed');
});
