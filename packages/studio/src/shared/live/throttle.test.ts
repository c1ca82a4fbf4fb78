import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { throttle } from './throttle.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

test('the first call happens at once, the rest of the interval as one', async () => {
	const times: number[] = [];
	const start = Date.now();
	const call = throttle(() => {
		times.push(Date.now() - start);
	}, 100);
	call();
	await vi.advanceTimersByTimeAsync(10);
	call();
	call();
	await vi.advanceTimersByTimeAsync(500);
	expect(times).toEqual([0, 100]);
});

test('a slow action is never started twice at once, and the last call is not lost', async () => {
	const finish: (() => void)[] = [];
	const call = throttle(() => new Promise<void>((resolve) => finish.push(resolve)), 100);
	call();
	await vi.advanceTimersByTimeAsync(300);
	call();
	call();
	await vi.advanceTimersByTimeAsync(300);
	expect(finish.length).toBe(1);
	finish[0]?.();
	await vi.advanceTimersByTimeAsync(0);
	expect(finish.length).toBe(2);
});

test('a cancelled call does not happen', async () => {
	let count = 0;
	const call = throttle(() => {
		count += 1;
	}, 100);
	call();
	await vi.advanceTimersByTimeAsync(1);
	call();
	call.cancel();
	await vi.advanceTimersByTimeAsync(500);
	expect(count).toBe(1);
});
