/** The programs beside our own that the tests work with: where they are, and whether they are there at all. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { ROOT } from '../run-program.ts';

const run = promisify(execFile);

export interface Python {
	path: string;
	/** Such as 3.11. */
	version: string;
}

const OLDEST_MINOR = 9;
const POSTGRES_DEFAULT = 'postgres://postgres@127.0.0.1:5432/test';
const CHROMIUM_PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

function onPath(program: string): string[] {
	return (process.env.PATH ?? '')
		.split(delimiter)
		.map((folder) => join(folder, program))
		.filter((path) => existsSync(path));
}

export function isOnPath(program: string): boolean {
	return onPath(program).length > 0;
}

/** What mounts small disks, makes networks and becomes other users. */
export function isRootOnLinux(): boolean {
	return process.platform === 'linux' && process.getuid?.() === 0;
}

async function pythonAtOrNull(path: string): Promise<Python | null> {
	const program = 'import sys; print(sys.executable); print("%d.%d" % sys.version_info[:2])';
	const output = await run(path, ['-c', program], { timeout: 20_000 }).catch(() => null);
	const [executable, version] = output?.stdout.trim().split('\n') ?? [];
	if (executable === undefined || version === undefined) return null;
	const [major, minor] = version.split('.').map(Number);
	return major === 3 && minor! >= OLDEST_MINOR ? { path: executable, version } : null;
}

/** The machine's own `python3` first, then one of each other version that can be found. */
export async function findPythons(): Promise<Python[]> {
	const pyenv = join(homedir(), '.pyenv', 'versions');
	const candidates = [
		...onPath('python3'),
		...Array.from({ length: 12 }, (_, index) => `python3.${OLDEST_MINOR + index}`).flatMap(onPath),
		...(existsSync(pyenv) ? readdirSync(pyenv).map((version) => join(pyenv, version, 'bin', 'python3')) : []),
	];
	const found = new Map<string, Python>();
	for (const candidate of candidates) {
		const python = await pythonAtOrNull(candidate);
		if (python !== null && !found.has(python.version)) found.set(python.version, python);
	}
	const [own, ...others] = found.values();
	return own === undefined
		? []
		: [own, ...others.toSorted((one, other) => one.version.localeCompare(other.version, 'en', { numeric: true }))];
}

/** Those of the shells that complete command lines which are not installed. */
export function absentShells(): string[] {
	return ['bash', 'zsh', 'fish'].filter((shell) => !isOnPath(shell));
}

/** Address of a PostgreSQL server that answers, or null. */
export async function findPostgresOrNull(): Promise<string | null> {
	const url = process.env.RUNSTEAD_TEST_POSTGRES || POSTGRES_DEFAULT;
	const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
	try {
		await client.connect();
		await client.end();
		return url;
	} catch {
		return null;
	}
}

/** Whether pip gets packages here: from a package index, or from where its settings say. */
export async function hasPackageIndex(python: Python): Promise<boolean> {
	const command = ['-m', 'pip', 'install', '--dry-run', '--quiet', '--no-deps', '--ignore-installed', '--retries', '1', 'six'];
	return run(python.path, command, { timeout: 30_000 }).then(
		() => true,
		() => false,
	);
}

/** Whether Open MPI and an mpi4py for it are there. */
export async function hasMpi(): Promise<boolean> {
	if (!isOnPath('mpirun')) return false;
	return run('/usr/bin/python3', ['-c', 'import mpi4py'], { timeout: 20_000 }).then(
		() => true,
		() => false,
	);
}

/** Whether the Pythons are there that the conda of the tests runs on, and that it makes environments with. */
export function hasPythonsOfConda(): boolean {
	const pyenv = join(homedir(), '.pyenv', 'versions');
	const kept = existsSync(pyenv) ? readdirSync(pyenv) : [];
	return ['3.6', '3.9'].every((version) => isOnPath(`python${version}`) || kept.some((name) => name.startsWith(`${version}.`)));
}

/** A Python with PyTorch, or null. */
export function findPytorchOrNull(): string | null {
	const path = process.env.RUNSTEAD_TEST_PYTORCH || join(ROOT, '.cache', 'pytorch', 'bin', 'python');
	return existsSync(path) ? path : null;
}

/** Path of uv, or null. */
export function findUvOrNull(): string | null {
	return onPath('uv')[0] ?? null;
}

/** Path of a Chromium, or null. */
export function findChromiumOrNull(): string | null {
	return process.env.RUNSTEAD_TEST_CHROMIUM || (CHROMIUM_PROGRAMS.flatMap(onPath)[0] ?? null);
}
