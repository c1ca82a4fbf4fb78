/** The page of a run with hundreds of metrics, in a real Chromium: until its first charts are drawn, and how many it draws. */
import type { Client } from '@runstead/client';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';
import { openPage, SETTLE_MS, timed, untilSeen } from '../harness/studio-page.ts';

const METRICS = { whole: 500, quick: 100 } as const;
const POINTS = 1_000;
const METRICS_PER_SECTION = 25;
const METRICS_PER_REQUEST = 50;
const REPETITIONS = { whole: 9, quick: 2 } as const;
const START_MICROS = 1_795_248_331_000_000;
/** A screen of 900 pixels and what is drawn ahead of it hold no more. */
const DRAWN_MAX = 20;

async function logMetrics(client: Client, run: string, count: number): Promise<void> {
	const steps = Array.from({ length: POINTS }, (_, step) => step);
	const times = steps.map((step) => START_MICROS + step * 1_000);
	for (let first = 0; first < count; first += METRICS_PER_REQUEST) {
		const series = Array.from({ length: METRICS_PER_REQUEST }, (_, index) => {
			const name = `block-${Math.floor((first + index) / METRICS_PER_SECTION)}/metric-${first + index}`;
			return { name, kind: 'scalar' as const, steps, times, columns: [{ name, values: steps.map((step) => Math.sin(step / 50) + index) }] };
		});
		await client.call('logMetrics', { params: { run }, body: { series } });
	}
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	const [count, repetitions] = quick ? [METRICS.quick, REPETITIONS.quick] : [METRICS.whole, REPETITIONS.whole];
	using folder = scratchFolder();
	await using server = await startServerProcess(folder.path);
	const { client, url } = server;
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'wide' } });
	await client.call('createRun', { params: { experiment }, body: { id: 'wide' } });
	tell(`logging ${POINTS} points in each of ${count} metrics`);
	await logMetrics(client, 'wide', count);
	const samples = { cold: [] as number[], again: [] as number[], drawn: [] as number[] };
	for (let repetition = 0; repetition < repetitions; repetition++) {
		await using browser = await openPage(url);
		const { page } = browser;
		const canvases = '[data-chart] canvas';
		const open = async () => {
			await page.goto('/w/lab/runs/wide', { waitUntil: 'commit' });
			// Two rows of three.
			await untilSeen(page, canvases, { count: 6 });
		};
		samples.cold.push(await timed(open));
		await page.waitForTimeout(SETTLE_MS);
		samples.drawn.push(await page.locator(canvases).count());
		samples.again.push(await timed(open));
	}
	await server.stop();
	return [
		{ name: 'first charts, nothing in the cache', unit: 'ms', samples: samples.cold, target: { atMost: 1_000 } },
		{ name: '... of one who was here before', unit: 'ms', samples: samples.again },
		{ name: `drawn of ${count}`, unit: 'charts', samples: samples.drawn, target: { atMost: DRAWN_MAX } },
	];
}

export const measurement: Measurement = {
	title: `The studio's page of a run with ${METRICS.whole} metrics of ${POINTS.toLocaleString('en')} points, in Chromium`,
	run,
};
