/** Many long runs side by side in a real Chromium: until the lines of all of them are drawn, and until the table of their values stands. */
import type { Client } from '@runstead/client';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';
import { openPage, SETTLE_MS, timed, untilSeen } from '../harness/studio-page.ts';

const RUNS = { whole: 100, quick: 10 } as const;
const POINTS = 10_000;
const REPETITIONS = { whole: 9, quick: 2 } as const;
const START_MICROS = 1_795_248_331_000_000;

async function makeRuns(client: Client, experiment: string, count: number): Promise<string[]> {
	const steps = Array.from({ length: POINTS }, (_, step) => step);
	const times = steps.map((step) => START_MICROS + step * 1_000);
	const ids = Array.from({ length: count }, (_, index) => `run-${index}`);
	for (const [index, id] of ids.entries()) {
		await client.call('createRun', { params: { experiment }, body: { id } });
		await client.call('updateRun', { params: { run: id }, body: { params: { rate: String(index / count) } } });
		const values = steps.map((step) => (index + 1) / (step + 1) + 0.01 * Math.sin(step * (index + 1)));
		const series = [{ name: 'loss', kind: 'scalar' as const, steps, times, columns: [{ name: 'loss', values }] }];
		await client.call('logMetrics', { params: { run: id }, body: { series } });
	}
	return ids;
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	const [count, repetitions] = quick ? [RUNS.quick, REPETITIONS.quick] : [RUNS.whole, REPETITIONS.whole];
	using folder = scratchFolder();
	await using server = await startServerProcess(folder.path);
	const { client, url } = server;
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'many' } });
	tell(`logging ${POINTS} points in each of ${count} runs`);
	const ids = await makeRuns(client, experiment, count);
	const address = (tab: string): string => `/w/lab/compare?${new URLSearchParams({ runs: JSON.stringify(ids), tab })}`;
	const samples = { cold: [] as number[], tab: [] as number[], values: [] as number[] };
	for (let repetition = 0; repetition < repetitions; repetition++) {
		await using browser = await openPage(url);
		const { page } = browser;
		const lines = `[role=img][aria-label="loss of ${count} runs"] canvas`;
		samples.cold.push(
			await timed(async () => {
				await page.goto(address('charts'), { waitUntil: 'commit' });
				await untilSeen(page, lines);
			}),
		);
		samples.values.push(
			await timed(async () => {
				await page.goto(address('values'), { waitUntil: 'commit' });
				await untilSeen(page, '[data-compare="metrics.loss.last"]');
			}),
		);
		await page.waitForTimeout(SETTLE_MS);
		samples.tab.push(
			await timed(async () => {
				await page.getByRole('tab', { name: 'Charts' }).click();
				await untilSeen(page, lines);
			}),
		);
	}
	await server.stop();
	return [
		{ name: 'all lines, nothing in the cache', unit: 'ms', samples: samples.cold, target: { atMost: 1_500 } },
		{ name: '... by a press on the tab', unit: 'ms', samples: samples.tab, target: { atMost: 1_500 } },
		{ name: 'the table of what differs', unit: 'ms', samples: samples.values },
	];
}

export const measurement: Measurement = {
	title: `The studio's comparison of ${RUNS.whole} runs with ${POINTS.toLocaleString('en')} points each, in Chromium`,
	run,
};
