/** The same requests to this server and to MLflow's own, started beside it in the same run: the table of ratios. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/run-program.ts';
import { findPostgresOrNull } from '../../scripts/suites/peers.ts';
import type { Measurement, MeasurementOptions, Row, Target, Unit } from '../harness/measurement.ts';
import { clientPython, type Engine, ourProduct, type Product, peerProduct, post, type Side } from '../harness/mlflow-sides.ts';
import { freePort, outputOf, outputOfProgram, programFile, scratchFolder } from '../harness/processes.ts';
import { scratchPostgres } from '../harness/scratch-postgres.ts';
import type { MlflowLoad, MlflowOutcome } from '../programs/mlflow-load.ts';

const SIZES = {
	whole: {
		repetitions: 3,
		durationMs: 2_000,
		loadedRuns: 100,
		runs: 10_000,
		manyRuns: 100_000,
		points: 1_000_000,
		searches: 5,
		clientSeconds: 3,
		asyncPoints: 300,
	},
	quick: {
		repetitions: 1,
		durationMs: 600,
		loadedRuns: 8,
		runs: 500,
		manyRuns: 0,
		points: 20_000,
		searches: 3,
		clientSeconds: 1,
		asyncPoints: 20,
	},
} as const;
type Sizes = (typeof SIZES)[keyof typeof SIZES];

/** What each row has to reach: how many times better than the peer, and plain numbers beside it. */
interface Targets {
	readonly batches: Readonly<Record<number, Target>>;
	readonly search: number;
	readonly pages: number;
}

const TARGETS: Readonly<Record<Engine, Targets>> = {
	sqlite: { batches: { 1: { timesBetter: 50 }, 4: { timesBetter: 38 }, 16: { timesBetter: 50, atLeast: 500_000 } }, search: 50, pages: 20 },
	postgres: { batches: { 1: { timesBetter: 20 }, 4: { timesBetter: 20 }, 16: { timesBetter: 20 } }, search: 10, pages: 10 },
};

const TITLES = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const;

interface Numbers {
	readonly name: string;
	readonly unit: Unit;
	readonly target?: Target;
	readonly samples: readonly number[];
}

interface Work {
	readonly engine: Engine;
	readonly sizes: Sizes;
	readonly python: string;
	readonly tell: (text: string) => void;
}

async function offer(load: MlflowLoad): Promise<MlflowOutcome> {
	return JSON.parse(await outputOfProgram('mlflow-load.ts', [JSON.stringify(load)])) as MlflowOutcome;
}

const rate = ({ done, durationMs }: MlflowOutcome): number => (done / durationMs) * 1_000;

async function repeated<Value>(times: number, work: () => Promise<Value>): Promise<Value[]> {
	const values: Value[] = [];
	for (let time = 0; time < times; time++) values.push(await work());
	return values;
}

const clientsInWords = (clients: number): string => `${clients} client${clients === 1 ? '' : 's'}`;

async function measureBatches(url: string, experiment: string, { engine, sizes, tell }: Work): Promise<Numbers[]> {
	const numbers: Numbers[] = [];
	for (const [keys, clientCounts] of [
		[10, [1, 4, 16]],
		[1_000, [4]],
	] as const) {
		for (const clients of clientCounts) {
			const name = `log-batch of 1,000 points, ${keys} keys, ${clientsInWords(clients)}`;
			tell(name);
			const load = { url, experiment, kind: 'log-batch', keys, clients } as const;
			await offer({ ...load, durationMs: sizes.durationMs / 3 });
			const samples = (await repeated(sizes.repetitions, () => offer({ ...load, durationMs: sizes.durationMs }))).map(rate);
			const target = keys === 10 ? TARGETS[engine].batches[clients] : undefined;
			numbers.push({ name, unit: 'points/s', samples, ...(target && { target }) });
		}
	}
	return numbers;
}

/** Calls over kept connections; of the first two rows, by a client that acknowledges as any does, of the others by one that does at once. */
async function measureCalls(url: string, experiment: string, { sizes, python, tell }: Work): Promise<Numbers[]> {
	tell('single calls');
	const load = { url, experiment, durationMs: sizes.durationMs } as const;
	await offer({ ...load, kind: 'log-metric', clients: 1, durationMs: sizes.durationMs / 3 });
	const { latenciesMs } = await offer({ ...load, kind: 'log-metric', clients: 1 });
	const numbers: Numbers[] = [{ name: 'log-metric, one connection', unit: 'ms', samples: latenciesMs, target: { atMost: 0.8 } }];
	const quickly = async (kind: 'log-metric' | 'run-pairs', clients: number): Promise<number> => {
		const program = spawn(python, [programFile('quick_ack_load.py'), JSON.stringify({ ...load, kind, clients })], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		return rate(JSON.parse(await outputOf(program)) as MlflowOutcome);
	};
	for (const [name, unit, kind, clients] of [
		['log-metric, one connection, quick acknowledgement', 'calls/s', 'log-metric', 1],
		['create + update of a run, 1 client, quick acknowledgement', 'pairs/s', 'run-pairs', 1],
		['create + update of a run, 4 clients, quick acknowledgement', 'pairs/s', 'run-pairs', 4],
	] as const)
		numbers.push({ name, unit, samples: await repeated(sizes.repetitions, () => quickly(kind, clients)), target: { timesBetter: 8 } });
	tell('whole runs');
	const whole = { url, experiment, durationMs: 0, kind: 'whole-runs', clients: 4, count: sizes.loadedRuns } as const;
	numbers.push({
		name: 'runs with 10 metrics, 10 params, 5 tags, 4 clients',
		unit: 'runs/s',
		samples: (await repeated(sizes.repetitions, () => offer(whole))).map(rate),
		target: { timesBetter: 30 },
	});
	return numbers;
}

/** The client against a server that does nothing: no server can make it quicker than that. */
async function measureClientAlone(work: Work): Promise<Numbers[]> {
	const port = await freePort();
	const server = spawn(process.execPath, [programFile('mlflow-nothing.ts'), String(port)], { stdio: ['ignore', 'ignore', 'inherit'] });
	try {
		const url = `http://127.0.0.1:${port}`;
		await latencies(url, 1, { method: 'GET', path: '/health' });
		return await measureClient(url, '1', work);
	} finally {
		server.kill();
	}
}

async function measureClient(url: string, experiment: string, { sizes, python, tell }: Work): Promise<Numbers[]> {
	tell('the real client');
	const args = [programFile('mlflow_client.py'), url, experiment, String(sizes.clientSeconds), String(sizes.asyncPoints)];
	const outcomes = await repeated(sizes.repetitions, async () => {
		const client = spawn(python, args, {
			stdio: ['ignore', 'pipe', 'ignore'],
			env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true', MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT: 'true' },
		});
		return JSON.parse(await outputOf(client)) as { synchronous: number; asynchronous: number };
	});
	return [
		{
			name: 'mlflow.log_metric in a loop',
			unit: 'calls/s',
			samples: outcomes.map(({ synchronous }) => synchronous),
			target: { timesBetter: 20 },
		},
		{
			name: 'mlflow.log_metric(synchronous=False), flushed',
			unit: 'points/s',
			samples: outcomes.map(({ asynchronous }) => asynchronous),
			target: { timesBetter: 4 },
		},
	];
}

/** Requests one after another, and how long each took. */
async function latencies(url: string, count: number, request: MlflowLoad['request']): Promise<readonly number[]> {
	return (await offer({ url, experiment: '', kind: 'requests', clients: 1, durationMs: 0, count, request })).latenciesMs;
}

async function measureSearch(url: string, experiment: string, runs: number, target: Target, searches: number): Promise<Numbers[]> {
	const numbers: Numbers[] = [];
	for (const results of [100, 1_000]) {
		const body = {
			experiment_ids: [experiment],
			filter: "metrics.acc > 0.9 and params.lr = '0.1'",
			order_by: ['metrics.acc DESC'],
			max_results: results,
		};
		const search = { method: 'POST', path: '/api/2.0/mlflow/runs/search', body };
		await latencies(url, 1, search);
		const name = `search ${runs.toLocaleString('en')} runs, ${results.toLocaleString('en')} results`;
		// Of the plain number, a page is meant.
		const own = results > 100 && target.atMost !== undefined ? {} : { target };
		numbers.push({ name, unit: 'ms', samples: await latencies(url, searches, search), ...own });
	}
	return numbers;
}

async function measureHistory(url: string, long: string, { engine, sizes, tell }: Work): Promise<Numbers[]> {
	const numbers: Numbers[] = [];
	const interval = `/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids=${long}&metric_key=long&max_results=320`;
	const zoomed = `${interval}&start_step=${Math.floor(sizes.points * 0.4)}&end_step=${Math.floor(sizes.points * 0.5)}`;
	const points = sizes.points.toLocaleString('en');
	for (const [name, path] of [
		[`${points} points, bulk-interval, whole`, interval],
		[`${points} points, bulk-interval, a tenth`, zoomed],
	] as const) {
		tell(name);
		await latencies(url, 1, { method: 'GET', path });
		numbers.push({
			name,
			unit: 'ms',
			samples: await latencies(url, sizes.searches, { method: 'GET', path }),
			target: { timesBetter: 100 },
		});
	}
	const name = `${points} points, in pages of 25,000`;
	tell(name);
	const beganMs = performance.now();
	let token: string | undefined;
	do {
		const query = `run_id=${long}&metric_key=long&max_results=25000${token ? `&page_token=${encodeURIComponent(token)}` : ''}`;
		const answer = await fetch(`${url}/api/2.0/mlflow/metrics/get-history?${query}`);
		token = ((await answer.json()) as { next_page_token?: string }).next_page_token;
	} while (token);
	numbers.push({ name, unit: 'ms', samples: [performance.now() - beganMs], target: { timesBetter: TARGETS[engine].pages } });
	return numbers;
}

async function makeExperiment({ url }: Side, name: string): Promise<{ experimentId: string; experimentName: string }> {
	const { experiment_id } = await post<{ experiment_id: string }>(url, 'experiments/create', { name });
	return { experimentId: experiment_id, experimentName: name };
}

async function measureProduct(product: Product, work: Work): Promise<Numbers[]> {
	const { engine, sizes } = work;
	const tell = (text: string): void => work.tell(`${TITLES[engine]}, ${product.name}: ${text}`);
	tell('start');
	// The first start makes the database; the second is how it starts from then on.
	if (sizes.manyRuns > 0) await (await product.start()).stop();
	let side = await product.start();
	const numbers: Numbers[] = [
		{ name: 'start to first answer', unit: 'ms', samples: [side.startMs], target: { atMost: 1_000 } },
		{ name: 'idle memory', unit: 'MiB', samples: [side.idleMiB], target: { atMost: 150 } },
	];
	try {
		const { experimentId: logged } = await makeExperiment(side, 'logged');
		const some = await makeExperiment(side, 'some');
		const many = await makeExperiment(side, 'many');
		for (const measure of [measureBatches, measureCalls, measureClient])
			numbers.push(...(await measure(side.url, logged, { ...work, tell })));
		tell('filling');
		await side.stop();
		const long = await product.fill({ ...some, runs: sizes.runs, points: sizes.points });
		side = await product.start();
		tell('search');
		numbers.push(
			...(await measureSearch(side.url, some.experimentId, sizes.runs, { timesBetter: TARGETS[engine].search }, sizes.searches)),
		);
		numbers.push(...(await measureHistory(side.url, long, { ...work, tell })));
		numbers.push({ name: 'memory after that', unit: 'MiB', samples: [side.memoryMiB()], target: { atMost: 400 } });
		if (sizes.manyRuns > 0) {
			tell('filling more');
			await side.stop();
			await product.fill({ ...many, runs: sizes.manyRuns, points: 0 });
			side = await product.start();
			numbers.push(...(await measureSearch(side.url, many.experimentId, sizes.manyRuns, { atMost: 50 }, sizes.searches)));
		}
	} finally {
		await side.stop();
	}
	return numbers;
}

async function measureBoth(engine: Engine, address: string | null, { quick, tell }: MeasurementOptions): Promise<Row[]> {
	const sizes = quick ? SIZES.quick : SIZES.whole;
	const python = clientPython();
	const measured: Numbers[][] = [];
	for (const make of [ourProduct, (folder: string, database: string | null) => peerProduct(python, folder, database)]) {
		using folder = scratchFolder();
		await using database = address === null ? null : await scratchPostgres(address);
		measured.push(await measureProduct(make(folder.path, database?.url ?? null), { engine, sizes, python, tell }));
	}
	const [ours = [], theirs = []] = measured;
	const alone = await measureClientAlone({ engine, sizes, python, tell: (text) => tell(`no server: ${text}`) });
	return ours.flatMap((own, index) => {
		const baseline = `  mlflow: ${own.name}`;
		return [
			{ ...own, baseline },
			{ name: baseline, unit: own.unit, samples: theirs[index]?.samples ?? [] },
			...alone
				.filter(({ name }) => name === own.name)
				.map(({ name, unit, samples }) => ({ name: `  the client alone: ${name}`, unit, samples })),
		];
	});
}

/** The measurement over one kind of database. */
export function besideMlflow(engine: Engine): Measurement {
	const [mlflow = ''] = readFileSync(join(ROOT, 'tests/clients/mlflow/requirements.txt'), 'utf8').split('\n');
	return {
		title: `MLflow's protocol, this server and mlflow server ${mlflow.split('==')[1]}, ${TITLES[engine]} on both, load and server on the same cores`,
		async run(options) {
			const address = engine === 'postgres' ? await findPostgresOrNull() : null;
			if (engine === 'postgres' && address === null) throw new Error('No PostgreSQL answers: RUNSTEAD_TEST_POSTGRES names one.');
			return measureBoth(engine, address, options);
		},
	};
}
