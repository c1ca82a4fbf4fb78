/** Registered models in a real browser: from none to one that a run made, its versions, and the ways there and back by keyboard. */
import { expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { openBrowser, startLab } from './studio-browser.ts';

test.each(['light', 'dark'] as const)(
	'models are found, shown with their versions, and lead to their runs and back, %s',
	async (colorScheme) => {
		await using lab = await startLab();
		await using browser = await openBrowser(lab.url, { colorScheme });
		const { page } = browser;
		const { client, experimentId: experiment } = lab;
		const params = { workspace: 'lab' };
		await page.goto('/w/lab/models');
		await page.getByRole('heading', { name: 'No models yet' }).waitFor();
		expect(await violationsOf(page)).toEqual([]);

		await client.call('createRun', { params: { experiment }, body: { id: 'maker', displayName: 'the maker' } });
		await client.call('writeRunFile', { params: { run: 'maker', '*': 'outputs/model.pkl' }, body: 'weights' });
		const ridge = { ...params, model: 'ridge' };
		await client.call('createModel', { params, body: { name: 'ridge', description: 'Of Tikhonov', tags: { team: 'vision' } } });
		for (const description of ['the first', 'the second'])
			await client.call('registerModel', { params: ridge, body: { source: { runId: 'maker', path: 'outputs/model.pkl' }, description } });
		await client.call('setModelAlias', { params: { ...ridge, alias: 'champion' }, body: { version: 1 } });
		await client.call('updateModelVersion', { params: { ...ridge, version: '2' }, body: { stage: 'Staging' } });
		await client.call('createModel', { params, body: { name: 'lasso' } });

		await page.reload();
		const row = page.getByRole('row').filter({ hasText: 'ridge' });
		await row.getByText('champion: 1').waitFor();
		expect(await violationsOf(page)).toEqual([]);
		await page.getByLabel('Find models by name').fill('RID');
		await page.getByRole('link', { name: 'lasso' }).waitFor({ state: 'detached' });
		await page.getByLabel('Find models by name').fill('nothing');
		await page.getByRole('heading', { name: 'No model has "nothing" in its name' }).waitFor();
		await page.getByLabel('Find models by name').fill('');

		await page.getByRole('link', { name: 'ridge', exact: true }).focus();
		await page.keyboard.press('Enter');
		await page.getByRole('heading', { name: 'ridge', level: 1 }).waitFor();
		await page.getByText('Of Tikhonov').waitFor();
		const first = page.getByRole('row').filter({ hasText: 'the first' });
		await first.getByText('champion').waitFor();
		await page.getByRole('row').filter({ hasText: 'the second' }).getByText('Staging').waitFor();
		expect(await violationsOf(page)).toEqual([]);

		await first.getByRole('link', { name: 'maker' }).click();
		await page.getByRole('heading', { name: 'the maker', level: 1 }).waitFor();
		await page.goto('/w/lab/runs/maker?tab=details');
		await page.getByRole('link', { name: 'ridge, version 1' }).click();
		await page.getByRole('heading', { name: 'ridge', level: 1 }).waitFor();
		expect(browser.complaints).toEqual([]);
	},
);

test('a model that is not there is said', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	await browser.page.goto('/w/lab/models/nowhere');
	await browser.page
		.getByText(/nowhere/)
		.first()
		.waitFor();
	await browser.page.getByRole('button', { name: 'Try again' }).waitFor();
});
