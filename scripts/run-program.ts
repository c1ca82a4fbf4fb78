/** Runs a program of a check or a test suite, its output kept whole. */
import { spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the clone, with a trailing slash. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface ProgramResult {
	/** Zero is success; null when a signal or a missing program ended it. */
	exitCode: number | null;
	output: string;
	durationMs: number;
}

export interface ProgramOptions {
	environment?: Record<string, string>;
	/** Everything printed goes here as it comes, too. */
	logPath?: string;
}

/** Runs `command` in the clone; never rejects: a program that cannot be started is a failure whose output says so. */
export function runProgram(command: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
	const [program = '', ...args] = command;
	const startedMs = performance.now();
	const chunks: Buffer[] = [];
	const log: WriteStream | undefined = options.logPath === undefined ? undefined : createWriteStream(options.logPath);
	const keep = (chunk: Buffer) => {
		chunks.push(chunk);
		log?.write(chunk);
	};
	return new Promise((resolve) => {
		const finish = (exitCode: number | null) => {
			const result = { exitCode, output: Buffer.concat(chunks).toString(), durationMs: performance.now() - startedMs };
			if (log === undefined) resolve(result);
			else log.end(() => resolve(result));
		};
		const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, ...options.environment }, stdio: ['ignore', 'pipe', 'pipe'] });
		child.stdout.on('data', keep);
		child.stderr.on('data', keep);
		child.on('error', (error) => keep(Buffer.from(`${error.message}\n`)));
		child.on('close', finish);
	});
}
