import { expect, test } from 'vitest';
import { changeMany, type SendBatch } from './change-many.ts';

const ids = Array.from({ length: 2_500 }, (_, index) => `r${index}`);
const answer = (runs: readonly string[], failed = 0) => ({
	results: runs
		.slice(0, failed)
		.map((run) => ({ run, changed: false, error: { code: 'run-is-active', message: 'It lives.', hint: 'Wait.' } })),
	changed: runs.length - failed,
	failed,
	freedBytes: 1,
	moved: [{ from: 'active' as const, runs: runs.slice(failed) }],
});

test('batches are sent one after the other, and what came of them is summed up', async () => {
	const sizes: number[] = [];
	const progress: number[] = [];
	const send: SendBatch = async (runs) => {
		sizes.push(runs.length);
		return answer(runs, 2);
	};
	const done = await changeMany(
		ids,
		send,
		(count) => progress.push(count),
		() => false,
	);
	expect(sizes).toEqual([1_000, 1_000, 500]);
	expect(progress).toEqual([0, 1_000, 2_000]);
	expect(done).toMatchObject({ changed: 2_494, failed: 6, freedBytes: 3, reasons: ['It lives. Wait.'], error: null, leftCount: 0 });
	expect(done.moved.get('active')?.length).toBe(2_494);
});

test('what was done before an error, or before it was stopped, counts', async () => {
	let sent = 0;
	const lost = new Error('lost');
	const send: SendBatch = async (runs) => {
		sent += 1;
		if (sent === 2) throw lost;
		return answer(runs);
	};
	expect(
		await changeMany(
			ids,
			send,
			() => undefined,
			() => false,
		),
	).toMatchObject({ changed: 1_000, error: lost, leftCount: 1_500 });
	let stopped = false;
	const once: SendBatch = async (runs) => {
		stopped = true;
		return answer(runs);
	};
	expect(
		await changeMany(
			ids,
			once,
			() => undefined,
			() => stopped,
		),
	).toMatchObject({ changed: 1_000, error: null, leftCount: 1_500 });
});
