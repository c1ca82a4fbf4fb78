/** How one node's share of a job ended, and what that makes of the run. */
import type { RunRecord } from '../runs/service.ts';
import { failureOf, type Outcome, outcomeOf, type ProcessEnd } from './outcome.ts';
import type { PartRecord } from './part-store.ts';

/** The end of the processes of one node; `process` is the one that decided it, counted over all nodes. */
export interface PartEnd extends ProcessEnd {
	readonly process: number | null;
}

export function hasFailed(end: ProcessEnd): boolean {
	return end.exitCode !== 0 || end.timedOut || end.memoryExceeded;
}

/** How the processes of a part that has ended did. */
export function endOfPart(part: PartRecord): PartEnd {
	return JSON.parse(part.outcome as string) as PartEnd;
}

/**
 * Whether a failure names its process where the one before, the exit code of what had started all of them, could not. A node whose
 * supervisor was killed, or that could not prepare, has no exit code: it failed itself, and what ended the other nodes is only that.
 */
export function saysMore(end: PartEnd, before: PartEnd): boolean {
	return hasFailed(end) && end.process !== null && before.process === null && before.exitCode !== null;
}

/** What happened on a node, with its rank, as a sentence. */
export function describePartEnd(part: PartRecord, end: PartEnd): string {
	const process = end.process === null ? 'the process' : `process ${end.process}`;
	return `On node ${part.agent} (rank ${part.rank}): ${failureOf(end).message.replace(/^The process/, process)}`;
}

/** What the end of all parts means for the run: the first failure decides. */
export function outcomeOfParts(run: RunRecord, parts: readonly PartRecord[], failedRank: number | null, endReason: string | null): Outcome {
	const ends = parts.map((part) => ({ part, end: endOfPart(part) }));
	const failed = ends.find(({ part }) => part.rank === failedRank) ?? ends.find(({ end }) => hasFailed(end));
	const outcome = outcomeOf(
		run,
		failed?.end ?? { exitCode: 0, signal: null, timedOut: false, memoryExceeded: false, error: null },
		endReason,
	);
	if (outcome.to !== 'Failed' || !failed || outcome.error === null) return outcome;
	const reason = describePartEnd(failed.part, failed.end);
	return { ...outcome, reason, error: { ...outcome.error, message: failed.end.error || reason, details: reason } };
}
