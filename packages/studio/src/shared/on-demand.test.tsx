import { type ComponentType, Suspense } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { onDemand } from './on-demand.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

const Part = () => <b>the part</b>;

/** What a page shows in the very moment in which it draws the part. */
function drawn(One: ComponentType): string {
	const markup = renderToStaticMarkup(
		<Suspense fallback={<i>waiting</i>}>
			<One />
		</Suspense>,
	);
	return /<(b|i)>([^<]*)</.exec(markup)?.[2] ?? markup;
}

/** A part whose first loads fail. */
function partThatFails(times: number) {
	const loads = { count: 0 };
	const part = onDemand(async () => {
		loads.count += 1;
		if (loads.count <= times) throw new Error('The server is away.');
		return Part;
	});
	return { part, loads };
}

test('a part that is wanted ahead is drawn at once, another when it has come', async () => {
	const wanted = onDemand(async () => Part);
	const other = onDemand(async () => Part);
	await wanted.want();
	expect([drawn(wanted), drawn(other)]).toEqual(['the part', 'waiting']);
	await vi.advanceTimersByTimeAsync(0);
	expect(drawn(other)).toBe('the part');
});

test('a part that is drawn while the server is away is asked for each second until it comes', async () => {
	const { part, loads } = partThatFails(1);
	expect(drawn(part)).toBe('waiting');
	await vi.advanceTimersByTimeAsync(999);
	expect([loads.count, drawn(part)]).toEqual([1, 'waiting']);
	await vi.advanceTimersByTimeAsync(1);
	expect([loads.count, drawn(part)]).toEqual([2, 'the part']);
});

test('a part that never comes is asked for twenty times', async () => {
	const { part, loads } = partThatFails(Number.POSITIVE_INFINITY);
	expect(drawn(part)).toBe('waiting');
	await vi.advanceTimersByTimeAsync(60_000);
	// Once more when the page had come to rest.
	expect(loads.count).toBe(21);
});

test('what nobody has drawn yet is fetched when the page has come to rest, and is then there at once', async () => {
	const { part, loads } = partThatFails(0);
	await vi.advanceTimersByTimeAsync(1_499);
	expect(loads.count).toBe(0);
	await vi.advanceTimersByTimeAsync(1);
	expect([loads.count, drawn(part)]).toEqual([1, 'the part']);
});
