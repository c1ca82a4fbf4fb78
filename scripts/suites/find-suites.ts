/** Which suites this machine can run, and which peers it lacks for the others. */
import { clientPythonOrNull, clientSuite, findClients, isReady } from './clients.ts';
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
	isOnPath,
	isRootOnLinux,
} from './peers.ts';
import type { Suite } from './suite.ts';
import { unittestSuite } from './unittest.ts';
import { vitestSuite } from './vitest.ts';

/** Test folders of Python, each with the folder that its modules are named from, and whether one Python tells as much as several. */
const PYTHON_FOLDERS = [
	{ folder: 'python/tests/sdk', top: 'python', isForEach: true },
	{ folder: 'python/tests/agent', top: 'python', isForEach: true },
	{ folder: 'python/tests/examples', top: 'python', isForEach: false },
	{ folder: 'tests/seeds', top: 'tests/seeds', isForEach: true },
	// Whole machines, clusters and package builds: minutes.
	{ folder: 'python/tests/system', top: 'python', isForEach: false },
] as const;

export interface AbsentPeer {
	name: string;
	skipped: string;
}

/**
 * Every suite, and the peers that are absent.
 * @param logFolder where suites leave their reports
 * @param isOfAllPythons whether what differs between Pythons runs with the oldest and the newest
 */
export async function findSuites(logFolder: string, isOfAllPythons: boolean): Promise<{ suites: Suite[]; absent: AbsentPeer[] }> {
	const [postgres, pythons, chromium] = [await findPostgresOrNull(), await findPythons(), findChromiumOrNull()];
	const absent: AbsentPeer[] = [];
	// Python keeps what it compiled, whatever this machine says: without that most of what importing a client takes is compiling it again.
	const environment: Record<string, string> = { PYTHONDONTWRITEBYTECODE: '' };
	if (postgres === null)
		absent.push({ name: 'PostgreSQL (RUNSTEAD_TEST_POSTGRES)', skipped: 'the storage and server tests on PostgreSQL' });
	else environment.RUNSTEAD_TEST_POSTGRES = postgres;

	const suites = [vitestSuite('typescript', 'code', logFolder, environment)];
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
		const chosen = isForEach && isOfAllPythons ? ends : own;
		for (const python of chosen) suites.push(unittestSuite(folder, top, python, environment));
	}
	if (!(await hasMpi())) absent.push({ name: 'Open MPI with mpi4py (openmpi-bin, python3-mpi4py)', skipped: 'the test of MPI jobs' });
	if (!hasPythonsOfConda()) absent.push({ name: 'Python 3.6 and 3.9, for conda', skipped: 'environments that a real conda makes' });
	if (!isOnPath('rabbitmq-server')) absent.push({ name: 'RabbitMQ (rabbitmq-server)', skipped: 'events sent to AMQP 1.0' });
	if (!isOnPath('cc')) absent.push({ name: 'a C compiler (cc)', skipped: 'jobs whose clock jumps' });
	if (!isRootOnLinux())
		absent.push({ name: 'the rights of root on Linux', skipped: 'full disks, other users, and machines with a network of their own' });
	if (findPytorchOrNull() === null) absent.push({ name: 'PyTorch (RUNSTEAD_TEST_PYTORCH)', skipped: 'the test of its example' });
	if (chromium === null)
		absent.push({ name: 'Chromium (RUNSTEAD_TEST_CHROMIUM)', skipped: 'the browser tests, and RunDetails in JupyterLab' });
	else suites.push(vitestSuite('browser', 'browser', logFolder, { ...environment, RUNSTEAD_TEST_CHROMIUM: chromium }));
	if (chromium !== null && environment.RUNSTEAD_TEST_PACKAGE_INDEX !== undefined && pythons.length > 0)
		suites.push(vitestSuite('notebook', 'notebook', logFolder, { ...environment, RUNSTEAD_TEST_CHROMIUM: chromium }));
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
