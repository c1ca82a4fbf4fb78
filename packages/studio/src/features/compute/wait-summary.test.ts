import { expect, test } from 'vitest';
import { waitSummary } from './wait-summary.ts';

const left = (waitMs: number) => ({ waitMs, leftTime: '2026-11-21T08:00:00Z' });

test('the median is the middle one, or between the two middle ones', () => {
	expect(waitSummary([])).toEqual({ medianMs: 0, greatestMs: 0, waiting: 0 });
	expect(waitSummary([left(30), left(10), left(20)])).toEqual({ medianMs: 20, greatestMs: 30, waiting: 0 });
	expect(waitSummary([left(10), left(20), { waitMs: 60, leftTime: null }, left(40)])).toEqual({ medianMs: 30, greatestMs: 60, waiting: 1 });
});
