/**
 * `npm test`: every test suite, one after another; the last line sums them all.
 *
 * `npm test -- browser` runs the suites whose name contains a word; `npm test -- --all-pythons` uses several Pythons, as CI does.
 * In CI (`CI=true`) a peer that is absent is a failure, since what it would have tested was not.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ProgramResult, ROOT, runProgram } from './run-program.ts';
import { clientPythonOrNull, clientSuite, findClients, isReady } from './suites/clients.ts';
import {
	absentShells,
	findChromiumOrNull,
	findPostgresOrNull,
	findPythons,
	findPytorchOrNull,
	findUvOrNull,
	hasMpi,
	hasPackageIndex,
	hasPythonsOfConda,
} from './suites/peers.ts';
import { type Counts, type Suite, sum } from './suites/suite.ts';
import { unittestSuite } from './suites/unittest.ts';
import { vitestSuite } from './suites/vitest.ts';
import { dim, green, inSeconds, print, red, yellow } from './terminal.ts';

const LOG_FOLDER = join(ROOT, '.cache', 'tests');
/** Test folders of Python, each with the folder that its modules are named from, and whether one Python tells as much as several. */
const PYTHON_FOLDERS = [
	{ folder: 'python/tests/sdk', top: 'python', isForEach: true },
	{ folder: 'python/tests/agent', top: 'python', isForEach: true },
	{ folder: 'python/tests/examples', top: 'python', isForEach: false },
	{ folder: 'tests/seeds', top: 'tests/seeds', isForEach: true },
	// Whole machines, clusters and package builds: minutes.
	{ folder: 'python/tests/system', top: 'python', isForEach: false },
] as const;

interface AbsentPeer {
	name: string;
	skipped: string;
}

const { values: options, positionals: words } = parseArgs({ options: { 'all-pythons': { type: 'boolean' } }, allowPositionals: true });
const inContinuousIntegration = process.env.CI === 'true';

async function findSuites(): Promise<{ suites: Suite[]; absent: AbsentPeer[] }> {
	const [postgres, pythons, chromium] = [await findPostgresOrNull(), await findPythons(), findChromiumOrNull()];
	const absent: AbsentPeer[] = [];
	const environment: Record<string, string> = {};
	if (postgres === null)
		absent.push({ name: 'PostgreSQL (RUNSTEAD_TEST_POSTGRES)', skipped: 'the storage and server tests on PostgreSQL' });
	else environment.RUNSTEAD_TEST_POSTGRES = postgres;

	const suites = [vitestSuite('typescript', 'code', LOG_FOLDER, environment)];
	if (pythons.length === 0) absent.push({ name: 'Python 3.9 or newer', skipped: 'all Python tests' });
	if (findUvOrNull() === null) absent.push({ name: 'uv (pip install uv)', skipped: 'environments that uv builds' });
	if (pythons[0] !== undefined && (await hasPackageIndex(pythons[0]))) environment.RUNSTEAD_TEST_PACKAGE_INDEX = '1';
	else
		absent.push({
			name: 'a package index (settings of pip)',
			skipped: 'environments with scikit-learn or of a real conda, and RunDetails in JupyterLab',
		});
	const own = pythons.slice(0, 1);
	// The oldest and the newest: what lies between them has not differed.
	const byAge = pythons.toSorted((one, other) => one.version.localeCompare(other.version, 'en', { numeric: true }));
	const ends = [...new Set([...byAge.slice(0, 1), ...byAge.slice(-1)])];
	for (const { folder, top, isForEach } of PYTHON_FOLDERS) {
		const chosen = isForEach && (inContinuousIntegration || options['all-pythons']) ? ends : own;
		for (const python of chosen) suites.push(unittestSuite(folder, top, python, environment));
	}
	if (!(await hasMpi())) absent.push({ name: 'Open MPI with mpi4py (openmpi-bin, python3-mpi4py)', skipped: 'the test of MPI jobs' });
	if (!hasPythonsOfConda()) absent.push({ name: 'Python 3.6 and 3.9, for conda', skipped: 'environments that a real conda makes' });
	if (findPytorchOrNull() === null) absent.push({ name: 'PyTorch (RUNSTEAD_TEST_PYTORCH)', skipped: 'the test of its example' });
	if (chromium === null)
		absent.push({ name: 'Chromium (RUNSTEAD_TEST_CHROMIUM)', skipped: 'the browser tests, and RunDetails in JupyterLab' });
	else suites.push(vitestSuite('browser', 'browser', LOG_FOLDER, { ...environment, RUNSTEAD_TEST_CHROMIUM: chromium }));
	if (chromium !== null && environment.RUNSTEAD_TEST_PACKAGE_INDEX !== undefined && pythons.length > 0)
		suites.push(vitestSuite('notebook', 'notebook', LOG_FOLDER, { ...environment, RUNSTEAD_TEST_CHROMIUM: chromium }));
	const clientPython = clientPythonOrNull(pythons);
	for (const client of findClients()) {
		const isPossible =
			clientPython !== null && (environment.RUNSTEAD_TEST_PACKAGE_INDEX !== undefined || (await isReady(client, clientPython)));
		if (isPossible) suites.push(clientSuite(client, clientPython, environment));
		else absent.push({ name: `the client ${client.name} (a package index, and Python 3.10)`, skipped: `the tests in ${client.folder}` });
	}
	for (const name of absentShells()) absent.push({ name, skipped: `the tests of completion in ${name}` });
	return { suites, absent };
}

function inWords({ passed, failed, skipped }: Counts): string {
	return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The end of what a failed suite printed; the whole is in its log. */
function excerpt(output: string): string {
	return output.trimEnd().split('\n').slice(-200).join('\n');
}

/** A machine that is shared may stall any test; when more fail than this, it is not that. */
const TRIED_AGAIN_MAX = 3;

/** In CI the few tests that failed are run once more, alone; those that pass then count as passed, and are named as unsteady. */
async function tryAgain(suite: Suite, first: ProgramResult, counts: Counts, logPath: string): Promise<Counts> {
	const failed = suite.again.findFailed(first);
	if (failed.length === 0 || counts.failed > TRIED_AGAIN_MAX) return counts;
	const result = await runProgram(suite.again.commandFor(failed), {
		environment: suite.environment,
		logPath: logPath.replace(/\.log$/, '-again.log'),
	});
	const again = suite.count(result);
	if (again.failed > 0 || again.passed === 0) {
		print(`${red('failed')} ${suite.name}, tried again\n\n${excerpt(result.output)}\n`);
		return counts;
	}
	print(`${yellow('unsteady')} ${suite.name}: failed, and passed when tried again: ${failed.join(', ')}`);
	return { ...counts, passed: counts.passed + counts.failed, failed: 0 };
}

async function runSuite(suite: Suite): Promise<Counts> {
	const logPath = join(LOG_FOLDER, `${suite.name.replaceAll(' ', '-')}.log`);
	if (process.stdout.isTTY) process.stdout.write(dim(`run    ${suite.name} …`));
	const result = await runProgram(suite.command, { environment: suite.environment, logPath });
	const counts = suite.count(result);
	const verdict = counts.failed === 0 ? green('ok    ') : red('failed');
	const clear = process.stdout.isTTY ? '\r\u001b[2K' : '';
	print(`${clear}${verdict} ${suite.name}: ${inWords(counts)} ${dim(`(${inSeconds(result.durationMs)}, ${logPath.slice(ROOT.length)})`)}`);
	if (counts.failed === 0) return counts;
	print(`\n${excerpt(result.output)}\n`);
	return inContinuousIntegration ? tryAgain(suite, result, counts, logPath) : counts;
}

mkdirSync(LOG_FOLDER, { recursive: true });
const { suites, absent } = await findSuites();
const results: Counts[] = [];
for (const suite of suites) {
	if (words.length === 0 || words.some((word) => suite.name.includes(word))) results.push(await runSuite(suite));
}
for (const { name, skipped } of absent) {
	print(`${inContinuousIntegration ? red('failed') : yellow('absent')} ${name}: skipped ${skipped}`);
	if (inContinuousIntegration) results.push({ passed: 0, failed: 1, skipped: 0 });
}
const total = sum(results);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
print(inWords(total));
