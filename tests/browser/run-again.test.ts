/** A run's page in a real browser: what became of it, running it again, its pictures, its charts at full size, and that everybody can use it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { type Lab, logValues, openBrowser, sharedLab, startLab } from './studio-browser.ts';

const createRun = (lab: Lab, id = 'run-1') => lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id } });

test('a job is submitted again with other arguments, its secret kept, and tells each change of its status', async () => {
	await using lab = await startLab();
	const { runId } = await lab.client.call('submitJob', {
		params: { experiment: lab.experimentId },
		body: {
			displayName: 'first try',
			definition: { command: ['sleep'], arguments: ['0.1'], environmentVariables: { API_TOKEN: 'hunter2', SEED: '1' } },
		},
	});
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto(`/w/lab/runs/${runId}?tab=details`);
	await page.locator('header [data-status="Completed"]').waitFor();
	const changes = page.getByRole('list', { name: 'Status changes' });
	for (const status of ['Queued', 'Preparing', 'Running', 'Completed']) await changes.locator(`[data-status="${status}"]`).waitFor();
	expect(await page.getByText('hunter2').count()).toBe(0);
	await page.getByText('••••••••').waitFor();

	await page.getByRole('button', { name: 'Re-submit…' }).click();
	const form = page.getByRole('region', { name: 'Submit again' });
	await form.getByLabel('Name', { exact: true }).fill('second try');
	await form.getByLabel('Arguments').fill('0.2');
	await form.getByLabel('Environment variables').fill('API_TOKEN=[redacted]\nSEED');
	await form.getByText('“SEED” is no variable').waitFor();
	await form.getByLabel('Environment variables').fill('API_TOKEN=[redacted]\nSEED=2');
	await form.getByRole('button', { name: 'Submit' }).click();
	await page.getByRole('heading', { name: 'second try' }).waitFor();
	const again = new URL(page.url()).pathname.split('/').at(-1) ?? '';
	expect(again).not.toBe(runId);
	expect((await lab.client.call('getRun', { params: { run: again } })).job).toMatchObject({
		command: ['sleep'],
		arguments: ['0.2'],
		environmentVariables: { API_TOKEN: '[redacted]', SEED: '2' },
	});
	await page.locator('header [data-status="Completed"]').waitFor();
	expect(browser.complaints).toEqual([]);
});

test('a chart goes to full size at a double press, is downloaded, and goes back at Esc; NaN is a gap and said', async () => {
	await using lab = await startLab();
	await createRun(lab);
	await logValues(
		lab,
		'run-1',
		'loss',
		[3, Number.NaN, 1].map((value) => (Number.isNaN(value) ? ({ number: 'NaN' } as never) : value)),
	);
	await logValues(lab, 'run-1', 'broken', [{ number: 'NaN' } as never, { number: 'NaN' } as never]);
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1');
	await page.locator('[data-chart="broken"]').getByText('None of the 2 values is a number').waitFor();
	await page.locator('[data-chart="loss"]').getByText('1 value is NaN: a gap').waitFor();
	await page.locator('[data-chart="loss"] .u-over').dblclick();
	const full = page.getByRole('dialog', { name: 'loss at full size' });
	await full.getByRole('img', { name: 'loss: 3 points, last 1' }).waitFor();
	expect(new URL(page.url()).searchParams.get('full')).toBe('loss');
	const [download] = await Promise.all([page.waitForEvent('download'), full.getByRole('button', { name: 'CSV' }).click()]);
	const rows = readFileSync(await download.path(), 'utf8')
		.trimEnd()
		.split('\n');
	expect(rows.map((row) => row.replace(/\d{4}-[^,]+Z/, 'TIME'))).toEqual(['step,time,loss', '0,TIME,3', '1,TIME,NaN', '2,TIME,1']);
	await page.keyboard.press('Escape');
	await full.waitFor({ state: 'detached' });
	expect(new URL(page.url()).searchParams.get('full')).toBeNull();
	expect(browser.complaints).toEqual([]);
});

test('pictures of all series move with one slider', async () => {
	await using lab = await startLab();
	await createRun(lab);
	for (const step of [0, 10, 20]) {
		const path = `images/${step}.svg`;
		await lab.client.call('writeRunFile', {
			params: { run: 'run-1', '*': path },
			body: `<svg xmlns="http://www.w3.org/2000/svg" width="${step + 10}" height="9"/>`,
			headers: { 'content-type': 'image/svg+xml' },
		});
		await lab.client.call('logMetrics', {
			params: { run: 'run-1' },
			body: {
				series: [{ name: 'samples', kind: 'image', steps: [step], times: [1e6 + step], columns: [{ name: 'samples', values: [path] }] }],
			},
		});
	}
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1?tab=images');
	await page.getByRole('img', { name: 'samples at step 20' }).waitFor();
	await page.getByLabel('Step').focus();
	await page.keyboard.press('ArrowLeft');
	await page.getByRole('img', { name: 'samples at step 10' }).waitFor();
	expect(browser.complaints).toEqual([]);
});

test('pictures that MLflow logged by key and step are looked through, and those that come are shown', async () => {
	await using lab = await startLab();
	await createRun(lab);
	const write = (step: number) =>
		lab.client.call('writeRunFile', {
			params: { run: 'run-1', '*': `images/val~mask+step+${step}+timestamp+${step}+id-${step}.svg` },
			body: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
			headers: { 'content-type': 'image/svg+xml' },
		});
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1?tab=images');
	await page.getByRole('heading', { name: 'No images yet' }).waitFor();
	for (const step of [0, 5]) await write(step);
	await page.getByRole('img', { name: 'val/mask at step 5' }).waitFor();
	await page.getByLabel('Step').focus();
	await page.keyboard.press('ArrowLeft');
	await page.getByRole('img', { name: 'val/mask at step 0' }).waitFor();
	await page.keyboard.press('ArrowRight');
	await write(9);
	const shown = page.getByRole('img', { name: 'val/mask at step 9' });
	await expect.poll(() => shown.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(9);
	expect(browser.complaints).toEqual([]);
});

test('child runs are opened level by level and ordered', async () => {
	await using lab = await startLab();
	await createRun(lab);
	const [child] = (
		await lab.client.call('createChildren', {
			params: { run: 'run-1' },
			body: {
				children: [
					{ id: 'child-a', displayName: 'a' },
					{ id: 'child-b', displayName: 'b' },
				],
			},
		})
	).runs;
	await lab.client.call('createChildren', {
		params: { run: child?.id ?? '' },
		body: { children: [{ id: 'fold-1', displayName: 'fold 1' }] },
	});
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1?tab=children');
	await page.locator('[data-row="child-a"]').waitFor();
	expect(await page.locator('[data-row="fold-1"]').count()).toBe(0);
	await page.locator('[data-toggle="child-a"]').click();
	await page.locator('[data-row="fold-1"]').waitFor();
	await page.getByRole('button', { name: 'Run', exact: true }).click();
	await expect
		.poll(() => page.locator('[data-row^="child"]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row'))))
		.toEqual(['child-b', 'child-a']);
	expect(browser.complaints).toEqual([]);
});

const wholeRun = sharedLab(() =>
	startLab(async (lab) => {
		await createRun(lab);
		await logValues(lab, 'run-1', 'train/loss', [3, 2, 1]);
		const log = 'INFO begins\nWARNING the loss is large\nERROR no data\n';
		await lab.client.call('appendLog', {
			params: { run: 'run-1', '*': 'azureml-logs/70_driver_log.txt' },
			query: { offset: 0 },
			body: log,
		});
		await lab.client.call('writeRunFile', {
			params: { run: 'run-1', '*': 'train.py' },
			body: 'import os  # for nothing\nclass A:\n    def f(self): return "x" + str(1)\n',
		});
		await lab.client.call('createChildren', { params: { run: 'run-1' }, body: { children: [{ id: 'child-a' }] } });
	}),
);

test.each(['light', 'dark'] as const)('the page of a run keeps to WCAG 2.1 AA in %s', async (scheme) => {
	const lab = await wholeRun();
	await using browser = await openBrowser(lab.url, { colorScheme: scheme });
	const { page } = browser;
	const found: string[] = [];
	for (const [search, ready] of [
		['', '[data-chart] canvas'],
		['?tab=details', 'ol li'],
		['?tab=images', 'h2'],
		['?tab=children', '[data-row]'],
		['?tab=files&q=loss', 'mark'],
		['?tab=files&level=warning&only=true', '[data-index]'],
		['?tab=files&file=train.py', '.hljs-keyword'],
		['?tab=snapshot', 'h2'],
		['?tab=monitoring', 'h2'],
		['?tab=raw', 'pre'],
	] as const) {
		await page.goto(`/w/lab/runs/run-1${search}`);
		await page.locator(ready).first().waitFor();
		found.push(...(await violationsOf(page)).map((violation) => `${search} ${violation}`));
	}
	expect(found).toEqual([]);
});

test('at the width of a phone nothing leaves the page at its side', async () => {
	await using lab = await startLab();
	await createRun(lab);
	await logValues(lab, 'run-1', 'train/loss', [3, 2, 1]);
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.setViewportSize({ width: 390, height: 844 });
	for (const search of ['', '?tab=details', '?tab=files', '?tab=monitoring']) {
		await page.goto(`/w/lab/runs/run-1${search}`);
		await page.getByRole('tabpanel').waitFor();
		const box = await page.getByRole('button', { name: 'Cancel' }).boundingBox();
		// What can be done stands on one line.
		expect(Math.round(box?.y ?? 0), search).toBe(Math.round((await page.getByRole('button', { name: 'Share' }).boundingBox())?.y ?? -1));
		expect((box?.x ?? 999) + (box?.width ?? 999), search).toBeLessThanOrEqual(390);
		expect(await page.evaluate('document.documentElement.scrollWidth'), search).toBeLessThanOrEqual(390);
		// All of the width is the page's: the menu comes when it is asked for.
		expect((await page.locator('main').boundingBox())?.width, search).toBe(390);
	}
	const menu = page.getByRole('navigation', { name: 'Workspace' });
	expect(await menu.count()).toBe(0);
	await page.getByRole('button', { name: 'Open the menu' }).click();
	await menu.getByText('Experiments').waitFor();
	expect(await violationsOf(page)).toEqual([]);
	await page.getByRole('button', { name: 'Close the menu' }).click({ position: { x: 380, y: 400 } });
	await menu.waitFor({ state: 'detached' });
	await page.getByRole('button', { name: 'Open the menu' }).click();
	await menu.getByRole('link', { name: 'Experiments' }).click();
	await page.locator('[data-row="run-1"]').waitFor();
	expect(await menu.count()).toBe(0);
	expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
	expect(browser.complaints).toEqual([]);
});
