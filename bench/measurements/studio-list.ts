/** The list of many runs in a real Chromium: first rows, an order, a filter, scrolling, and what the first page weighs. */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Client } from '@runstead/client';
import type { Page } from 'playwright-core';
import { ROOT } from '../../scripts/run-program.ts';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';
import { seedSqlite } from '../harness/seed-database.ts';
import { searchedRuns } from '../harness/seeded-runs.ts';
import { openPage, untilSeen } from '../harness/studio-page.ts';

const RUNS = { whole: 100_000, quick: 2_000 } as const;
const REPETITIONS = { whole: 5, quick: 2 } as const;
const METRIC_NAMES = 200;
const ROWS_SCROLLED = { whole: 10_000, quick: 1_000 } as const;
const ROW_PX = 36;
const FIRST_ROW = '[data-index="0"][data-row]';
/** A turn of a wheel: what a hurried reader moves at once. */
const TURN_PX = 400;
const FIRST_PAGE_KIB_MAX = 350;
const SEED_VERSION = 2;
/** The newest runs have points as well: the charts above the list draw them. */
const DRAWN = { runs: 20, points: 200 } as const;
const START_MICROS = 1_795_248_331_000_000;
/** Longer than any of these may take, so that a measurement that cannot end does. */
const CHANGE_MAX_MS = 20_000;

async function seededFolder(runs: number, tell: (text: string) => void): Promise<string> {
	const folder = join(ROOT, '.cache', 'bench', `studio-${SEED_VERSION}-${runs}`);
	if (existsSync(folder)) return folder;
	tell(`making ${runs} runs of ${METRIC_NAMES} metric names, once`);
	const unfinished = `${folder}.making`;
	rmSync(unfinished, { recursive: true, force: true });
	mkdirSync(unfinished, { recursive: true });
	{
		await using server = await startServerProcess(unfinished);
		await server.client.call('createWorkspace', { body: { name: 'lab' } });
		await server.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'search' } });
		await server.stop();
	}
	seedSqlite(join(unfinished, 'runstead.db'), { experiment: 'search', runs, shape: searchedRuns(METRIC_NAMES) });
	{
		await using server = await startServerProcess(unfinished);
		await logDrawnRuns(server.client);
		await server.stop();
	}
	renameSync(unfinished, folder);
	return folder;
}

async function logDrawnRuns(client: Client): Promise<void> {
	const { experiments } = await client.call('listExperiments', { params: { workspace: 'lab' } });
	const experiment = experiments.find(({ name }) => name === 'search')?.id ?? '';
	const steps = Array.from({ length: DRAWN.points }, (_, step) => step);
	for (let index = 0; index < DRAWN.runs; index++) {
		const { id } = await client.call('createRun', { params: { experiment }, body: { displayName: `drawn ${index}` } });
		const series = ['metric_0', 'metric_1', 'metric_2'].map((name) => ({
			name,
			kind: 'scalar' as const,
			steps,
			times: steps.map((step) => START_MICROS + step),
			columns: [{ name, values: steps.map((step) => (index + 1) / (step + 1)) }],
		}));
		await client.call('logMetrics', { params: { run: id }, body: { series } });
		await client.call('changeRunStatus', { params: { run: id }, body: { status: 'Completed' } });
	}
}

/** Milliseconds from an action in the page until its first row is another. */
async function untilFirstRowChanges(page: Page, act: string): Promise<number> {
	return page.evaluate(`new Promise((resolve, reject) => {
		setTimeout(() => reject(new Error('The first row stayed the same.')), ${CHANGE_MAX_MS});
		const first = () => document.querySelector('[data-index="0"]')?.dataset.row;
		const before = first();
		const started = performance.now();
		const look = () => (first() !== undefined && first() !== before ? resolve(performance.now() - started) : requestAnimationFrame(look));
		${act};
		requestAnimationFrame(look);
	})`);
}

/** The longest task of the main thread in each part of a scroll over many rows, by turns of the wheel. */
async function scroll(page: Page, rows: number): Promise<number[]> {
	return page.evaluate(`(async () => {
		const pane = document.querySelector('[role=treegrid]').parentElement;
		const tasks = [];
		const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
		observer.observe({ type: 'longtask' });
		const gaps = [];
		while (pane.scrollTop < ${rows * ROW_PX}) {
			pane.scrollTop += ${TURN_PX};
			const message = new MessageChannel();
			const woken = new Promise((resolve) => { message.port1.onmessage = resolve; });
			await new Promise(requestAnimationFrame);
			const drawn = performance.now();
			message.port2.postMessage(null);
			await woken;
			gaps.push(performance.now() - drawn);
		}
		await new Promise((resolve) => setTimeout(resolve, 200));
		observer.disconnect();
		// Tasks below 50 ms are not reported: the time between a frame's callbacks and the next free moment stands for them.
		return [...gaps.filter((gap) => gap < 50), ...tasks];
	})()`);
}

/** What scripts weigh on the way to the browser. */
function weightMiB(scripts: ReadonlySet<string>): number {
	const folder = join(ROOT, 'packages', 'studio', 'dist', 'assets');
	return [...scripts].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0) / 1024 / 1024;
}

async function run(options: MeasurementOptions): Promise<Row[]> {
	const size = options.quick ? 'quick' : 'whole';
	const seeded = await seededFolder(RUNS[size], options.tell);
	using folder = scratchFolder();
	cpSync(seeded, folder.path, { recursive: true });
	await using server = await startServerProcess(folder.path);
	const samples = { first: [] as number[], order: [] as number[], filter: [] as number[], group: [] as number[], scroll: [] as number[] };
	const weights: { rows: number; whole: number }[] = [];
	for (let repetition = 0; repetition < REPETITIONS[size]; repetition++) {
		options.tell(`browser ${repetition + 1} of ${REPETITIONS[size]}`);
		await using browser = await openPage(server.url);
		const { page, context } = browser;
		const scripts = new Set<string>();
		context.on('request', (request) => {
			const file = /\/assets\/([\w.-]+\.js)$/.exec(new URL(request.url()).pathname)?.[1];
			if (file !== undefined) scripts.add(file);
		});
		const startedMs = performance.now();
		await page.goto('/w/lab/experiments', { waitUntil: 'commit' });
		await untilSeen(page, FIRST_ROW);
		samples.first.push(performance.now() - startedMs);
		const rows = weightMiB(scripts);
		await untilSeen(page, '[data-summary] span');
		await untilSeen(page, '[data-chart] canvas');
		weights.push({ rows, whole: weightMiB(scripts) });
		const orderButton = `document.querySelector('[data-column="duration"] button').click()`;
		samples.order.push(await untilFirstRowChanges(page, orderButton));
		const metricButton = `document.querySelector('[data-column^="metrics."] button').click()`;
		samples.order.push(await untilFirstRowChanges(page, metricButton));
		const filter = page.getByLabel('Filter runs');
		// The first row must go, so that it is seen when the filter holds.
		const firstRow = await page.locator('[data-index="0"]').getAttribute('data-row');
		await filter.fill(`metrics.metric_3.min < 0.4 and not id = '${firstRow}'`);
		const enter = `document.querySelector('[aria-label="Filter runs"]').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))`;
		samples.filter.push(await untilFirstRowChanges(page, enter));
		await page.goto('/w/lab/experiments');
		await untilSeen(page, FIRST_ROW);
		samples.scroll.push(...(await scroll(page, ROWS_SCROLLED[size])));
		await page.goto('/w/lab/experiments');
		await untilSeen(page, FIRST_ROW);
		const grouped = performance.now();
		await page.getByRole('button', { name: 'Group' }).click();
		await page.getByRole('menuitem', { name: 'params.optimizer' }).click();
		await untilSeen(page, '[data-row^="group:"]');
		samples.group.push(performance.now() - grouped);
	}
	const sorted = samples.scroll.toSorted((one, other) => one - other);
	const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
	return [
		{ name: 'first rows', unit: 'ms', samples: samples.first, target: { atMost: 1_000 } },
		{ name: 'an order', unit: 'ms', samples: samples.order, target: { atMost: 300 } },
		{ name: 'a filter', unit: 'ms', samples: samples.filter, target: { atMost: 300 } },
		{ name: 'groups by a param', unit: 'ms', samples: samples.group },
		{ name: `scrolling ${ROWS_SCROLLED[size]} rows: tasks`, unit: 'ms', samples: samples.scroll },
		{ name: '... 95th percentile', unit: 'ms', samples: [p95], target: { atMost: 50 } },
		{
			name: 'JavaScript until the first rows, gzip',
			unit: 'MiB',
			samples: weights.map(({ rows }) => rows),
			target: { atMost: FIRST_PAGE_KIB_MAX / 1024 },
		},
		{ name: '... with the charts above them', unit: 'MiB', samples: weights.map(({ whole }) => whole) },
	];
}

export const measurement: Measurement = {
	title: `The studio's list of ${RUNS.whole.toLocaleString('en')} runs and ${METRIC_NAMES} metric names, in Chromium`,
	run,
};
