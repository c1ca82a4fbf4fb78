import { expect, test } from 'vitest';
import { type EndedRun, noticeTitle } from './notice-text.ts';

const run = (title: string, status: EndedRun['status']): EndedRun => ({ title, status });

test('one run is named', () => {
	expect(noticeTitle([run('ridge', 'Completed')])).toBe('ridge completed');
	expect(noticeTitle([run('ridge', 'Canceled')])).toBe('ridge was cancelled');
	expect(noticeTitle([run('x'.repeat(10_000), 'Failed')])).toBe(`${'x'.repeat(80)} failed`);
});

test('many are counted', () => {
	expect(noticeTitle([run('a', 'Completed'), run('b', 'Completed')])).toBe('2 runs ended');
	expect(noticeTitle([run('a', 'Completed'), run('b', 'Failed')])).toBe('2 runs ended, 1 of them failed');
});
