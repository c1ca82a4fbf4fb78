/** What the end of a process means for its run. */

import { constants } from 'node:os';
import type { RunError, RunStatus } from '@runstead/contract';
import type { RunRecord } from '../runs/service.ts';

export interface ProcessEnd {
	readonly exitCode: number | null;
	readonly signal: number | null;
	readonly timedOut: boolean;
	readonly memoryExceeded: boolean;
	/** The script's own last words, or why it could not start. */
	readonly error: string | null;
}

export interface Outcome {
	readonly to: RunStatus;
	readonly reason: string | null;
	readonly error: RunError | null;
}

export function outcomeOf(run: RunRecord, end: ProcessEnd, endReason: string | null): Outcome {
	if (run.status === 'CancelRequested') return { to: 'Canceled', reason: endReason ?? run.status_reason, error: null };
	if (end.exitCode === 0 && !end.timedOut && !end.memoryExceeded) return { to: 'Completed', reason: null, error: null };
	const { code, message } = failureOf(end);
	// What the script itself said of its failure says more than how it ended.
	const said = run.error === null ? null : (JSON.parse(run.error) as RunError);
	return { to: 'Failed', reason: message, error: said ?? { code, message: end.error || message, ...(end.error && { details: message }) } };
}

export function failureOf({ exitCode, signal, timedOut, memoryExceeded, error }: ProcessEnd): { code: string; message: string } {
	if (timedOut) return { code: 'TimedOut', message: 'The job ran longer than its maxRunDurationSeconds and was ended.' };
	if (memoryExceeded) return { code: 'MemoryExceeded', message: 'The job used more memory than its node has and was ended.' };
	if (signal !== null) return { code: 'Signal', message: `The process was ended by signal ${signal}${signalName(signal)}.` };
	if (exitCode !== null) return { code: 'ExitCode', message: `The process ended with exit code ${exitCode}.` };
	return { code: 'NotStarted', message: error ?? 'The process could not be started.' };
}

function signalName(signal: number): string {
	const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
	return name ? ` (${name})` : '';
}
