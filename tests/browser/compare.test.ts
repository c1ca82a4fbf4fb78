/** Charts over runs and runs side by side in a real browser: added, changed, arranged; differences of values, code and logs. */
import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { closePanel, type Lab, logValues, openBrowser, sharedLab, startLab } from './studio-browser.ts';

const HOSTILE = '<img src=x onerror="document.title=1">';

/** The id of a snapshot with one script. */
async function keepSnapshot({ client }: Lab, source: string): Promise<string> {
	const content = Buffer.from(source);
	const sha256 = createHash('sha256').update(content).digest('hex');
	await client.call('uploadSnapshotContent', { params: { workspace: 'lab', sha256 }, body: content });
	const files = [{ path: 'train.py', sha256, sizeBytes: content.length }];
	return (await client.call('createSnapshot', { params: { workspace: 'lab' }, body: { files } })).id;
}

/** Three jobs of two optimizers that have run, each with code and a log of its own, and a live run. */
function startWorld(): Promise<Lab> {
	return startLab(async (lab) => {
		const { client, experimentId: experiment } = lab;
		const runs = [
			{ id: 'ada', optimizer: 'adam', mse: [9, 4, 1] },
			{ id: 'bob', optimizer: 'sgd', mse: [9, 6, 3] },
			{ id: 'cid', optimizer: 'adam', mse: [9, 5, 2] },
		];
		for (const { id, optimizer, mse } of runs) {
			const snapshotId = await keepSnapshot(lab, `rate = ${mse[1]}\nprint("using ${optimizer}")\n`);
			const definition = { script: 'train.py', snapshotId };
			await client.call('submitJob', { params: { experiment }, body: { id, displayName: id === 'cid' ? HOSTILE : id, definition } });
			await client.call('updateRun', { params: { run: id }, body: { params: { optimizer, seed: '1' } } });
			await logValues(lab, id, 'mse', mse);
			await client.call('defineMetric', { params: { run: id }, body: { name: 'mse', direction: 'minimize' } });
		}
		for (const { id } of runs) {
			const status = async () => (await client.call('getRun', { params: { run: id } })).status;
			await expect.poll(status).toBe('Completed');
		}
		await client.call('createRun', { params: { experiment }, body: { id: 'live', displayName: 'live' } });
		await logValues(lab, 'live', 'mse', [8, 7]);
	});
}

const world = sharedLab(startWorld);
const cards = (page: Page) => page.locator('[data-chart]').evaluateAll((all) => all.map((one) => one.getAttribute('data-chart')));

test('charts are added, changed, arranged and hidden runs left out; all of it stands in the address and moves while runs live', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.getByRole('img', { name: 'mse of 4 runs' }).waitFor();
	await page.getByRole('button', { name: 'Chart', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Scatter' }).click();
	await page.getByRole('combobox', { name: 'Across' }).click();
	await page.getByRole('option', { name: 'seed', exact: true }).click();
	await closePanel(page, 'Edit chart');
	await expect.poll(() => cards(page)).toEqual(['mse', 'mse over seed']);
	await page.getByRole('button', { name: 'Chart', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Boxes' }).click();
	await closePanel(page, 'Edit chart');
	await expect.poll(() => cards(page)).toEqual(['mse', 'mse over seed', 'mse by optimizer']);
	await page.locator('[data-chart="mse by optimizer"]').getByRole('button', { name: 'More' }).click();
	await page.getByRole('menuitem', { name: 'Move back' }).click();
	await expect.poll(() => cards(page)).toEqual(['mse', 'mse by optimizer', 'mse over seed']);
	await expect.poll(() => page.locator('[data-chart="mse over seed"] circle').count()).toBe(3);
	await page.locator('[data-row="bob"]').getByRole('button', { name: /Hide/ }).click();
	await expect.poll(() => page.locator('[data-chart="mse over seed"] circle').count()).toBe(2);
	await page.getByRole('img', { name: 'mse of 3 runs' }).waitFor();
	await page.keyboard.press('Control+z');
	await page.getByRole('img', { name: 'mse of 4 runs' }).waitFor();
	await page.keyboard.press('Control+Shift+Z');
	await page.getByRole('img', { name: 'mse of 3 runs' }).waitFor();
	await page.reload();
	await page.getByRole('img', { name: 'mse of 3 runs' }).waitFor();
	expect(await cards(page)).toEqual(['mse', 'mse by optimizer', 'mse over seed']);
	await lab.client.call('updateRun', { params: { run: 'live' }, body: { params: { optimizer: 'adam', seed: '2' } } });
	await logValues(lab, 'live', 'mse', [6], 2);
	await expect.poll(() => page.locator('[data-chart="mse over seed"] circle').count()).toBe(3);
	expect(browser.complaints).toEqual([]);
});

test('runs are compared: what differs, better or worse than the baseline, code and logs side by side', async () => {
	const lab = await world();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	for (const id of ['ada', 'bob', 'cid']) await page.locator(`[data-row="${id}"]`).getByRole('checkbox').click();
	await page.getByRole('button', { name: 'Compare' }).click();
	const row = (key: string) => page.locator(`[data-compare="${key}"]`).innerText();
	await page.locator('[data-compare="metrics.mse.last"]').waitFor();
	expect(await page.locator('[data-compare="params.seed"]').count()).toBe(0);
	await page.getByRole('button', { name: 'Make bob the baseline' }).click();
	await expect.poll(() => row('metrics.mse.last')).toMatch(/mse\s+3\s+(1\s+−2 better\s+2\s+−1 better|2\s+−1 better\s+1\s+−2 better)/);
	// All have completed: their status differs in nothing.
	const status = page.locator('[data-compare="run.status"]');
	expect(await status.count()).toBe(0);
	await page.getByRole('switch', { name: 'Only what differs' }).click();
	await page.locator('[data-compare="params.seed"]').waitFor();
	expect((await status.innerText()).split(/\s+/)).toEqual(['Status', 'Completed', 'Completed', 'Completed']);
	const rail = page.getByRole('navigation', { name: 'Workspace' });
	expect(await rail.getByRole('link', { name: 'Experiments' }).getAttribute('aria-current')).toBe('page');
	expect(await page.title()).toContain('Compare');
	await page.goto(`/w/lab/compare?runs=${encodeURIComponent('["ada","bob"]')}&tab=code`);
	await page.locator('[data-diff="changed"]').first().waitFor();
	expect(await page.locator('[data-diff="changed"]').first().innerText()).toMatch(/rate = 4\s*rate = 6/);
	await page.getByRole('tab', { name: 'Logs' }).click();
	await expect.poll(() => page.locator('[data-diff="changed"]').innerText()).toMatch(/using adam\s*using sgd/);
	await page.goto(`/w/lab/compare?runs=${encodeURIComponent('["ada","live"]')}`);
	await expect.poll(async () => (await status.innerText()).split(/\s+/)).toEqual(['Status', 'Completed', 'Running']);
	await page.goto(`/w/lab/compare?runs=${encodeURIComponent('["ada","nobody"]')}`);
	await page.getByText('lab has no run nobody').waitFor();
	await page.getByRole('button', { name: 'Leave it out' }).click();
	await expect.poll(() => new URL(page.url()).searchParams.get('runs')).toBe('["ada"]');
	expect(browser.complaints).toEqual([]);
});

test.each(['light', 'dark'] as const)('charts over runs and the comparison can be reached by all, %s', async (colours) => {
	const lab = await world();
	await using browser = await openBrowser(lab.url, { colorScheme: colours });
	const { page } = browser;
	const list = [
		{ id: 'a', kind: 'line', metric: 'mse', by: 'params.optimizer' },
		{ id: 'b', kind: 'scatter', x: 'params.optimizer', y: 'metrics.mse.min' },
		{ id: 'c', kind: 'bar', y: 'metrics.mse.last' },
		{ id: 'd', kind: 'box', y: 'metrics.mse.last', by: 'params.optimizer' },
		{ id: 'e', kind: 'parallel', columns: ['params.optimizer', 'metrics.mse.last'] },
	];
	await page.goto(`/w/lab/experiments?charts=${encodeURIComponent(JSON.stringify({ list }))}`);
	await page.getByRole('img', { name: 'mse of 3 groups' }).waitFor();
	expect(await violationsOf(page)).toEqual([]);
	await page.goto(`/w/lab/compare?runs=${encodeURIComponent('["ada","bob","cid"]')}`);
	await page.locator('[data-compare="metrics.mse.last"]').waitFor();
	expect(await violationsOf(page)).toEqual([]);
	expect(browser.complaints).toEqual([]);
});
