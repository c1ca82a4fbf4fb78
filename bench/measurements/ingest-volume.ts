/** Whether logging stays as quick when very many points are stored: the rate at each mark, and the memory of the server there. */
import { findPostgresOrNull } from '../../scripts/suites/peers.ts';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { post } from '../harness/mlflow-sides.ts';
import { memoryOf, outputOfProgram, scratchFolder } from '../harness/processes.ts';
import { scratchPostgres } from '../harness/scratch-postgres.ts';
import type { MlflowLoad, MlflowOutcome } from '../programs/mlflow-load.ts';

/** Points that are stored when the rate is taken. */
const MARKS = { whole: [1_000_000, 20_000_000, 100_000_000], quick: [100_000, 1_000_000] } as const;
const POINTS_PER_BATCH = 1_000;
const MEASURED_BATCHES = { whole: 1_000, quick: 50 } as const;
const REPETITIONS = 5;
const CLIENTS = 16;
/** What of the first rate is left at the last mark, at least. */
const RATE_LEFT_MIN = 0.8;

/** A server of its own that points are logged to. */
interface Store extends AsyncDisposable {
	readonly stored: () => number;
	readonly memoryMiB: () => number;
	/** Logs so many batches. @returns points a second. */
	readonly log: (batches: number) => Promise<number>;
}

async function startStore(args: readonly string[]): Promise<Store> {
	const folder = scratchFolder();
	const server = await startServerProcess(folder.path, { args });
	const { experiment_id: experiment } = await post<{ experiment_id: string }>(server.url, 'experiments/create', { name: 'volume' });
	let stored = 0;
	return {
		stored: () => stored,
		memoryMiB: () => memoryOf(server.pid).residentMiB,
		async log(batches) {
			const load: MlflowLoad = {
				url: server.url,
				experiment,
				kind: 'log-batch',
				keys: 10,
				clients: CLIENTS,
				durationMs: 0,
				count: batches,
			};
			const { done, durationMs } = JSON.parse(await outputOfProgram('mlflow-load.ts', [JSON.stringify(load)])) as MlflowOutcome;
			stored += done;
			return (done / durationMs) * 1_000;
		},
		async [Symbol.asyncDispose]() {
			await server.stop();
			folder[Symbol.dispose]();
		},
	};
}

/** The store that grows and one that holds no more than the first mark log in turns, so that whatever else the machine does meets both. */
async function measure(engine: string, argsOf: () => Promise<readonly string[]>, { quick, tell }: MeasurementOptions): Promise<Row[]> {
	await using small = await startStore(await argsOf());
	await using grown = await startStore(await argsOf());
	const rows: Row[] = [];
	const [first, ...marks] = quick ? MARKS.quick : MARKS.whole;
	const batches = quick ? MEASURED_BATCHES.quick : MEASURED_BATCHES.whole;
	const nameOf = (mark: number): string => `${engine}, ${mark.toLocaleString('en')} points stored`;
	const fill = async (store: Store, mark: number): Promise<void> => {
		tell(`${nameOf(mark)}: ${store.stored().toLocaleString('en')} are`);
		if (store.stored() < mark) await store.log(Math.ceil((mark - store.stored()) / POINTS_PER_BATCH));
	};
	await fill(small, first);
	for (const mark of marks) {
		await fill(grown, mark);
		const samples: number[] = [];
		const besides: number[] = [];
		for (let repetition = 0; repetition < REPETITIONS; repetition++) {
			besides.push(await small.log(batches));
			samples.push(await grown.log(batches));
		}
		const baseline = `  some ${first.toLocaleString('en')} beside them, in turns`;
		rows.push({
			name: nameOf(mark),
			unit: 'points/s',
			samples,
			baseline: `${baseline}: ${nameOf(mark)}`,
			target: { timesBetter: RATE_LEFT_MIN },
		});
		rows.push({ name: `${baseline}: ${nameOf(mark)}`, unit: 'points/s', samples: besides });
		rows.push({ name: `  memory of the server then: ${nameOf(mark)}`, unit: 'MiB', samples: [grown.memoryMiB()] });
		rows.push({ name: `  of the one beside it: ${nameOf(mark)}`, unit: 'MiB', samples: [small.memoryMiB()] });
	}
	return rows;
}

async function run(options: MeasurementOptions): Promise<Row[]> {
	const rows = await measure('SQLite', async () => [], options);
	const address = await findPostgresOrNull();
	if (address === null) {
		options.tell('no PostgreSQL answers: SQLite alone');
		return rows;
	}
	await using databases = new AsyncDisposableStack();
	const argsOf = async () => ['--database', databases.use(await scratchPostgres(address)).url];
	return [...rows, ...(await measure('PostgreSQL', argsOf, options))];
}

export const measurement: Measurement = {
	title: `MLflow's log-batch of 1,000 points of 10 metrics, ${CLIENTS} clients, where more and more points are stored`,
	run,
};
