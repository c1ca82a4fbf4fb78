/** Attends a run at the terminal: follows it, and on Ctrl-C asks whether to detach from it or to cancel it. */
import { createInterface } from 'node:readline/promises';
import type { Client } from '@runstead/client';
import { isTerminal, type Run } from '@runstead/contract';
import { RUNSTEAD } from '../command-line.ts';
import type { Answer } from '../output/answer.ts';
import type { OutputFormat } from '../output/output-format.ts';
import { remark } from '../terminal.ts';
import { followRun } from './follow-run.ts';
import { runAnswer } from './run-answer.ts';

/** Exit code after Ctrl-C, as shells have it. */
export const INTERRUPTED = 130;

/** Detaching is the answer to anything that is not clearly "cancel", a second Ctrl-C and a closed terminal included. */
async function wantsCancel(): Promise<boolean> {
	if (!process.stdin.isTTY) return false;
	const question = createInterface({ input: process.stdin, output: process.stderr });
	const closed = new Promise<string>((resolve) => question.once('close', () => resolve('')));
	question.once('SIGINT', () => {
		// The terminal wrote ^C behind the question.
		process.stderr.write('\n');
		question.close();
	});
	const answer = await Promise.race([
		question.question('\nDetach from the run, which goes on, or cancel it? [d]etach (or Enter), [c]ancel: '),
		closed,
	]);
	question.close();
	return /^c(ancel)?$/i.test(answer.trim());
}

/** Follows until the run ends or Ctrl-C comes. */
async function followUntilInterrupted(
	client: Client,
	id: string,
	logTo: NodeJS.WritableStream | null,
): Promise<{ run: Run; interrupted: boolean }> {
	const interruption = new AbortController();
	const interrupt = () => interruption.abort();
	process.once('SIGINT', interrupt);
	try {
		const run = await followRun(client, id, { logTo, signal: interruption.signal });
		return { run, interrupted: interruption.signal.aborted && !isTerminal(run.status) };
	} finally {
		process.off('SIGINT', interrupt);
	}
}

/** Follows the run to its end; on Ctrl-C asks, and when the run is to be cancelled waits for that. One that ended meanwhile was not interrupted. */
export async function followToEnd(
	client: Client,
	id: string,
	logTo: NodeJS.WritableStream | null,
): Promise<{ run: Run; interrupted: boolean }> {
	const first = await followUntilInterrupted(client, id, logTo);
	if (!first.interrupted) return first;
	const cancel = await wantsCancel();
	// A person thinks longer than some runs last.
	const run = await client.call('getRun', { params: { run: id } });
	if (isTerminal(run.status)) return { run, interrupted: false };
	if (!cancel) {
		remark(`The run goes on. See it again: ${RUNSTEAD} run watch ${id}; cancel it: ${RUNSTEAD} run cancel ${id}`);
		return first;
	}
	const { message } = await client.call('cancelRun', { params: { run: id }, body: { reason: 'Ctrl-C' } });
	remark(message);
	return { ...(await followUntilInterrupted(client, id, null)), interrupted: true };
}

/**
 * Gives the run as it ended: exit code 1 where it failed or was canceled. On Ctrl-C 130.
 * @param logTo where its log goes, or null.
 */
export async function attendRun(client: Client, id: string, logTo: NodeJS.WritableStream | null): Promise<Answer | number> {
	const { run, interrupted } = await followToEnd(client, id, logTo);
	return interrupted ? INTERRUPTED : runAnswer(client, run, { exitCode: run.status === 'Completed' ? 0 : 1, isLogShown: logTo !== null });
}

/** Where a log goes beside an answer: a document on standard output stays one. */
export function logSink(format: OutputFormat): NodeJS.WritableStream {
	return format === 'table' || format === 'none' ? process.stdout : process.stderr;
}
