/** Programs that are measured, or that make the load: each in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/run-program.ts';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
	const server = createServer();
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as { port: number };
	server.close();
	await once(server, 'close');
	return port;
}

/** What a program of bench/programs prints until it ends. @throws {Error} with what it printed when it fails. */
export async function outputOfProgram(name: string, args: readonly string[]): Promise<string> {
	return outputOf(spawn(process.execPath, [programFile(name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] }));
}

export function programFile(name: string): string {
	return join(ROOT, 'bench', 'programs', name);
}

/** What a program prints until it ends. @throws {Error} when it fails. */
export async function outputOf(child: ChildProcess): Promise<string> {
	let output = '';
	child.stdout?.setEncoding('utf8').on('data', (text: string) => {
		output += text;
	});
	const [exitCode] = (await once(child, 'close')) as [number | null];
	if (exitCode !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${exitCode}:\n${output}`);
	return output;
}

const KIB_PER_MIB = 1024;

/** Memory of a process in MiB: all its pages, and those with shared ones divided among who shares them. */
export function memoryOf(pid: number): { residentMiB: number; proportionalMiB: number } {
	const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
	const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) / KIB_PER_MIB;
	return { residentMiB: field('Rss'), proportionalMiB: field('Pss') };
}

/** Fields of /proc/PID/stat after the name of the program, from the state on; null when there is no such process. */
function statFieldsOrNull(pid: number): string[] | null {
	try {
		return readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' ');
	} catch {
		return null;
	}
}

const PARENT_FIELD = 1;
/** In user and in system mode, of the process itself and of its children that were waited for. */
const CPU_FIELDS = [11, 12, 13, 14];
const MS_PER_TICK = 10;

/** Processor time that a process and its ended children have used; 0 when it is gone. */
export function cpuMsOf(pid: number): number {
	const fields = statFieldsOrNull(pid);
	return fields === null ? 0 : CPU_FIELDS.reduce((sum, field) => sum + Number(fields[field]), 0) * MS_PER_TICK;
}

/** Processes whose parent is this one. */
function childrenOf(pid: number): number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((candidate) => Number(statFieldsOrNull(candidate)?.[PARENT_FIELD]) === pid);
}

/** Children of a process, their children, and so on. */
export function descendantsOf(pid: number): number[] {
	return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** A folder that is gone afterwards. */
export function scratchFolder(): Disposable & { readonly path: string } {
	const path = mkdtempSync(join(tmpdir(), 'runstead-bench-'));
	return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
