/** A real server in a process of its own, started by the command that people use: it can be killed at any moment and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@runstead/client';

const COMMAND = fileURLToPath(new URL('../../packages/cli/src/runstead.mjs', import.meta.url));

export interface ServerProcessOptions {
	/** Options of `runstead up` beside port and data. */
	readonly args?: readonly string[];
	readonly environment?: Readonly<Record<string, string>>;
	/** 0, a free one, if absent. */
	readonly port?: number;
	/** Program and arguments that the server is started through, such as a shell that sets limits. */
	readonly through?: readonly string[];
}

export interface ServerProcess extends AsyncDisposable {
	readonly url: string;
	readonly pid: number;
	readonly client: Client;
	/** Ends it as a power cut would, and waits until it is gone. */
	kill(): Promise<void>;
	/** Stops it as SIGTERM asks, and waits until it is gone. */
	stop(): Promise<void>;
}

/** What a program prints, and the code that it ends with. */
export interface ProgramEnd {
	readonly exitCode: number | null;
	readonly output: string;
}

/** The environment of a child: this one's, without what would point it at another server. */
function environmentOf(environment: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('RUNSTEAD_') && name !== 'NODE_OPTIONS');
	return { ...Object.fromEntries(inherited), ...environment };
}

function spawnUp(dataFolder: string, { args = [], environment = {}, port = 0, through = [] }: ServerProcessOptions): ChildProcess {
	const [program = '', ...rest] = [...through, process.execPath, COMMAND, 'up', '--port', String(port), '--data', dataFolder, ...args];
	return spawn(program, rest, { env: environmentOf(environment), stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs `runstead up` to its end: for starts that are refused. */
export async function runServerToItsEnd(dataFolder: string, options: ServerProcessOptions = {}): Promise<ProgramEnd> {
	const child = spawnUp(dataFolder, options);
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
	const [exitCode] = (await once(child, 'close')) as [number | null];
	return { exitCode, output };
}

/** Starts a server over a data folder; resolves when it answers. */
export async function startServerProcess(dataFolder: string, options: ServerProcessOptions = {}): Promise<ServerProcess> {
	const child = spawnUp(dataFolder, options);
	const ended = once(child, 'close');
	let output = '';
	await new Promise<void>((resolve, reject) => {
		const hear = (text: string): void => {
			output += text;
			// The welcome is printed when the server listens.
			if (/Studio\s+http/.test(output)) resolve();
		};
		for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', hear);
		void ended.then(([exitCode]) => reject(new Error(`The server ended (${exitCode}) before it answered:\n${output}`)));
		child.on('error', reject);
	});
	// Through the eyes of the process, which may have a disk of its own there.
	const seen = existsSync('/proc/self/root') ? join('/proc', String(child.pid), 'root', dataFolder) : dataFolder;
	const { url, pid } = JSON.parse(readFileSync(join(seen, 'server.json'), 'utf8')) as { url: string; pid: number };
	const end = async (signal: NodeJS.Signals): Promise<void> => {
		if (child.exitCode === null && child.signalCode === null) process.kill(pid, signal);
		await ended;
	};
	return {
		url,
		pid,
		client: createClient({ url }),
		kill: () => end('SIGKILL'),
		stop: () => end('SIGTERM'),
		[Symbol.asyncDispose]: () => end('SIGKILL'),
	};
}

/** A temporary folder, gone with the test. */
export function temporaryFolder(prefix: string): Disposable & { readonly path: string } {
	const path = mkdtempSync(join(tmpdir(), prefix));
	return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
