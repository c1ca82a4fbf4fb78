/** The list of runs in a real browser: what it shows, how it is filtered and ordered, and that it follows the server. */
import { expect, test } from 'vitest';
import { type Lab, logValues, openBrowser, startLab } from './studio-browser.ts';

/** Runs `alpha 0.1` (mse 30, completed), `alpha 0.2` (mse 10, failed) and `sweep` (live, with two child runs). */
function startWorld(): Promise<Lab> {
	return startLab(async (lab) => {
		const create = (id: string, displayName: string, parentId?: string) =>
			lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id, displayName, parentId } });
		await create('run-1', 'alpha 0.1');
		await logValues(lab, 'run-1', 'mse', [50, 30]);
		await lab.client.call('changeRunStatus', { params: { run: 'run-1' }, body: { status: 'Completed' } });
		await create('run-2', 'alpha 0.2');
		await logValues(lab, 'run-2', 'mse', [40, 10]);
		await lab.client.call('failRun', { params: { run: 'run-2' }, body: { errorDetails: 'the disk is full' } });
		await create('run-3', 'sweep');
		await create('run-3a', 'fold 1', 'run-3');
		await create('run-3b', 'fold 2', 'run-3');
	});
}

test('runs are listed newest first, ordered and filtered by the server, children under their parents', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const names = () => page.locator('[data-row] a:nth-of-type(1)').evaluateAll((links) => links.map((link) => link.textContent));
	const rows = page.locator('[data-row]');
	await page.goto('/');
	await expect.poll(() => page.url()).toBe(`${lab.url}/w/lab/experiments`);
	await rows.nth(2).waitFor();
	expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-row')))).toEqual(['run-3', 'run-2', 'run-1']);
	expect(await rows.locator('[data-status]').allTextContents()).toEqual(['Running', 'Failed', 'Completed']);

	await page.getByRole('button', { name: 'mse', exact: true }).click();
	await expect.poll(async () => (await names()).filter((name) => name?.startsWith('alpha'))).toEqual(['alpha 0.1', 'alpha 0.2']);
	await page.getByRole('button', { name: 'mse', exact: true }).click();
	await expect.poll(async () => (await names()).filter((name) => name?.startsWith('alpha'))).toEqual(['alpha 0.2', 'alpha 0.1']);
	expect(new URL(page.url()).searchParams.get('order')).toBe('metrics."mse".last');

	await page.keyboard.press('/');
	await page.keyboard.type("metrics.mse.min < 20 und status = 'Failed'");
	await page.keyboard.press('Enter');
	await page.getByRole('alert').filter({ hasText: 'expected "and", "or" or the end, found "und"' }).waitFor();
	expect(await page.getByRole('alert').locator('mark').textContent()).toBe('u');
	expect(await rows.count()).toBe(3);
	await page.getByLabel('Filter runs').fill('metrics.mse.min < 20 and status = "Failed"');
	expect(await page.getByRole('alert').count()).toBe(0);
	await page.keyboard.press('Enter');
	await expect.poll(() => rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-row')))).toEqual(['run-2']);
	await page.reload();
	await rows.first().waitFor();
	expect(await page.getByLabel('Filter runs').inputValue()).toBe('metrics.mse.min < 20 and status = "Failed"');
	await page.getByRole('button', { name: 'Clear the filter' }).click();

	await rows.nth(2).waitFor();
	const sweep = page.locator('[data-row="run-3"]');
	await sweep.focus();
	await page.keyboard.press('ArrowRight');
	await page.locator('[data-row="run-3b"]').waitFor();
	await page.keyboard.press('ArrowDown');
	await expect.poll(() => page.locator(':focus').getAttribute('data-row')).toBe('run-3a');
	await page.keyboard.press('Enter');
	await expect.poll(() => new URL(page.url()).pathname).toBe('/w/lab/runs/run-3a');
	expect(browser.complaints).toEqual([]);
});

test('the list follows the server without being asked', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	const status = (run: string) => page.locator(`[data-row="${run}"] [data-status]`);
	await status('run-3').filter({ hasText: 'Running' }).waitFor();
	await page.locator('[data-live="connected"]').waitFor();

	await lab.client.call('updateRun', { params: { run: 'run-3' }, body: { progress: { done: 3, total: 4 } } });
	await page.locator('[data-row="run-3"]').getByText('75 %').waitFor();
	await lab.client.call('changeRunStatus', { params: { run: 'run-3' }, body: { status: 'Completed' } });
	await status('run-3').filter({ hasText: 'Completed' }).waitFor();
	await lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id: 'run-4', displayName: 'late' } });
	await page.locator('[data-row="run-4"]').waitFor();
	await lab.client.call('changeRunStatus', { params: { run: 'run-4' }, body: { status: 'NotResponding' } });
	await status('run-4').filter({ hasText: 'Not responding' }).waitFor();

	await page.getByRole('tab', { name: 'All experiments' }).click();
	await page.getByRole('row', { name: /ridge/ }).getByText('3 active').waitFor();
	await page.getByRole('link', { name: 'ridge' }).click();
	await page.getByRole('heading', { name: 'ridge' }).waitFor();
	expect(browser.complaints).toEqual([]);
});

test('a list without runs says how to start one', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	await browser.page.goto('/w/lab/experiments');
	await browser.page.getByRole('heading', { name: 'No runs yet' }).waitFor();
	await browser.page.getByText(`RUNSTEAD_URL=${lab.url} RUNSTEAD_WORKSPACE=lab`).waitFor();
	await browser.page.getByText('Start one from Python. It appears here by itself, and its charts move while it logs.').waitFor();
	await browser.page.goto('/w/lab/experiments?filter=mse+%3C');
	await browser.page.getByRole('heading', { name: 'The filter cannot be read' }).waitFor();
	await browser.page.getByRole('button', { name: 'Show runs without it' }).click();
	await browser.page.getByRole('heading', { name: 'No runs yet' }).waitFor();
	expect(browser.complaints).toEqual([]);
});

test('child runs that a filter finds are told of, and shown among the others when asked', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const ids = () => page.locator('[data-row]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')));
	await page.goto("/w/lab/experiments?filter=displayName = 'fold 1'");
	await page.getByRole('heading', { name: 'No run matches' }).waitFor();
	await page.getByRole('status').getByText('1 child run matches').waitFor();
	await page.getByRole('button', { name: 'Show it' }).click();
	await expect.poll(ids).toEqual(['run-3a']);
	expect(new URL(page.url()).searchParams.get('flat')).toBe('true');
	expect(await page.getByText('child run matches').count()).toBe(0);
	await page.goto("/w/lab/experiments?filter=status = 'Running' or displayName = 'fold 2' or displayName = 'fold 1'");
	await page.getByText('2 child runs match too').waitFor();
	await page.getByRole('button', { name: 'Show them' }).click();
	await expect.poll(async () => (await ids()).toSorted()).toEqual(['run-3', 'run-3a', 'run-3b']);
	expect(browser.complaints).toEqual([]);
});

test('a metric of one value a run is drawn as bars, and becomes lines with the second', async () => {
	await using lab = await startWorld();
	for (const [run, value] of [
		['run-1', 0.25],
		['run-3', 0.75],
	] as const)
		await logValues(lab, run, 'training_score', [value]);
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const charts = JSON.stringify({ list: [{ id: 'a', kind: 'line', metric: 'training_score' }] });
	await page.goto(`/w/lab/experiments?charts=${encodeURIComponent(charts)}`);
	const bars = page.getByRole('region', { name: 'Charts' }).getByRole('listitem');
	await expect.poll(() => bars.allTextContents()).toEqual(['sweep0.75', 'alpha 0.10.25']);
	await logValues(lab, 'run-3', 'training_score', [0.5], 1);
	await page.getByRole('img', { name: 'training_score of 2 runs' }).waitFor();
	expect(browser.complaints).toEqual([]);
});
