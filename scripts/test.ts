/**
 * `npm test`: every test suite, a few at a time; the last line sums them all.
 *
 * `npm test -- browser` runs the suites whose name contains a word; `npm test -- --all-pythons` uses several Pythons, as CI does.
 * In CI (`CI=true`) a peer that is absent is a failure, since what it would have tested was not.
 */
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ProgramResult, ROOT, runProgram } from './run-program.ts';
import { findSuites } from './suites/find-suites.ts';
import { type Counts, type Suite, sum } from './suites/suite.ts';
import { dim, green, inSeconds, print, red, yellow } from './terminal.ts';

const LOG_FOLDER = join(ROOT, '.cache', 'tests');

const { values: options, positionals: words } = parseArgs({ options: { 'all-pythons': { type: 'boolean' } }, allowPositionals: true });
const inContinuousIntegration = process.env.CI === 'true';

function inWords({ passed, failed, skipped }: Counts): string {
	return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The end of what a failed suite printed; the whole is in its log. */
function excerpt(output: string): string {
	return output.trimEnd().split('\n').slice(-200).join('\n');
}

/** What goes on, on a terminal: one line that is written again and again. */
const running = new Set<string>();

function showRunning(): void {
	if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${dim(running.size === 0 ? '' : `run    ${[...running].join(', ')} …`)}`);
}

function report(text: string): void {
	if (process.stdout.isTTY) process.stdout.write('\r\u001b[2K');
	print(text);
	showRunning();
}

interface Outcome {
	suite: Suite;
	result: ProgramResult;
	counts: Counts;
}

function logPathOf(suite: Suite, suffix = ''): string {
	return join(LOG_FOLDER, `${suite.name.replaceAll(' ', '-')}${suffix}.log`);
}

async function runSuite(suite: Suite): Promise<Outcome> {
	const logPath = logPathOf(suite);
	running.add(suite.name);
	showRunning();
	const result = await runProgram(suite.command, { environment: suite.environment, logPath });
	running.delete(suite.name);
	const counts = suite.count(result);
	const verdict = counts.failed === 0 ? green('ok    ') : red('failed');
	report(`${verdict} ${suite.name}: ${inWords(counts)} ${dim(`(${inSeconds(result.durationMs)}, ${logPath.slice(ROOT.length)})`)}`);
	if (counts.failed > 0) report(`\n${excerpt(result.output)}\n`);
	return { suite, result, counts };
}

/** Suites wait as much as they work, for jobs, clients and pages: two cores serve three of them. */
const SIDE_BY_SIDE = Math.min(3, availableParallelism() + 1);

/** Those that take longest, by the beginning of their names, are begun first, so that none of them ends alone. */
const LONGEST = ['typescript', 'browser', 'python-tests-system', 'notebook', 'clients mlflow', 'clients azureml', 'python-tests-sdk'];

function byLength(one: Suite, other: Suite): number {
	const rank = ({ name }: Suite) => {
		const index = LONGEST.findIndex((beginning) => name.startsWith(beginning));
		return index < 0 ? LONGEST.length : index;
	};
	return rank(one) - rank(other);
}

/** Runs the suites, some side by side. */
async function runSuites(suites: readonly Suite[]): Promise<Outcome[]> {
	const outcomes: Outcome[] = [];
	const waiting = suites.toSorted(byLength).values();
	const lane = async () => {
		for (const suite of waiting) outcomes.push(await runSuite(suite));
	};
	await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
	return outcomes;
}

/** A machine that is shared may stall any test; when more of a suite fail than this, it is not that. */
const TRIED_AGAIN_MAX = 3;

/** In CI the few tests that failed are run once more, alone; those that pass then count as passed, and are named as unsteady. */
async function tryAgain({ suite, result: first, counts }: Outcome): Promise<Counts> {
	const failed = suite.again.findFailed(first);
	if (failed.length === 0 || counts.failed > TRIED_AGAIN_MAX) return counts;
	const result = await runProgram(suite.again.commandFor(failed), { environment: suite.environment, logPath: logPathOf(suite, '-again') });
	const again = suite.count(result);
	if (again.failed > 0 || again.passed === 0) {
		print(`${red('failed')} ${suite.name}, tried again\n\n${excerpt(result.output)}\n`);
		return counts;
	}
	print(`${yellow('unsteady')} ${suite.name}: failed, and passed when tried again: ${failed.join(', ')}`);
	return { ...counts, passed: counts.passed + counts.failed, failed: 0 };
}

/** In CI nothing may be skipped. */
function refuseSkipped({ suite, counts }: Outcome): void {
	if (counts.skipped > 0) print(`${red('failed')} ${suite.name}: ${counts.skipped} skipped; in CI each test runs`);
}

mkdirSync(LOG_FOLDER, { recursive: true });
const { suites, absent } = await findSuites(LOG_FOLDER, inContinuousIntegration || options['all-pythons'] === true);
const chosen = suites.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const results: Counts[] = [];
for (const outcome of await runSuites(chosen)) {
	const isToTryAgain = inContinuousIntegration && outcome.counts.failed > 0;
	results.push(isToTryAgain ? await tryAgain(outcome) : outcome.counts);
	if (inContinuousIntegration) refuseSkipped(outcome);
}
for (const { name, skipped } of absent) {
	print(`${inContinuousIntegration ? red('failed') : yellow('absent')} ${name}: skipped ${skipped}`);
	if (inContinuousIntegration) results.push({ passed: 0, failed: 1, skipped: 0 });
}
const total = sum(results);
const isWhole = total.failed === 0 && total.passed > 0 && !(inContinuousIntegration && total.skipped > 0);
process.exitCode = isWhole ? 0 : 1;
print(inWords(total));
