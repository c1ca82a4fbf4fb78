/** As many runs changed as were chosen: in the batches that the server takes, one after the other, with what came of all of them. */
import { LIMITS, type Lifecycle } from '@runstead/contract';
import type { changeRuns } from './api.ts';

export type SendBatch = (runs: readonly string[]) => ReturnType<typeof changeRuns>;

interface ManyChanged {
	readonly changed: number;
	readonly failed: number;
	readonly freedBytes: number;
	/** Why some were not changed, each reason once. */
	readonly reasons: readonly string[];
	/** Where the moved runs were, those below the given ones too. */
	readonly moved: ReadonlyMap<Lifecycle, readonly string[]>;
	/** What ended the work before its end; what was done until then counts. */
	readonly error: unknown;
	/** Runs that were not come to: an error or the reader was before them. */
	readonly leftCount: number;
}

const BATCH_RUNS = LIMITS.runsPerChange.max;

export async function changeMany(
	runs: readonly string[],
	send: SendBatch,
	onProgress: (done: number) => void,
	isStopped: () => boolean,
): Promise<ManyChanged> {
	const reasons = new Set<string>();
	const moved = new Map<Lifecycle, string[]>();
	let [changed, failed, freedBytes, at] = [0, 0, 0, 0];
	let error: unknown = null;
	for (; at < runs.length && !isStopped(); at += BATCH_RUNS) {
		onProgress(at);
		try {
			const batch = await send(runs.slice(at, at + BATCH_RUNS));
			changed += batch.changed;
			failed += batch.failed;
			freedBytes += batch.freedBytes;
			for (const { error } of batch.results) if (error !== null) reasons.add(`${error.message} ${error.hint}`);
			for (const { from, runs: ids } of batch.moved) moved.set(from, [...(moved.get(from) ?? []), ...ids]);
		} catch (cause) {
			error = cause;
			break;
		}
	}
	return { changed, failed, freedBytes, reasons: [...reasons], moved, error, leftCount: Math.max(0, runs.length - at) };
}
