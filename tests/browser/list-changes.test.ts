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
