import { expect, test } from 'vitest';
import { durationOf, timeLeftMs } from './run-times.ts';

const startTime = '2026-11-21T08:00:00.000000Z';
const start = Date.parse(startTime);
const running = { startTime, endTime: null, status: 'Running', progress: { done: 25, total: 100 } } as const;

test('a live run lasts until now, an ended one until its end, one that never started not at all', () => {
	expect(durationOf(running, start + 5000)).toBe(5000);
	expect(durationOf({ ...running, endTime: '2026-11-21T08:00:02.000000Z', status: 'Completed' }, start + 5000)).toBe(2000);
	expect(durationOf({ ...running, startTime: null }, start)).toBeNull();
	expect(durationOf(running, start - 100)).toBe(0);
});

test('the rest is taken to go as what is done went', () => {
	expect(timeLeftMs(running, start + 10_000)).toBe(30_000);
});

test('nothing is guessed from too little, for a run that has ended, or for one at its end', () => {
	expect(timeLeftMs({ ...running, progress: { done: 1, total: 100 } }, start + 10_000)).toBeNull();
	expect(timeLeftMs({ ...running, status: 'Canceled', endTime: '2026-11-21T08:00:02Z' }, start + 10_000)).toBeNull();
	expect(timeLeftMs({ ...running, progress: { done: 100, total: 100 } }, start + 10_000)).toBeNull();
	expect(timeLeftMs({ ...running, progress: null }, start + 10_000)).toBeNull();
});
