/** What does not fit is a press away, in a real browser: child runs beyond the first, a chart at full size, its values as a file. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { logValues, openBrowser, startLab } from './studio-browser.ts';

const CHILDREN = 250;
const BOTTOM = `document.querySelector('[role=treegrid]').parentElement.scrollTop = 1e6`;

test('child runs beyond the first are read on, and the tag of runs that were never on screen is taken back', async () => {
	await using lab = await startLab(async ({ client, experimentId: experiment }) => {
		await client.call('createRun', { params: { experiment }, body: { id: 'parent' } });
		const children = Array.from({ length: CHILDREN }, (_, index) => ({ id: `child-${index}` }));
		await client.call('createChildren', { params: { run: 'parent' }, body: { children } });
		await client.call('updateRun', { params: { run: 'child-3' }, body: { tags: { quality: 'before' } } });
	});
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.locator('[data-row="parent"]').getByRole('button', { name: 'Open' }).click();
	await page.locator('[data-row="child-0"]').waitFor();
	await page.evaluate(BOTTOM);
	await page.getByText('The first 200').waitFor();
	await page.getByRole('button', { name: 'Show more' }).click();
	await expect.poll(() => page.getByText('The first 200').count()).toBe(0);
	await page.evaluate(BOTTOM);
	await page.locator(`[data-row="child-${CHILDREN - 1}"]`).waitFor();
	expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);

	await page.goto('/w/lab/experiments?flat=true');
	await page.locator('[data-row^="child-"]').first().waitFor();
	await page.getByRole('checkbox', { name: 'Select all that are loaded' }).check();
	const chosen = page.getByRole('region', { name: 'Chosen runs' });
	await chosen.getByRole('button', { name: `Select all ${CHILDREN + 1} that match` }).click();
	await chosen.getByText(`${CHILDREN + 1} selected`).waitFor();
	await chosen.getByRole('button', { name: 'Tag' }).click();
	await page.getByRole('textbox', { name: 'Tag of the chosen runs' }).fill('quality = good');
	await page.keyboard.press('Enter');
	await page
		.getByText(`${CHILDREN + 1} runs tagged.`)
		.first()
		.waitFor();
	const tagsOf = async (run: string) => (await lab.client.call('getRun', { params: { run } })).tags;
	expect(await tagsOf('child-3')).toEqual({ quality: 'good' });
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect.poll(() => tagsOf('child-3')).toEqual({ quality: 'before' });
	await expect.poll(() => tagsOf('child-249')).toEqual({});
	expect(browser.complaints).toEqual([]);
});

test('a chart over runs goes to full size, and its values to a file', async () => {
	await using lab = await startLab(async (begun) => {
		for (const id of ['one', 'two']) {
			await begun.client.call('createRun', { params: { experiment: begun.experimentId }, body: { id, displayName: `run, ${id}` } });
			await logValues(begun, id, 'loss', id === 'one' ? [3, 2] : [5, 4]);
		}
	});
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.getByRole('button', { name: 'Show loss at full size' }).click();
	const full = page.getByRole('dialog', { name: 'loss at full size' });
	await full.locator('canvas').waitFor();
	const downloaded = page.waitForEvent('download');
	await full.getByRole('button', { name: 'CSV' }).click();
	const download = await downloaded;
	expect(download.suggestedFilename()).toBe('loss.csv');
	const rows = readFileSync(await download.path(), 'utf8')
		.trim()
		.split('\n');
	expect([rows[0], ...rows.slice(1).sort()]).toEqual([
		'run,name,step,last,min,max',
		'one,"run, one",0,3,3,3',
		'one,"run, one",1,2,2,2',
		'two,"run, two",0,5,5,5',
		'two,"run, two",1,4,4,4',
	]);
	await page.keyboard.press('Escape');
	await expect.poll(() => full.count()).toBe(0);
	expect(browser.complaints).toEqual([]);
});
