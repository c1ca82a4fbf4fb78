/**
 * `npm run images`: takes the pictures of docs/images, in light and dark, from a server of its own with real runs.
 *
 * `npm run images -- --keep FOLDER` writes them elsewhere.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Client } from '@runstead/client';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../tests/support/chromium.ts';
import { startServerProcess, temporaryFolder } from '../tests/support/server-process.ts';
import { ROOT, runProgram } from './run-program.ts';
import { dim, print } from './terminal.ts';

const WORKSPACE = 'research';
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** The live run has logged enough to show a line, and the cluster has its nodes. */
const LIVE_POINTS = 40;
const WAIT_MAX_MS = 120_000;
const POLL_MS = 500;
const SETTLE_MS = 2_500;

interface World {
	readonly sweep: readonly string[];
	readonly done: string;
	readonly live: string;
}

interface Picture {
	readonly name: string;
	readonly path: string;
	/** There when everything is drawn. */
	readonly ready: string;
	readonly size?: typeof DESK;
}

function picturesOf({ sweep, done, live }: World): Picture[] {
	const at = (path: string) => `/w/${WORKSPACE}/${path}`;
	const charts = JSON.stringify({
		list: [
			{ id: 'a', kind: 'line', metric: 'mse', logY: true },
			{ id: 'b', kind: 'line', metric: 'train/loss', by: 'params.batch', smoothing: 0.8, logY: true },
			{ id: 'c', kind: 'parallel', columns: ['params.batch', 'params.rate', 'params.penalty', 'metrics.mse.min'] },
		],
	});
	const columns = JSON.stringify([
		'name',
		'status',
		'started',
		'params.batch',
		'params.rate',
		'params.penalty',
		'metrics.mse.min',
		'spark',
		'tags',
	]);
	const filter = "experimentName = 'diabetes-sgd'";
	const search = new URLSearchParams({ filter, charts, columns, spark: 'mse', order: 'metrics.mse.min', ascending: 'true' });
	return [
		{ name: 'experiments', path: at(`experiments?${search}`), ready: '[data-chart] svg circle, [data-chart] svg path' },
		{ name: 'run-page', path: at(`runs/${live}?tab=metrics`), ready: '[data-chart] canvas' },
		{ name: 'logs', path: at(`runs/${done}?tab=files`), ready: '[data-following] [data-index]' },
		{ name: 'compare', path: at(`compare?${new URLSearchParams({ runs: JSON.stringify(sweep.slice(0, 4)) })}`), ready: '[data-compare]' },
		{ name: 'cluster', path: at('compute/cpu-cluster'), ready: '[data-row]' },
		{ name: 'phone', path: at(`runs/${live}?tab=metrics`), ready: '[data-chart] canvas', size: PHONE },
	];
}

async function take(browser: Browser, url: string, picture: Picture, colorScheme: 'light' | 'dark', folder: string): Promise<void> {
	const { name, path, ready, size = DESK } = picture;
	const context = await browser.newContext({ viewport: size, colorScheme, baseURL: url, deviceScaleFactor: 1 });
	const page = await context.newPage();
	await page.goto(path);
	await page.locator(ready).first().waitFor({ timeout: WAIT_MAX_MS });
	// What comes after the first of it: other charts, children, sparklines.
	await page.waitForTimeout(SETTLE_MS);
	await page.screenshot({ path: join(folder, colorScheme === 'light' ? `${name}.png` : `${name}-dark.png`), animations: 'disabled' });
	await context.close();
}

/** Until the live run has a line to show. @throws when it logs nothing. */
async function waitForPoints(client: Client, run: string): Promise<void> {
	const startedMs = performance.now();
	for (;;) {
		const { metrics } = await client.call('getRun', { params: { run } });
		if ((metrics.loss?.count ?? 0) >= LIVE_POINTS) return;
		if (performance.now() - startedMs > WAIT_MAX_MS) throw new Error('The live run logs nothing.');
		await new Promise((resolve) => setTimeout(resolve, POLL_MS));
	}
}

/** Jobs outlive their server: those that are still going are ended. */
async function endJobs(client: Client): Promise<void> {
	const { runs } = await client.call('searchRuns', { params: { workspace: WORKSPACE }, body: { filter: 'endTime is null' } });
	for (const { id } of runs) await client.call('cancelRun', { params: { run: id }, body: {} });
	const startedMs = performance.now();
	while (performance.now() - startedMs < WAIT_MAX_MS) {
		const { runs: left } = await client.call('searchRuns', { params: { workspace: WORKSPACE }, body: { filter: 'endTime is null' } });
		if (left.length === 0) return;
		await new Promise((resolve) => setTimeout(resolve, POLL_MS));
	}
}

const { values: options } = parseArgs({ options: { keep: { type: 'string', default: join(ROOT, 'docs', 'images') } } });
mkdirSync(options.keep, { recursive: true });
using folder = temporaryFolder('runstead-images-');
const server = await startServerProcess(folder.path);
try {
	await server.client.call('createWorkspace', { body: { name: WORKSPACE } });
	print(dim('Running what the images show'));
	const environment = { PYTHONPATH: join(ROOT, 'python'), RUNSTEAD_URL: server.url, RUNSTEAD_WORKSPACE: WORKSPACE };
	const filled = await runProgram(['python3', join(ROOT, 'scripts', 'images', 'world.py')], { environment });
	if (filled.exitCode !== 0) throw new Error(`The runs for the images failed:\n${filled.output}`);
	const world = JSON.parse(filled.output.trim().split('\n').at(-1) ?? '') as World;
	await waitForPoints(server.client, world.live);
	const browser = await launchChromium();
	for (const picture of picturesOf(world)) {
		for (const scheme of ['light', 'dark'] as const) await take(browser, server.url, picture, scheme, options.keep);
		print(dim(`  ${picture.name}`));
	}
	await browser.close();
} finally {
	await endJobs(server.client).catch(() => undefined);
	await server.stop();
}
