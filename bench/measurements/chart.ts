/** Charts: of one long series, and of one metric over many runs; from the request to the buckets. */
import type { Client } from '@runstead/client';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';

const TARGET_MS = 20;
const POINTS = { whole: 1_000_000, quick: 50_000 } as const;
const POINTS_PER_BATCH = 50_000;
const BUCKETS = 1_000;
const LINES = { runs: 100, points: 10_000, buckets: 600 } as const;
/** Half of what the studio may take from the click to the last line. */
const LINES_TARGET_MS = 750;
const REPETITIONS = { whole: 60, quick: 5 } as const;
const START_MICROS = 1_795_248_331_000_000;

async function logPoints(client: Client, run: string, count: number): Promise<void> {
	for (let first = 0; first < count; first += POINTS_PER_BATCH) {
		const steps = Array.from({ length: Math.min(POINTS_PER_BATCH, count - first) }, (_, index) => first + index);
		const values = steps.map((step) => Math.sin(step / 10_000) + Math.random());
		const times = steps.map((step) => START_MICROS + step * 1_000);
		const series = [{ name: 'loss', kind: 'scalar' as const, steps, times, columns: [{ name: 'loss', values }] }];
		await client.call('logMetrics', { params: { run }, body: { series } });
	}
}

async function timeEach(repetitions: number, ask: () => Promise<unknown>): Promise<number[]> {
	await ask();
	const samples: number[] = [];
	for (let repetition = 0; repetition < repetitions; repetition++) {
		const startedMs = performance.now();
		await ask();
		samples.push(performance.now() - startedMs);
	}
	return samples;
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	const [count, repetitions] = quick ? [POINTS.quick, REPETITIONS.quick] : [POINTS.whole, REPETITIONS.whole];
	using folder = scratchFolder();
	await using server = await startServerProcess(folder.path);
	const { client } = server;
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'chart' } });
	const { id: runId } = await client.call('createRun', { params: { experiment }, body: {} });
	tell(`logging ${count} points`);
	await logPoints(client, runId, count);
	tell(`logging ${LINES.points} points in each of ${LINES.runs} runs`);
	const runs: string[] = [];
	for (let index = 0; index < LINES.runs; index++) {
		const { id } = await client.call('createRun', { params: { experiment }, body: {} });
		await logPoints(client, id, LINES.points);
		runs.push(id);
	}
	const lines = () =>
		client.call('readMetricLines', { params: { workspace: 'lab' }, body: { runs, metric: 'loss', buckets: LINES.buckets } });
	const chart = (range: { from?: number; to?: number }) =>
		client.call('getMetricChart', { params: { run: runId }, query: { name: 'loss', buckets: BUCKETS, ...range } });
	const [unit, baseline] = ['ms', 'the shortest request'] as const;
	return [
		{ name: 'the whole series', unit, samples: await timeEach(repetitions, () => chart({})), target: { atMost: TARGET_MS }, baseline },
		{ name: 'a tenth of it', unit, samples: await timeEach(repetitions, () => chart({ from: count * 0.4, to: count * 0.5 })), baseline },
		{
			name: 'a thousand points of it',
			unit,
			samples: await timeEach(repetitions, () => chart({ from: count / 2, to: count / 2 + 999 })),
			baseline,
		},
		{
			name: `${LINES.points} points of each of ${LINES.runs} runs`,
			unit,
			samples: await timeEach(repetitions, lines),
			target: { atMost: LINES_TARGET_MS },
			baseline,
		},
		{ name: baseline, unit, samples: await timeEach(repetitions, () => client.call('getHealth')) },
	];
}

export const measurement: Measurement = {
	title: `a chart of ${POINTS.whole.toLocaleString('en')} points in ${BUCKETS.toLocaleString('en')} buckets, by the API`,
	run,
};
