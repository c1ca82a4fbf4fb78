/** The tests of real clients, each in a virtual environment of its own that holds that client. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../run-program.ts';
import type { Python } from './peers.ts';
import { type Counts, type Suite, withCrash } from './suite.ts';

const FOLDER = 'tests/clients';
const ENVIRONMENT_PROGRAM = 'scripts/client_environment.py';
/** What the newest clients need. */
const OLDEST_MINOR = 10;

const run = promisify(execFile);

export interface Client {
	/** Such as `mlflow`, or `mlflow-2` for other requirements of the same tests. */
	readonly name: string;
	/** Where its tests are. */
	readonly folder: string;
}

export function findClients(): Client[] {
	return readdirSync(join(ROOT, FOLDER), { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.flatMap(({ name }) =>
			readdirSync(join(ROOT, FOLDER, name)).flatMap((file) => {
				const variant = /^requirements(.*)\.txt$/.exec(file)?.[1];
				return variant === undefined ? [] : [{ name: name + variant, folder: `${FOLDER}/${name}` }];
			}),
		)
		.toSorted((one, other) => one.name.localeCompare(other.name));
}

/** The Python that environments of clients are made with, or null. */
export function clientPythonOrNull(pythons: readonly Python[]): Python | null {
	return pythons.find(({ version }) => Number(version.split('.')[1]) >= OLDEST_MINOR) ?? null;
}

/** Whether its environment is made already: then no package index is needed. */
export function isReady(client: Client, python: Python): Promise<boolean> {
	return run(python.path, [ENVIRONMENT_PROGRAM, 'ready', client.name], { cwd: ROOT }).then(
		() => true,
		() => false,
	);
}

/** Reads pytest's last words: `3 failed, 12 passed, 1 skipped, 1 error in 4.05s`. */
function countPytest(output: string): Counts {
	const verdict = output.match(/^=*\s*(?:\d+ \w+,? ?)+ in [\d.]+s.*$/gm)?.at(-1) ?? '';
	const named = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(verdict)?.[1] ?? 0);
	return { passed: named('passed') + named('xfailed'), failed: named('failed') + named('error'), skipped: named('skipped') };
}

/** Reads pytest's summary: `FAILED tests/clients/mlflow/test_runs.py::test_one - AssertionError`, `ERROR …`. */
export function findFailedPytests(output: string): string[] {
	return Array.from(output.matchAll(/^(?:FAILED|ERROR) (\S+\.py(?:::[^[\s]+(?:\[.*?\])?)?)(?: - |$)/gm), ([, test = '']) => test);
}

export function clientSuite({ name, folder }: Client, python: Python, environment: Record<string, string>): Suite {
	const commandFor = (tests: readonly string[]) => [
		...[python.path, ENVIRONMENT_PROGRAM, 'run', name, '--'],
		...['-m', 'pytest', '--quiet', '-p', 'no:cacheprovider', ...tests],
	];
	return {
		name: `clients ${name}`,
		command: commandFor([folder]),
		environment,
		count: ({ output, exitCode }) => withCrash(countPytest(output), exitCode),
		again: { findFailed: ({ output }) => findFailedPytests(output), commandFor },
	};
}
