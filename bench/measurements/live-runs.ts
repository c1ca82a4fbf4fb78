/** A thousand runs at once, each logging ten points in one batch a second, as the SDK does: how long a batch takes. */
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { outputOfProgram, scratchFolder } from '../harness/processes.ts';
import type { SteadyLoad, SteadyOutcome } from '../programs/steady-load.ts';

const RUNS = { whole: 1_000, quick: 50 } as const;
const SECONDS = { whole: 30, quick: 3 } as const;
const POINTS_PER_BATCH = 10;
const TARGET_P99_MS = 100;

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	await using server = await startServerProcess(folder.path);
	const { client, url } = server;
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'live' } });
	const runs = Array.from({ length: quick ? RUNS.quick : RUNS.whole }, (_, index) => `live-${index}`);
	tell(`${runs.length} runs are made`);
	for (const id of runs) await client.call('createRun', { params: { experiment }, body: { id } });
	const load: SteadyLoad = { url, runs, pointsPerBatch: POINTS_PER_BATCH, batches: quick ? SECONDS.quick : SECONDS.whole };
	tell(`${load.batches} s`);
	const { latenciesMs } = JSON.parse(await outputOfProgram('steady-load.ts', [JSON.stringify(load)])) as SteadyOutcome;
	for (const id of runs.slice(0, 10)) {
		const { metrics } = await client.call('listMetrics', { params: { run: id } });
		const count = metrics.reduce((sum, { count: points }) => sum + points, 0);
		if (count !== load.batches * POINTS_PER_BATCH) throw new Error(`Run ${id} has ${count} points.`);
	}
	await server.stop();
	return [
		{
			name: `a batch of ${POINTS_PER_BATCH} points, ${runs.length} runs`,
			unit: 'ms',
			samples: latenciesMs,
			target: { p99AtMost: TARGET_P99_MS },
		},
	];
}

export const measurement: Measurement = { title: 'many live runs, each with a batch of 10 points a second', run };
