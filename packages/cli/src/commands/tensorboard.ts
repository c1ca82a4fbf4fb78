/** `runstead tensorboard`: a real TensorBoard over runs, kept up to date while they run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@runstead/client';
import type { Run } from '@runstead/contract';
import { CommandError, defineCommand, UsageError } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { makeFolder } from '../folders.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { portOf } from '../port.ts';
import { findRun } from '../run/find-run.ts';
import { FILTER_OPTIONS, listRuns } from '../run/list-runs.ts';
import { createProgressBar } from '../run/progress-bar.ts';
import { createLogdir } from '../tensorboard/logdir.ts';
import { print, remark } from '../terminal.ts';

/** More than this TensorBoard does not show in a way that anybody reads. */
const RUNS_MAX = 500;
const REFRESH_MS = 2_000;
const RELOAD_SECONDS = '2';

type FilterInput = Parameters<typeof listRuns>[2];

/** The runs that are meant, as they are now: those that were named, else those that the filters find, newest first. */
function runsOf(client: Client, workspace: string, named: readonly string[], options: FilterInput): () => AsyncGenerator<Run> {
	let ids: string[] | null = null;
	return async function* () {
		if (named.length > 0) {
			ids ??= (await Promise.all(named.map((one) => findRun(client, workspace, one)))).map(({ id }) => id);
			for (const id of ids) yield await client.call('getRun', { params: { run: id } });
			return;
		}
		let count = 0;
		for await (const run of await listRuns(client, workspace, options)) {
			if (count === RUNS_MAX) return;
			count += 1;
			yield run;
		}
	};
}

async function exportTo(target: string, runs: () => AsyncGenerator<Run>, client: Client): Promise<number> {
	const there = await readdir(target).catch(() => []);
	if (there.length > 0) throw new CommandError(`${target} is not empty.`, 'Name a folder that is not there yet.');
	const beside = `${target}.part`;
	await rm(beside, { recursive: true, force: true });
	await makeFolder(beside);
	const logdir = createLogdir(client, beside);
	const found: Run[] = [];
	for await (const run of runs()) found.push(run);
	const bar = createProgressBar(found.length, (count) => `${count} runs`);
	try {
		await logdir.refresh(found, ({ displayName }) => bar.advance(1, displayName));
	} finally {
		bar.clear();
	}
	await rm(target, { recursive: true, force: true });
	await rename(beside, target);
	print(`Wrote ${found.length === 1 ? '1 run' : `${found.length} runs`} to ${target}: tensorboard --logdir ${target}`);
	return 0;
}

/** Ends when TensorBoard does; whoever ends this command ends it too. */
async function keepFresh(child: ChildProcess, refresh: () => Promise<void>): Promise<number> {
	const ended = new AbortController();
	const end = new Promise<number>((resolve, reject) => {
		child.once('error', (error: NodeJS.ErrnoException) => {
			reject(
				error.code === 'ENOENT'
					? new CommandError('There is no tensorboard on this machine.', 'pip install tensorboard, or say where it is with --program.')
					: error,
			);
		});
		child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 0) : 0));
	}).finally(() => ended.abort());
	const pass = (): void => void child.kill('SIGTERM');
	process.on('SIGINT', pass);
	process.on('SIGTERM', pass);
	const keep = async (): Promise<void> => {
		let isAway = false;
		for (;;) {
			await wait(REFRESH_MS, null, { signal: ended.signal }).catch(() => null);
			if (ended.signal.aborted) return;
			// TensorBoard goes on showing what it has.
			const problem = await refresh().then(
				() => null,
				(error: Error) => error,
			);
			if (problem !== null && !isAway) remark(`The runs could not be brought up to date, and are tried again: ${problem.message}`);
			isAway = problem !== null;
		}
	};
	const loop = keep();
	try {
		const exitCode = await end;
		await loop;
		return exitCode;
	} finally {
		process.off('SIGINT', pass);
		process.off('SIGTERM', pass);
	}
}

export const command = defineCommand({
	summary: 'Show runs in TensorBoard while they run, or write a folder that it reads',
	usage: '[RUN …]',
	words: { min: 0, max: RUNS_MAX },
	options: {
		runs: { type: 'string', value: 'RUN,…', multiple: true, description: 'Ids of runs, or their beginnings; the same as the words.' },
		export: { type: 'string', value: 'FOLDER', description: 'Write the folder and end, without a TensorBoard.' },
		port: { type: 'string', value: 'PORT', description: 'Where TensorBoard listens (default: 6006; 0: any that is free).' },
		program: { type: 'string', value: 'FILE', description: 'The tensorboard to start (default: the one on the path).' },
		...FILTER_OPTIONS,
		...WORKSPACE_OPTIONS,
	},
	examples: [
		{ command: 'runstead tensorboard --runs testexp_1,testexp_2', explanation: 'two runs beside one another' },
		{ command: 'runstead tensorboard -e testexperiment', explanation: 'an experiment; runs that begin later come by themselves' },
		{ command: 'runstead tensorboard -e testexperiment --export logdir', explanation: 'a folder to take along' },
	],
	async run({ options, words }) {
		const named = [...words, ...(options.runs ?? []).flatMap((list) => list.split(','))].filter((one) => one !== '');
		if (named.length > RUNS_MAX) throw new UsageError(`${named.length} runs are more than ${RUNS_MAX}.`);
		const port = options.port === undefined ? 6006 : portOf(options.port);
		const { client, workspace } = await openWorkspace(options);
		const runs = runsOf(client, workspace, named, options);
		if (options.export !== undefined) return exportTo(options.export, runs, client);
		const folder = await mkdtemp(join(tmpdir(), 'runstead-tensorboard-'));
		try {
			const logdir = createLogdir(client, folder);
			await logdir.refresh(runs());
			if (logdir.count() === 0) remark(`There is no such run yet; ${RUNSTEAD} run list shows those that there are.`);
			const args = ['--logdir', folder, '--host', '127.0.0.1', '--port', String(port)];
			const child = spawn(options.program ?? 'tensorboard', [...args, '--reload_interval', RELOAD_SECONDS, '--reload_multifile', 'true'], {
				stdio: ['ignore', 'inherit', 'inherit'],
			});
			return await keepFresh(child, () => logdir.refresh(runs()));
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	},
});
