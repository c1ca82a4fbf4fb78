/** Diagnostic settings in a real browser: one is made and tried, what it holds is shown, a bad destination is told, and one is deleted. */
import { expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { openBrowser, startLab } from './studio-browser.ts';

test('a diagnostic setting is made, tried, shown with what it holds, and deleted', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/monitor/diagnostic-settings');
	await page.getByRole('group', { name: 'Diagnostic setting log-analytics' }).getByText('the log tables').waitFor();
	await page.getByRole('button', { name: 'Add a setting' }).click();
	await page.getByText('Give it a name.').waitFor();
	await page.getByLabel('Name', { exact: true }).fill('keep');
	await page.getByText('Choose where to send it.').waitFor();
	await page.getByRole('combobox', { name: 'Archive' }).click();
	await page.getByRole('option', { name: 'Folder of the server' }).click();
	await page.getByLabel('Folder').fill('lab');
	await page.getByRole('button', { name: 'Save' }).click();
	const card = page.getByRole('group', { name: 'Diagnostic setting keep' });
	await card.getByText('folder lab').waitFor();
	await card.getByRole('button', { name: 'Test' }).click();
	await card.getByText(/Wrote a file in /).waitFor();
	await lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: {} });
	await card.getByText(/^Holds \d+ records/).waitFor();
	expect(await violationsOf(page)).toEqual([]);
	await card.getByRole('button', { name: 'Delete keep' }).click();
	await card.getByRole('button', { name: 'Delete', exact: true }).click();
	await card.waitFor({ state: 'detached' });
	expect(browser.complaints).toEqual([]);
});
