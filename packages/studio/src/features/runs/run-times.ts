/** How long a run takes and has taken. */
import { isTerminal, type Run } from '@runstead/contract';

/** A guess from less than this share done is worth nothing. */
const SHARE_FOR_GUESS = 0.02;

/** Milliseconds from start to end, or to `nowMs` while the run lives; null before the start. */
export function durationOf(run: Pick<Run, 'startTime' | 'endTime' | 'status'>, nowMs: number): number | null {
	if (run.startTime === null) return null;
	const start = Date.parse(run.startTime);
	if (run.endTime !== null) return Date.parse(run.endTime) - start;
	return isTerminal(run.status) ? null : Math.max(0, nowMs - start);
}

/** Milliseconds left if the rest goes as what is done went; null where nothing can be said. */
export function timeLeftMs(run: Pick<Run, 'startTime' | 'endTime' | 'status' | 'progress'>, nowMs: number): number | null {
	if (run.progress === null || isTerminal(run.status)) return null;
	const share = run.progress.done / run.progress.total;
	const duration = durationOf(run, nowMs);
	if (duration === null || share < SHARE_FOR_GUESS || share >= 1) return null;
	return (duration / share) * (1 - share);
}
