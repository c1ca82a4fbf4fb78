/** What opens above a page, such as menus and tooltips: the page stays visible behind it, and a choice is made with the mouse. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Lab, openBrowser, startLab } from './studio-browser.ts';

/** Runs `run-1` (live) and `run-2` (archived). */
function startWorld(): Promise<Lab> {
	return startLab(async (lab) => {
		for (const id of ['run-1', 'run-2'])
			await lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id, displayName: id } });
		await lab.client.call('changeRunStatus', { params: { run: 'run-2' }, body: { status: 'Completed' } });
		await lab.client.call('changeLifecycle', { params: { run: 'run-2' }, body: { lifecycle: 'archived' } });
	});
}

/** Whether the first row is what is seen, and met by the mouse, at its left end, where no menu reaches. */
function isPageVisible(page: Page): Promise<boolean> {
	return page
		.locator('[data-row]')
		.first()
		.evaluate((row) => {
			const { left, top, height } = row.getBoundingClientRect();
			return row.contains(row.ownerDocument.elementFromPoint(left + 4, top + height / 2));
		});
}

test('the page stays visible behind whatever opens above it', async () => {
	await using lab = await startWorld();
	await lab.client.call('createWorkspace', { body: { name: 'other' } });
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.locator('[data-row="run-1"]').waitFor();
	const expectVisible = async (what: string) => expect(await isPageVisible(page), `the page behind ${what}`).toBe(true);
	await expectVisible('nothing');

	await page.getByRole('button', { name: 'Columns' }).click();
	await page.getByRole('checkbox', { name: 'Submitted by' }).click();
	await expectVisible('the columns');
	await page.keyboard.press('Escape');
	await page.getByRole('columnheader', { name: 'Submitted by' }).waitFor();

	await page.getByRole('button', { name: 'Fold the menu' }).hover();
	await page.getByRole('tooltip', { name: 'Fold the menu' }).waitFor();
	await expectVisible('a tooltip');

	await page.getByRole('button', { name: 'More ways', exact: true }).click();
	await page.getByRole('menuitemradio', { name: 'Archived', exact: true }).waitFor();
	await expectVisible('the list of choices');
	await page.getByRole('menuitemradio', { name: 'Archived', exact: true }).click();
	await page.locator('[data-row="run-2"]').waitFor();
	expect(await page.locator('[data-row="run-1"]').count()).toBe(0);

	await page.getByRole('button', { name: 'Workspace lab' }).click();
	await page.getByRole('menuitemradio', { name: 'other' }).waitFor();
	await expectVisible('the workspaces');
	await page.getByRole('menuitemradio', { name: 'other' }).click();
	await expect.poll(() => new URL(page.url()).pathname).toBe('/w/other/experiments');
	await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
	expect(browser.complaints).toEqual([]);
});
