import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadedFromServer } from './lazy-page.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

/** A script that cannot be had so many times. */
function scriptThatFails(times: number) {
	const loads = { count: 0 };
	const load = async () => {
		loads.count += 1;
		if (loads.count <= times) throw new TypeError('Failed to fetch dynamically imported module');
		return 'the page';
	};
	return { load, loads };
}

test('a page is waited for while the server is away', async () => {
	const { load, loads } = scriptThatFails(100);
	const page = loadedFromServer(load, async () => false);
	await vi.advanceTimersByTimeAsync(99_999);
	expect(loads.count).toBe(100);
	await vi.advanceTimersByTimeAsync(1);
	expect(await page).toBe('the page');
});

test('a server that came back in that moment gives the page', async () => {
	const { load } = scriptThatFails(1);
	expect(await loadedFromServer(load, async () => true)).toBe('the page');
});

test('a script that the server does not have is told', async () => {
	const { load, loads } = scriptThatFails(100);
	await expect(loadedFromServer(load, async () => true)).rejects.toThrow('Failed to fetch');
	expect(loads.count).toBe(2);
});
