/** Keeps a server running until it is asked to stop, and stops it with or without the jobs that run. */
import { setTimeout as wait } from 'node:timers/promises';
import type { RunningServer } from '@runstead/server';
import { RUNSTEAD } from './command-line.ts';
import { jobsGoOn, jobsInWords } from './jobs-in-words.ts';
import { listenForStopRequests, type StopRequests } from './stop-requests.ts';
import { print } from './terminal.ts';

/** How long a second Ctrl-C is waited for when jobs run. */
const SECOND_INTERRUPT_MS = 3_000;
/** What still waits for an answer after the server has stopped, such as a network that is gone, is left so long after. */
const END_MS = 2_000;

/** Whether the person wants the jobs to end too: asks for a second Ctrl-C, and waits for it a moment. */
async function wantsJobsEnded(requests: StopRequests, jobs: { displayName: string; runId: string }[]): Promise<boolean> {
	print(`\n  ${jobsInWords(jobs.length)} will go on without the server, and the next start picks ${jobs.length === 1 ? 'it' : 'them'} up:`);
	for (const job of jobs.slice(0, 10)) print(`    ${job.displayName} (${job.runId})`);
	if (jobs.length > 10) print(`    and ${jobs.length - 10} more`);
	print(`  To end ${jobs.length === 1 ? 'it' : 'them'} too: Ctrl-C again now, or later ${RUNSTEAD} stop --jobs.`);
	const timer = new AbortController();
	const elapsed = wait(SECOND_INTERRUPT_MS, null, { signal: timer.signal }).catch(() => null);
	const second = await Promise.race([requests.next(), elapsed]);
	timer.abort();
	return second === 'interrupt' || second === 'stop-with-jobs';
}

/** Resolves when the server has stopped. The process ends soon after, whatever hangs in it. */
export async function serveUntilStopped(server: RunningServer): Promise<void> {
	const requests = listenForStopRequests();
	const request = await requests.next();
	const jobs = await server.activeJobs();
	const endJobs = request === 'stop-with-jobs' || (request === 'interrupt' && jobs.length > 0 && (await wantsJobsEnded(requests, jobs)));
	if (endJobs && jobs.length > 0) print(`\n  Ending ${jobsInWords(jobs.length)} …`);
	await server.stop({ jobs: endJobs });
	requests.close();
	const left = endJobs ? 0 : jobs.length;
	print(left === 0 ? '\n  Stopped.' : `\n  Stopped. ${jobsGoOn(left)}`);
	setTimeout(() => process.exit(), END_MS).unref();
}
