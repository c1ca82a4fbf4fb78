/** `runstead run logs`: prints a log of a run. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@runstead/client';
import { isEventFile, isTerminal, type Run } from '@runstead/contract';
import { CommandError, defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { openRun } from '../run/find-run.ts';
import { piecesOf } from '../run/reply-pieces.ts';
import { followLog, jobLogs } from '../run/stream-log.ts';
import { outputClosed, print, remark } from '../terminal.ts';

const MOST_LISTED = 1_000;
const POLL_MS = 250;

async function logsOf(client: Client, run: string): Promise<string[]> {
	const { files } = await client.call('listRunFiles', { params: { run }, query: { limit: MOST_LISTED } });
	return files.filter(({ kind, path }) => kind === 'log' && !isEventFile(path)).map(({ path }) => path);
}

/** The file that is meant: by its path, or by a beginning that only one has. @throws {CommandError} naming those that there are. */
async function pathOf(client: Client, run: Run, given: string): Promise<string> {
	const { files } = await client.call('listRunFiles', { params: { run: run.id }, query: { prefix: given, limit: MOST_LISTED } });
	const paths = files.map(({ path }) => path);
	if (paths.includes(given)) return given;
	const [only] = paths;
	if (only !== undefined && paths.length === 1) return only;
	if (paths.length > 1)
		throw new CommandError(
			`${paths.length} files of run ${run.id} begin with ${given}:\n    ${paths.join('\n    ')}`,
			'Give more of the path.',
		);
	const logs = await logsOf(client, run.id);
	throw new CommandError(
		`Run ${run.id} has no log ${given}.`,
		logs.length === 0 ? 'It has none yet.' : `It has:\n${logs.map((path) => `  ${path}`).join('\n')}`,
	);
}

/** The log of what the script prints; null without one. Who follows waits for it as long as it may still come. */
async function driverLogOrNull(client: Client, run: Run, follows: boolean): Promise<string | null> {
	let status = run.status;
	if (follows && !isTerminal(status) && (await jobLogs(client, run.id)).driver === null)
		remark(`Run ${run.id} is ${status} and has printed nothing yet; this waits until it does.`);
	for (;;) {
		// Looked at before its log is, so that what it printed last is not missed.
		const hasEnded = isTerminal(status);
		const { driver } = await jobLogs(client, run.id);
		if (driver !== null || !follows || hasEnded || outputClosed.aborted) return driver;
		await wait(POLL_MS, undefined, { signal: outputClosed }).catch(() => {});
		status = (await client.call('getRun', { params: { run: run.id } })).status;
	}
}

/** Waits for room where the reader is slow, and ends where there is none any more. */
async function write(piece: Uint8Array): Promise<void> {
	if (process.stdout.write(piece) || outputClosed.aborted) return;
	await new Promise<void>((resolve) => {
		process.stdout.once('drain', resolve);
		outputClosed.addEventListener('abort', () => resolve(), { once: true });
	});
}

async function printWhole(client: Client, run: string, path: string): Promise<void> {
	const reply = await client.open('readRunFile', { params: { run, '*': path }, signal: outputClosed });
	for await (const piece of piecesOf(reply, path)) await write(piece);
}

export const command = defineCommand({
	summary: "Print a log of a run, by default its script's output",
	usage: 'RUN [FILE]',
	words: { min: 1, max: 2 },
	options: {
		follow: { type: 'boolean', short: 'f', description: 'Go on with what is written, until the log is closed.' },
		list: { type: 'boolean', description: 'List the logs there are.' },
		...WORKSPACE_OPTIONS,
	},
	examples: [
		{ command: 'runstead run logs testexp -f', explanation: 'what the script prints, as it prints it' },
		{ command: 'runstead run logs testexp --list', explanation: 'which logs there are' },
		{ command: 'runstead run logs testexp azureml-logs/65', explanation: 'one of them; the beginning of its path will do' },
	],
	async run({ options, words }) {
		const [given, file] = words as [string, string | undefined];
		const { client, run } = await openRun(options, given);
		if (options.list) {
			for (const path of await logsOf(client, run.id)) print(path);
			return 0;
		}
		const path = file === undefined ? await driverLogOrNull(client, run, options.follow === true) : await pathOf(client, run, file);
		if (path === null) {
			remark(`Run ${run.id} is ${run.status} and has printed nothing yet. Its other logs: ${RUNSTEAD} run logs ${run.id} --list`);
			return 0;
		}
		try {
			if (!options.follow) await printWhole(client, run.id, path);
			else for await (const piece of followLog(client, run.id, path, outputClosed)) await write(piece);
		} catch (error) {
			if (!outputClosed.aborted) throw error;
		}
		return 0;
	},
});
