/** Runs the real `runstead` command for tests: in a process of its own, on a data folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { callFrom } from '../command-line.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const MAIN = fileURLToPath(new URL('../runstead.mjs', import.meta.url));

export interface Outcome {
	exitCode: number | null;
	stdout: string;
	stderr: string;
}

export interface CliProcess {
	/** Resolves with the first match in standard output, else in standard error; rejects when the process ends without one. */
	printed(pattern: RegExp): Promise<RegExpExecArray>;
	signal(signal: NodeJS.Signals): void;
	ended: Promise<Outcome>;
}

export interface CliFolder extends AsyncDisposable {
	readonly path: string;
	/** Starts a command. */
	start(args: readonly string[], environment?: Record<string, string>): CliProcess;
	/** Runs a command to its end. */
	run(...args: string[]): Promise<Outcome>;
}

/** What a command is started with: the data folder in `folder`, and no settings of whoever runs the tests. */
export function cliEnvironment(folder: string): NodeJS.ProcessEnv {
	const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RUNSTEAD|npm)_/.test(name)));
	return { ...inherited, RUNSTEAD_DATA: join(folder, 'data'), XDG_CONFIG_HOME: join(folder, 'settings') };
}

/** How messages call the command in such a folder. */
export const RUNSTEAD = callFrom(tmpdir(), cliEnvironment(tmpdir()));

function startProcess(
	args: readonly string[],
	folder: string,
	environment: Record<string, string>,
): { child: ChildProcess; process: CliProcess } {
	const child = spawn(process.execPath, [MAIN, ...args], {
		env: { ...cliEnvironment(folder), ...environment },
		cwd: folder,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const output = { stdout: '', stderr: '' };
	let changed = () => {};
	for (const name of ['stdout', 'stderr'] as const) {
		child[name].setEncoding('utf8').on('data', (text: string) => {
			output[name] += text;
			changed();
		});
	}
	const ended = new Promise<Outcome>((resolve) => child.on('close', (exitCode) => resolve({ exitCode, ...output })));
	const printed = (pattern: RegExp) =>
		new Promise<RegExpExecArray>((resolve, reject) => {
			const look = () => {
				const match = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
				if (match !== null) resolve(match);
			};
			changed = look;
			look();
			void ended.then(() => reject(new Error(`It ended without ${pattern}:\n${output.stdout}\n${output.stderr}`)));
		});
	return { child, process: { printed, ended, signal: (signal) => void child.kill(signal) } };
}

/** A temporary folder with an empty data folder in it; when disposed of, its server and jobs are ended. */
export async function makeCliFolder(): Promise<CliFolder> {
	const path = await makeTemporaryFolder();
	const run = (...args: string[]) => startProcess(args, path, {}).process.ended;
	return {
		path,
		run,
		start: (args, environment = {}) => startProcess(args, path, environment).process,
		async [Symbol.asyncDispose]() {
			await run('stop', '--jobs');
			await rm(path, { recursive: true, force: true });
		},
	};
}
