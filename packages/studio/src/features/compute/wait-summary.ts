/** Waiting times in three numbers. */
import type { QueueWait } from '@runstead/contract';

export interface WaitSummary {
	/** 0 without any. */
	readonly medianMs: number;
	readonly greatestMs: number;
	/** Runs that have not left the queue. */
	readonly waiting: number;
}

export function waitSummary(waits: readonly Pick<QueueWait, 'waitMs' | 'leftTime'>[]): WaitSummary {
	const sorted = waits.map((wait) => wait.waitMs).sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const medianMs = Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2 : (sorted[Math.floor(middle)] ?? 0);
	return { medianMs, greatestMs: sorted.at(-1) ?? 0, waiting: waits.filter((wait) => wait.leftTime === null).length };
}
