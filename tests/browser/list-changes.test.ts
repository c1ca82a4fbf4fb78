/** What follows when a list of runs is filtered: rows first, what is drawn of them after, and each thing once. */
import type { Request } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Lab, logValues, openBrowser, sharedLab, startLab } from './studio-browser.ts';

const lab = sharedLab(() =>
	startLab(async (world: Lab) => {
		for (const id of ['low', 'middle', 'high']) {
			await world.client.call('createRun', { params: { experiment: world.experimentId }, body: { id, displayName: `the ${id}` } });
			await logValues(world, id, 'loss', [3, 2, 1]);
			await world.client.call('changeRunStatus', { params: { run: id }, body: { status: 'Completed' } });
		}
	}),
);

/** Rows of the table come a hundred at a time; charts and columns ask for fewer. */
const isForRows = (request: Request) => request.url().endsWith('/runs/search') && request.postDataJSON().limit === 100;

test('charts wait for the rows of a filter, and nothing is read twice', async () => {
	const { url } = await lab();
	await using browser = await openBrowser(url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.locator('[data-chart="loss"] canvas').waitFor();
	await page.locator('[data-sparkline="low"]').waitFor();
	const asked: string[] = [];
	const rowsHeld = Promise.withResolvers<void>();
	const rowsAsked = Promise.withResolvers<void>();
	page.on('request', (request) => asked.push(`${new URL(request.url()).pathname} ${request.postData()}`));
	await page.route('**/runs/search', async (route) => {
		if (isForRows(route.request())) {
			rowsAsked.resolve();
			await rowsHeld.promise;
		}
		await route.continue();
	});
	await page.getByLabel('Filter runs').fill("name != 'none' and id != 'high'");
	await page.getByLabel('Filter runs').press('Enter');
	await rowsAsked.promise;
	await page.getByText('2 runs', { exact: true }).first().waitFor();
	const ofCharts = () => asked.filter((one) => one.includes('/metrics/lines'));
	expect(ofCharts()).toEqual([]);
	expect(await page.locator('[data-chart="loss"] canvas').count()).toBe(1);
	expect(await page.locator('[data-row="high"]').count()).toBe(1);
	rowsHeld.resolve();
	await page.locator('[data-row="high"]').waitFor({ state: 'detached' });
	await page.getByText('first 2 runs', { exact: true }).waitFor();
	await expect.poll(ofCharts).toHaveLength(1);
	expect(asked.filter((one, index) => asked.indexOf(one) !== index)).toEqual([]);
	expect(browser.complaints).toEqual([]);
});

test.each([
	['on a phone', { width: 390, height: 844 }],
	['in a low window', { width: 1280, height: 500 }],
])('%s the rows are in reach below the charts', async (_, size) => {
	const { url } = await lab();
	await using browser = await openBrowser(url);
	const { page } = browser;
	await page.setViewportSize(size);
	await page.goto('/w/lab/experiments');
	await page.locator('[data-chart="loss"] canvas').waitFor();
	const rows = page.getByRole('treegrid').locator('..');
	expect((await rows.boundingBox())?.height).toBeGreaterThanOrEqual(240);
	await page.mouse.move(size.width / 2, 200);
	await page.mouse.wheel(0, 5_000);
	await expect.poll(async () => ((await rows.boundingBox())?.y ?? size.height) + 240).toBeLessThanOrEqual(size.height);
	await page.getByRole('link', { name: 'the low', exact: true }).click();
	await page.getByRole('heading', { name: 'the low' }).waitFor();
	expect(browser.complaints).toEqual([]);
});

test('fewer charts than there is room for take all of it', async () => {
	const { url } = await lab();
	await using browser = await openBrowser(url);
	const { page } = browser;
	const list = [1, 2].map((id) => ({ id: `${id}`, kind: 'line', metric: 'loss' }));
	await page.goto(`/w/lab/experiments?${new URLSearchParams({ charts: JSON.stringify({ list }) })}`);
	const charts = page.locator('[data-chart="loss"]');
	await charts.nth(1).locator('canvas').waitFor();
	const room = await page.getByRole('region', { name: 'Charts' }).boundingBox();
	const last = await charts.nth(1).boundingBox();
	expect((room?.x ?? 0) + (room?.width ?? 0) - (last?.x ?? 0) - (last?.width ?? 0)).toBeLessThan(40);
});
