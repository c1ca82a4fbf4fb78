/** Hundreds of live runs on one page in a real Chromium: how busy its main thread is while they log, in the list and with all of them in one chart. */
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { outputOfProgram, scratchFolder } from '../harness/processes.ts';
import { mainThreadBusyPercent, meanOf, openPage, SETTLE_MS } from '../harness/studio-page.ts';
import type { SteadyLoad } from '../programs/steady-load.ts';

const RUNS = { whole: 200, quick: 20 } as const;
const SECONDS = { whole: 20, quick: 3 } as const;
/** Opening the page, and the seconds before its first charts. */
const BEFORE_SECONDS = 15;
const POINTS_PER_BATCH = 10;
const BUSY_MAX_PERCENT = 30;

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	const [count, seconds] = quick ? [RUNS.quick, SECONDS.quick] : [RUNS.whole, SECONDS.whole];
	using folder = scratchFolder();
	await using server = await startServerProcess(folder.path);
	const { client, url } = server;
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'live' } });
	const runs = Array.from({ length: count }, (_, index) => `live-${index}`);
	for (const id of runs) await client.call('createRun', { params: { experiment }, body: { id } });
	const load: SteadyLoad = { url, runs, pointsPerBatch: POINTS_PER_BATCH, batches: 2 * (seconds + BEFORE_SECONDS) };
	const logging = outputOfProgram('steady-load.ts', [JSON.stringify(load)]);
	await using browser = await openPage(url);
	const { page } = browser;
	const watch = async (path: string, ready: string, name: string): Promise<Row> => {
		tell(name);
		await page.goto(path);
		await page.locator(ready).first().waitFor();
		// What a page does to come is not what it does while it stands.
		await page.waitForTimeout(SETTLE_MS);
		return { name, unit: '%', samples: await mainThreadBusyPercent(browser, seconds) };
	};
	const charts = JSON.stringify({ runs: 100, list: [{ id: 'a', kind: 'line', metric: 'loss', width: 3 }] });
	const search = new URLSearchParams({
		columns: JSON.stringify(['name', 'status', 'duration', 'metrics.loss.last', 'spark']),
		spark: 'loss',
	});
	const list = await watch(`/w/lab/experiments?${search}`, '[data-sparkline] path, [data-sparkline] polyline', `the list of ${count} runs`);
	const lines = await watch(
		`/w/lab/experiments?${search}&charts=${encodeURIComponent(charts)}`,
		'[data-chart] canvas',
		'with a chart of 100 lines',
	);
	await logging;
	await server.stop();
	return [list, meanOf('... all in all', list, BUSY_MAX_PERCENT), lines, meanOf('... with the chart, all in all', lines, BUSY_MAX_PERCENT)];
}

export const measurement: Measurement = {
	title: `The studio's page of ${RUNS.whole} live runs, each with a batch of ${POINTS_PER_BATCH} points a second, in Chromium`,
	run,
};
