/** Follows a run to its end: a live line of what it does, and its log where that is wanted. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Client, RequestError } from '@runstead/client';
import { isTerminal, type Run } from '@runstead/contract';
import { createLiveLine, type LiveLine } from './live-line.ts';
import { followLog, type JobLogs, jobLogs } from './stream-log.ts';
import { durationText, isOfTheScript, lastText } from './values.ts';

const POLL_MS = 400;
const NO_ANSWER = 'no answer from the server; the run goes on';
/** After the end a log is waited for so long at most: an agent that is gone seals nothing. */
const LOG_AFTER_END_MS = 10_000;
/** So long what is said of the environment may come after the first word of the script. */
const BUILD_LOG_AFTER_START_MS = 500;

export interface FollowOptions {
	/** Where the log goes; null: it is not shown. */
	logTo: NodeJS.WritableStream | null;
	/** Ends the following, and not the run. */
	signal: AbortSignal;
}

async function placeInQueue(client: Client, run: Run): Promise<string> {
	if (run.target === null || run.target === 'local') return run.statusReason ?? '';
	const params = { workspace: run.workspaceName, compute: run.target };
	const reply = await client.call('listQueue', { params, query: { limit: 100 } }).catch(() => null);
	const entry = reply?.queue.find(({ runId }) => runId === run.id);
	return entry === undefined ? (run.statusReason ?? '') : `${entry.position} of ${reply?.waiting} on ${run.target}, ${entry.reason}`;
}

function latestMetric(run: Run): string {
	const latest = Object.values(run.metrics)
		.filter((metric) => isOfTheScript(metric) && (metric.kind === 'scalar' || metric.kind === 'row'))
		.map((metric) => ({ metric, time: Object.values(metric.columns)[0]?.lastTime ?? '' }))
		.toSorted((one, other) => other.time.localeCompare(one.time))[0];
	return latest === undefined ? '' : `${latest.metric.name} ${lastText(latest.metric)}`;
}

/** What a run does, with the seconds that pass, and without them. */
async function describe(client: Client, run: Run): Promise<{ text: string; gist: string }> {
	if (run.status === 'Queued') {
		const place = await placeInQueue(client, run);
		const gist = `Queued${place === '' ? '' : `: ${place}`}`;
		return { text: gist, gist };
	}
	const elapsed = run.durationMs === null ? '' : durationText(run.durationMs);
	const progress = run.progress === null ? '' : `${run.progress.done} of ${run.progress.total}`;
	const parts = [run.status, run.status === 'Running' ? '' : (run.statusReason ?? ''), elapsed, progress, latestMetric(run)];
	return { text: parts.filter((part) => part !== '').join(', '), gist: run.status };
}

/** The run as it is, or null while the server is away: it goes on without us. */
async function lookOrNull(client: Client, id: string): Promise<Run | null> {
	return client.call('getRun', { params: { run: id } }).catch((error: unknown) => {
		if (error instanceof RequestError && (error.status === 0 || error.status >= 500)) return null;
		throw error;
	});
}

/** Where logs go, and beside what. */
interface LogPrinter {
	client: Client;
	run: string;
	line: LiveLine;
	/** Ends the printing. */
	signal: AbortSignal;
	/** Ends the waiting for a log that is not there yet. */
	waiting: AbortSignal;
}

/** Looks until there are logs as they are wanted, and once more when that is to end; null: there were none. */
async function waitForLogs(
	areThere: (logs: JobLogs) => boolean,
	{ client, run }: LogPrinter,
	waiting: AbortSignal,
): Promise<JobLogs | null> {
	for (;;) {
		const isLast = waiting.aborted;
		const logs = await jobLogs(client, run).catch(() => null);
		if (logs !== null && areThere(logs)) return logs;
		if (isLast) return null;
		await wait(POLL_MS, undefined, { signal: waiting }).catch(() => {});
	}
}

/** The live line stays away while it prints. */
async function print(path: string, sink: NodeJS.WritableStream, { client, run, line }: LogPrinter, signal: AbortSignal): Promise<void> {
	let endsLine = true;
	for await (const piece of followLog(client, run, path, signal)) {
		line.clear();
		sink.write(piece);
		endsLine = piece.at(-1) === 10;
	}
	if (!endsLine) sink.write('\n');
}

/** Prints how the environment is built, until the script has begun to speak. */
async function printBuild(path: string, printer: LogPrinter): Promise<void> {
	const over = new AbortController();
	const speaks = waitForLogs(({ driver }) => driver !== null, printer, AbortSignal.any([printer.waiting, over.signal]))
		.then((logs) =>
			logs === null ? undefined : wait(BUILD_LOG_AFTER_START_MS, undefined, { signal: over.signal }).then(() => over.abort()),
		)
		.catch(() => {});
	await print(path, process.stderr, printer, AbortSignal.any([printer.signal, over.signal]));
	over.abort();
	await speaks;
}

async function printLogs(sink: NodeJS.WritableStream, printer: LogPrinter): Promise<void> {
	const first = await waitForLogs(({ build, driver }) => (build ?? driver) !== null, printer, printer.waiting);
	if (first === null) return;
	if (first.build !== null) await printBuild(first.build, printer);
	const { driver } =
		first.driver !== null ? first : ((await waitForLogs((logs) => logs.driver !== null, printer, printer.waiting)) ?? first);
	if (driver !== null) await print(driver, sink, printer, printer.signal);
}

/**
 * Resolves with the run when it has ended, or as it was last seen when `signal` is aborted. A server that is away is waited for.
 * @throws RequestError when the run is gone, or may not be seen.
 */
export async function followRun(client: Client, id: string, { logTo, signal }: FollowOptions): Promise<Run> {
	const line = createLiveLine();
	const over = new AbortController();
	const stopLog = AbortSignal.any([signal, over.signal]);
	const neverStarted = new AbortController();
	const waiting = AbortSignal.any([stopLog, neverStarted.signal]);
	const log = logTo === null ? Promise.resolve() : printLogs(logTo, { client, run: id, line, signal: stopLog, waiting });
	let run = await client.call('getRun', { params: { run: id } });
	while (!isTerminal(run.status) && !signal.aborted) {
		const seen = await lookOrNull(client, id);
		if (seen === null) line.show(id, NO_ANSWER, NO_ANSWER);
		else {
			run = seen;
			const { text, gist } = await describe(client, run);
			if (logTo === null || run.startTime === null) line.show(id, text, gist);
		}
		if (!isTerminal(run.status)) await wait(POLL_MS, undefined, { signal }).catch(() => {});
	}
	const giveUp = setTimeout(() => over.abort(), LOG_AFTER_END_MS);
	// A run that never started has no log of its script to wait for.
	if (run.startTime === null) neverStarted.abort();
	await log;
	clearTimeout(giveUp);
	line.clear();
	return run;
}
