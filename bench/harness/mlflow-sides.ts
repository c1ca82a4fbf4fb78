/** The two servers that are measured beside one another: ours, and MLflow's own, over the same kind of database. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from '../../scripts/run-program.ts';
import { startServerProcess } from '../../tests/support/server-process.ts';
import { descendantsOf, freePort, memoryOf, programFile } from './processes.ts';
import { seedPostgres, seedSqlite } from './seed-database.ts';
import { MLFLOW_RUNS } from './seeded-runs.ts';

export type Engine = 'sqlite' | 'postgres';

/** A server as it runs. */
export interface Side {
	readonly url: string;
	readonly startMs: number;
	readonly idleMiB: number;
	memoryMiB(): number;
	stop(): Promise<void>;
}

/** Runs that are put into the database while the server is stopped. */
export interface Filling {
	readonly experimentId: string;
	readonly experimentName: string;
	readonly runs: number;
	/** Of one more run, in the metric `long`. */
	readonly points: number;
}

/** One of the two, over a folder or a database of its own. */
export interface Product {
	readonly name: string;
	start(): Promise<Side>;
	/** @returns the id of the run with the long metric, where the database has one now. */
	fill(filling: Filling): Promise<string>;
}

/** Some 15 seconds on two cores that are free; minutes on busy ones. */
const START_MS_MAX = 900_000;
const WORKER_ANSWER_SECONDS_MAX = 120;
const POLL_MS = 10;
/** Keys of one filling begin so far after those of the one before. */
const KEYS_PER_FILLING = 10_000_000;

/** The Python of the environment that has `mlflow`; made when it is first needed. */
export function clientPython(): string {
	return execFileSync('python3', [join(ROOT, 'scripts', 'client_environment.py'), 'make', 'mlflow'], { encoding: 'utf8' }).trim();
}

const treeMiB = (pid: number): number => [pid, ...descendantsOf(pid)].reduce((sum, one) => sum + memoryOf(one).proportionalMiB, 0);

async function isAnswering(url: string): Promise<boolean> {
	return fetch(`${url}/health`).then(
		({ ok }) => ok,
		() => false,
	);
}

/** @param database Address of a PostgreSQL database; null for SQLite in the folder. */
export function peerProduct(python: string, folder: string, database: string | null): Product {
	let fillings = 0;
	// As SQLAlchemy spells it; unless told otherwise, it takes another driver from one of its releases to the next.
	const store = database === null ? `sqlite:///${folder}/mlflow.db` : database.replace(/^postgres:/, 'postgresql+psycopg2:');
	return {
		name: 'mlflow server',
		async start() {
			const port = await freePort();
			const url = `http://127.0.0.1:${port}`;
			const startedMs = performance.now();
			const args = ['-m', 'mlflow', 'server', '--backend-store-uri', store, '--artifacts-destination', `${folder}/artifacts`];
			// On a busy machine its supervisor would end workers that do not answer within five seconds.
			const patience = ['--uvicorn-opts', `--timeout-worker-healthcheck ${WORKER_ANSWER_SECONDS_MAX}`];
			const child: ChildProcess = spawn(python, [...args, '--port', String(port), ...patience], {
				cwd: folder,
				stdio: 'ignore',
				detached: true,
				env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' },
			});
			const ended = once(child, 'exit');
			const pid = child.pid as number;
			// Its workers are a process group of their own.
			const kill = (): true => process.kill(-pid, 'SIGKILL');
			while (!(await isAnswering(url))) {
				if (child.exitCode !== null) throw new Error(`mlflow server ended with ${child.exitCode}.`);
				if (performance.now() - startedMs > START_MS_MAX) {
					kill();
					throw new Error('mlflow server did not start.');
				}
				await wait(POLL_MS);
			}
			return {
				url,
				startMs: performance.now() - startedMs,
				idleMiB: treeMiB(pid),
				memoryMiB: () => treeMiB(pid),
				async stop() {
					kill();
					await ended;
				},
			};
		},
		async fill({ experimentId, runs, points }) {
			const args = [database ?? store, experimentId, ...[++fillings * KEYS_PER_FILLING, runs, points].map(String)];
			return execFileSync(python, [programFile('seed_mlflow.py'), ...args], { encoding: 'utf8' }).trim();
		},
	};
}

/** @param database Address of a PostgreSQL database; null for SQLite in the folder. */
export function ourProduct(folder: string, database: string | null): Product {
	let fillings = 0;
	const start = async (): Promise<Side> => {
		const startedMs = performance.now();
		const server = await startServerProcess(folder, { args: database === null ? [] : ['--database', database] });
		while (!(await isAnswering(server.url))) await wait(POLL_MS);
		return {
			url: server.url,
			startMs: performance.now() - startedMs,
			idleMiB: treeMiB(server.pid),
			memoryMiB: () => treeMiB(server.pid),
			stop: () => server.stop(),
		};
	};
	return {
		name: 'Runstead',
		start,
		async fill({ experimentId, experimentName, runs, points }) {
			const seeding = { experiment: experimentName, runs, shape: MLFLOW_RUNS, keyBase: ++fillings * KEYS_PER_FILLING };
			if (database === null) seedSqlite(join(folder, 'runstead.db'), seeding);
			else await seedPostgres(database, seeding);
			if (points === 0) return '';
			const side = await start();
			const long = await logLongMetric(side.url, experimentId, points);
			await side.stop();
			return long;
		},
	};
}

const POINTS_PER_BATCH = 1_000;
const START_MILLIS = 1_700_000_000_000;

/** A call of MLflow's REST API. @throws {Error} for every answer but 200. */
export async function post<Reply>(url: string, call: string, body: object): Promise<Reply> {
	const answer = await fetch(`${url}/api/2.0/mlflow/${call}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	if (!answer.ok) throw new Error(`${call}: ${await answer.text()}`);
	return (await answer.json()) as Reply;
}

/** Points of our own go through the door: chunks are made as they come in. */
async function logLongMetric(url: string, experiment: string, points: number): Promise<string> {
	const { run } = await post<{ run: { info: { run_id: string } } }>(url, 'runs/create', { experiment_id: experiment, run_name: 'long' });
	const { run_id } = run.info;
	for (let first = 0; first < points; first += POINTS_PER_BATCH) {
		const metrics = Array.from({ length: POINTS_PER_BATCH }, (_, index) => ({
			key: 'long',
			value: Math.random(),
			timestamp: START_MILLIS + first + index,
			step: first + index,
		}));
		await post(url, 'runs/log-batch', { run_id, metrics });
	}
	return run_id;
}
