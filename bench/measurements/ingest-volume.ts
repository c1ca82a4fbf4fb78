/** Whether logging stays as quick when very many points are stored: the rate at each mark, and the memory of the server there. */
import { findPostgresOrNull } from '../../scripts/suites/peers.ts';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { post } from '../harness/mlflow-sides.ts';
import { memoryOf, outputOfProgram, scratchFolder } from '../harness/processes.ts';
import { scratchPostgres } from '../harness/scratch-postgres.ts';
import type { MlflowLoad, MlflowOutcome } from '../programs/mlflow-load.ts';

/** Points that are stored when the rate is taken. */
const MARKS = { whole: [1_000_000, 20_000_000, 100_000_000], quick: [100_000, 300_000] } as const;
const POINTS_PER_BATCH = 1_000;
const MEASURED_BATCHES = { whole: 1_000, quick: 50 } as const;
const REPETITIONS = 5;
const CLIENTS = 16;
/** What of the first rate is left at the last mark, at least. */
const RATE_LEFT_MIN = 0.8;

async function measure(engine: string, args: readonly string[], { quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	await using server = await startServerProcess(folder.path, { args });
	const { experiment_id: experiment } = await post<{ experiment_id: string }>(server.url, 'experiments/create', { name: 'volume' });
	let stored = 0;
	const log = async (batches: number): Promise<number> => {
		const load: MlflowLoad = { url: server.url, experiment, kind: 'log-batch', keys: 10, clients: CLIENTS, durationMs: 0, count: batches };
		const { done, durationMs } = JSON.parse(await outputOfProgram('mlflow-load.ts', [JSON.stringify(load)])) as MlflowOutcome;
		stored += done;
		return (done / durationMs) * 1_000;
	};
	const rows: Row[] = [];
	const marks = quick ? MARKS.quick : MARKS.whole;
	const nameOf = (mark: number): string => `${engine}, ${mark.toLocaleString('en')} points stored`;
	for (const mark of marks) {
		tell(`${nameOf(mark)}: ${stored.toLocaleString('en')} are`);
		if (stored < mark) await log(Math.ceil((mark - stored) / POINTS_PER_BATCH));
		const samples: number[] = [];
		for (let repetition = 0; repetition < REPETITIONS; repetition++)
			samples.push(await log(quick ? MEASURED_BATCHES.quick : MEASURED_BATCHES.whole));
		const isFirst = mark === marks[0];
		rows.push({
			name: nameOf(mark),
			unit: 'points/s',
			samples,
			...(!isFirst && { baseline: nameOf(marks[0]), target: { timesBetter: RATE_LEFT_MIN } }),
		});
		rows.push({ name: `  memory of the server then, ${nameOf(mark)}`, unit: 'MiB', samples: [memoryOf(server.pid).residentMiB] });
	}
	await server.stop();
	return rows;
}

async function run(options: MeasurementOptions): Promise<Row[]> {
	const rows = await measure('SQLite', [], options);
	const address = await findPostgresOrNull();
	if (address === null) {
		options.tell('no PostgreSQL answers: SQLite alone');
		return rows;
	}
	await using database = await scratchPostgres(address);
	return [...rows, ...(await measure('PostgreSQL', ['--database', database.url], options))];
}

export const measurement: Measurement = {
	title: `MLflow's log-batch of 1,000 points of 10 metrics, ${CLIENTS} clients, while ever more points are stored`,
	run,
};
