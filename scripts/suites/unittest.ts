/** A folder of Python unit tests, under one Python, as a suite. */
import { delimiter, join } from 'node:path';
import { ROOT } from '../run-program.ts';
import type { Python } from './peers.ts';
import { type Counts, type Suite, withCrash } from './suite.ts';

/** Reads unittest's last words: `Ran 12 tests in 3.1s` and `FAILED (failures=1, errors=2, skipped=3)`. */
export function countUnittest(output: string): Counts {
	const ran = Number(/^Ran (\d+) tests? in /m.exec(output)?.[1] ?? 0);
	const verdict = /^(?:OK|FAILED)(?: \((.*)\))?\s*$/m.exec(output)?.[1] ?? '';
	const named = (word: string) => Number(new RegExp(`\\b${word}=(\\d+)`).exec(verdict)?.[1] ?? 0);
	const failed = named('failures') + named('errors') + named('unexpected successes');
	const skipped = named('skipped');
	return { passed: Math.max(0, ran - failed - skipped), failed, skipped };
}

/** Reads the headings of what failed: `FAIL: test_one (tests.sdk.test_runs.Runs.test_one)`, `ERROR: setUpClass (tests.sdk.test_runs.Runs)`. */
export function findFailedUnittests(output: string): string[] {
	const headings = output.matchAll(/^(?:FAIL|ERROR): (\w+) \(([\w.]+)\)/gm);
	const names = Array.from(headings, ([, test = '', where = '']) => (test.startsWith('test') ? test : (where.split('.').at(-1) ?? '')));
	return [...new Set(names)];
}

export function unittestSuite(folder: string, topFolder: string, python: Python, environment: Record<string, string>): Suite {
	const path = [join(ROOT, 'python'), process.env.PYTHONPATH].filter((part) => part).join(delimiter);
	const command = [python.path, '-m', 'unittest', 'discover', '-s', folder, '-t', topFolder];
	return {
		name: `${folder.replaceAll('/', '-')} on Python ${python.version}`,
		command,
		environment: { PYTHONPATH: path, ...environment },
		count: ({ output, exitCode }) => withCrash(countUnittest(output), exitCode),
		again: {
			findFailed: ({ output }) => findFailedUnittests(output),
			commandFor: (names) => [...command, ...names.flatMap((name) => ['-k', name])],
		},
	};
}
