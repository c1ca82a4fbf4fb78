/** What is done in the rows of a list of runs in a real browser: edited in place, in the colours of the charts. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Lab, logValues, openBrowser, startLab } from './studio-browser.ts';

const COLUMNS = `columns=${encodeURIComponent(JSON.stringify(['name', 'description', 'tags', 'metrics.mse.last']))}`;

function startWorld(): Promise<Lab> {
	return startLab(async (lab) => {
		for (const [index, displayName] of ['first', 'second'].entries()) {
			const run = `run-${index}`;
			await lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id: run, displayName, tags: { kept: 'x' } } });
			await logValues(lab, run, 'mse', [50, 40 - index]);
			await lab.client.call('changeRunStatus', { params: { run }, body: { status: 'Completed' } });
		}
	});
}

const readRun = (lab: Lab, run: string) => lab.client.call('getRun', { params: { run } });
const row = (page: Page, run: string) => page.locator(`[data-row="${run}"]`);

test('a name, a description and tags are changed in their row, and taken back', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto(`/w/lab/experiments?${COLUMNS}`);
	await row(page, 'run-0').focus();
	await page.keyboard.press('F2');
	const name = page.getByRole('textbox', { name: 'name', exact: true });
	expect(await name.inputValue()).toBe('first');
	await page.keyboard.type('not kept');
	await page.keyboard.press('Escape');
	await row(page, 'run-0').getByRole('link', { name: 'first' }).waitFor();
	expect((await readRun(lab, 'run-0')).displayName).toBe('first');

	await page.keyboard.press('F2');
	await page.keyboard.type('the better one');
	await page.keyboard.press('Enter');
	await row(page, 'run-0').getByRole('link', { name: 'the better one' }).waitFor();
	expect((await readRun(lab, 'run-0')).displayName).toBe('the better one');
	await page.locator('[data-row="run-0"]:focus').waitFor();
	await page.getByRole('button', { name: 'Undo' }).click();
	await row(page, 'run-0').getByRole('link', { name: 'first' }).waitFor();

	await row(page, 'run-1').hover();
	await page.getByRole('button', { name: 'Edit the description of second' }).click();
	await page.getByRole('textbox', { name: 'description', exact: true }).fill('a longer training');
	await page.keyboard.press('Enter');
	await row(page, 'run-1').getByText('a longer training').waitFor();
	expect((await readRun(lab, 'run-1')).description).toBe('a longer training');

	// The row has the focus again when its field is gone.
	await page.locator('[data-row="run-1"]:focus').waitFor();
	await page.getByRole('button', { name: 'Edit the tags of second' }).focus();
	await page.keyboard.press('Enter');
	await page.getByRole('textbox', { name: 'Add a tag' }).fill('quality = good');
	await page.keyboard.press('Enter');
	await row(page, 'run-1').getByText('quality: good').waitFor();
	await page.keyboard.press('Escape');
	expect((await readRun(lab, 'run-1')).tags).toEqual({ kept: 'x', quality: 'good' });
	await page.getByRole('button', { name: 'Undo' }).last().click();
	await expect.poll(async () => (await readRun(lab, 'run-1')).tags).toEqual({ kept: 'x' });
	expect(browser.complaints).toEqual([]);
});

test('an edit that is refused says so where it is, and keeps what was typed', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto(`/w/lab/experiments?${COLUMNS}`);
	await row(page, 'run-0').focus();
	await page.keyboard.press('F2');
	await page.context().setOffline(true);
	await page.keyboard.type('typed');
	await page.keyboard.press('Enter');
	await page.getByRole('alert').getByText('The server does not answer.').waitFor();
	expect(await page.getByRole('textbox', { name: 'name', exact: true }).inputValue()).toBe('typed');
	await page.context().setOffline(false);
	await page.getByRole('textbox', { name: 'name', exact: true }).press('Enter');
	await expect.poll(async () => (await readRun(lab, 'run-0')).displayName).toBe('typed');
});

test('the eye of a row has the colour of its line', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto(`/w/lab/experiments?${COLUMNS}`);
	const legend = page.getByRole('list', { name: 'Lines' }).first();
	await legend.getByText('second').waitFor();
	const colourOf = (place: Locator) => place.locator('svg > line').getAttribute('stroke');
	const colours: (string | null)[] = [];
	for (const name of ['second', 'first']) {
		const ofLine = await colourOf(legend.getByTitle(name, { exact: true }));
		expect(await colourOf(page.getByRole('button', { name: `Hide ${name} from charts` }))).toBe(ofLine);
		colours.push(ofLine);
	}
	expect(colours).not.toContain(null);
	expect(new Set(colours).size).toBe(2);
	// Neither another order nor being drawn alone changes the colour of a run.
	const first = page.getByRole('button', { name: 'Hide first from charts' });
	await page.getByRole('button', { name: 'mse', exact: true }).click();
	await expect.poll(() => legend.getByRole('listitem').allTextContents()).toEqual(['first', 'second']);
	await expect.poll(() => colourOf(first)).toBe(colours[1]);
	await page.getByRole('checkbox', { name: 'Select first', exact: true }).check();
	await expect.poll(() => legend.getByRole('listitem').allTextContents()).toEqual(['first']);
	expect(await colourOf(first)).toBe(colours[1]);
	expect(await colourOf(legend.getByTitle('first', { exact: true }))).toBe(colours[1]);
	expect(browser.complaints).toEqual([]);
});

/** A thousand runs are changed in one transaction. */
const MANY_CHANGED_MS = 60_000;

test('all that match are chosen, not only those that are loaded, and children come back to what they were', {
	timeout: MANY_CHANGED_MS * 3,
}, async () => {
	await using lab = await startWorld();
	const ids = Array.from({ length: 1_150 }, (_, index) => `many-${index}`);
	await lab.client.call('createChildren', { params: { run: 'run-0' }, body: { children: ids.slice(0, 1_000).map((id) => ({ id })) } });
	await lab.client.call('createChildren', { params: { run: 'run-0' }, body: { children: ids.slice(1_000).map((id) => ({ id })) } });
	await lab.client.call('changeLifecycle', { params: { run: 'many-7' }, body: { lifecycle: 'archived' } });
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const chosen = page.getByRole('region', { name: 'Chosen runs' });
	const count = async (lifecycle: 'active' | 'archived') =>
		(await lab.client.call('summarizeRuns', { params: { workspace: 'lab' }, body: { lifecycle } })).runCount;
	await page.goto(`/w/lab/experiments?flat=true&${COLUMNS}`);
	await page.locator('[data-row^="many-"]').first().waitFor();
	await page.getByRole('checkbox', { name: 'Select all that are loaded' }).check();

	await chosen.getByRole('button', { name: 'Select all 1,151 that match' }).click();
	await chosen.getByText('1,151 selected').waitFor();
	await chosen.getByRole('button', { name: 'Archive' }).click();
	await page.getByText('1,151 runs archived.').first().waitFor({ timeout: MANY_CHANGED_MS });
	expect(await count('active')).toBe(0);
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect.poll(() => count('active'), { timeout: MANY_CHANGED_MS }).toBe(1_151);
	expect(await count('archived')).toBe(1);
	expect((await lab.client.call('getRun', { params: { run: 'many-7' } })).lifecycle).toBe('archived');
	expect(browser.complaints).toEqual([]);
});
