/** `runstead stop`: stops the server that uses a data folder, and with --jobs ends its jobs too. */
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from '@runstead/client';
import { TERMINAL_STATUSES } from '@runstead/contract';
import { CommandError, defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { DATA_OPTION, dataFolderOf } from '../data-folder.ts';
import { jobsGoOn, jobsInWords } from '../jobs-in-words.ts';
import { isAlive, runningServerOrNull } from '../running-server.ts';
import { start } from '../start.ts';
import { STOP_WITH_JOBS_SIGNAL } from '../stop-requests.ts';
import { print } from '../terminal.ts';

/** A stop that ends jobs waits for each to react to SIGTERM, at most an hour if one asked for that. */
const STOP_TIMEOUT_MS = 120_000;
const POLL_MS = 50;
const UNENDED_JOBS = `type = 'script' and status not in (${TERMINAL_STATUSES.map((status) => `'${status}'`).join(', ')})`;

async function waitForEnd(pid: number): Promise<void> {
	const deadlineMs = performance.now() + STOP_TIMEOUT_MS;
	while (isAlive(pid)) {
		if (performance.now() > deadlineMs) {
			throw new CommandError(
				`Process ${pid} was asked to stop and still runs.`,
				`It may be waiting for a job with a long grace period; look again with ${RUNSTEAD} status.`,
			);
		}
		await wait(POLL_MS);
	}
}

/** How many jobs wait or run; at most a page of each workspace is counted. */
async function unendedJobs(url: string): Promise<number> {
	const client = createClient({ url });
	const { workspaces } = await client.call('listWorkspaces', { query: { limit: 1_000 } });
	const counts = workspaces.map(async ({ name }) => {
		const body = { filter: UNENDED_JOBS, lifecycle: 'all', limit: 1_000 } as const;
		return (await client.call('searchRuns', { params: { workspace: name }, body })).runs.length;
	});
	return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** Jobs that outlived their server are ended by starting one on a free port, for that alone. */
async function endJobsLeft(dataFolder: string): Promise<number> {
	const server = await start({
		host: '127.0.0.1',
		port: 0,
		tlsPort: null,
		dataFolder,
		database: process.env.RUNSTEAD_DATABASE || undefined,
	});
	const jobs = await server.activeJobs();
	await server.stop({ jobs: true });
	return jobs.length;
}

export const command = defineCommand({
	summary: 'Stop the server; jobs that run go on, unless --jobs is given',
	usage: '',
	words: { min: 0, max: 0 },
	options: { data: DATA_OPTION, jobs: { type: 'boolean', description: 'End the jobs too, also those that an earlier stop left running.' } },
	examples: [
		{ command: 'runstead stop', explanation: 'the next start picks up the jobs that run' },
		{ command: 'runstead stop --jobs', explanation: 'ends them too' },
	],
	async run({ options }) {
		const dataFolder = dataFolderOf(options);
		const server = await runningServerOrNull(dataFolder);
		if (server !== null) {
			const jobsLeft = options.jobs ? 0 : await unendedJobs(server.url);
			process.kill(server.pid, options.jobs ? STOP_WITH_JOBS_SIGNAL : 'SIGTERM');
			await waitForEnd(server.pid);
			print(`Stopped the server at ${server.url}${options.jobs ? ', and its jobs' : ''}.${jobsLeft > 0 ? ` ${jobsGoOn(jobsLeft)}` : ''}`);
			return 0;
		}
		if (!options.jobs || !existsSync(dataFolder)) {
			print(`No server runs with the data in ${dataFolder}.`);
			return 0;
		}
		const ended = await endJobsLeft(dataFolder);
		print(ended === 0 ? 'No server runs, and no job either.' : `Ended ${jobsInWords(ended)} that no server was watching.`);
		return 0;
	},
});
