/** What the shell offers on every page, in a real browser: the palette, the keys, notices, the zone of times, high contrast, environments. */
import { expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { type Lab, openBrowser, startLab } from './studio-browser.ts';

const createRun = (lab: Lab, id: string, displayName: string) =>
	lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id, displayName } });

test('the palette leads to runs by name, id and number, to pages, and does what the page can do', async () => {
	await using lab = await startLab();
	await createRun(lab, 'run-1', 'alpha sweep');
	await createRun(lab, 'run-2', 'beta');
	await lab.client.call('createModel', { params: { workspace: 'lab' }, body: { name: 'wine-forest' } });
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/compute');
	const field = page.getByRole('combobox', { name: 'Search everything' });
	const find = async (typed: string, option: RegExp) => {
		await page.locator('main').waitFor();
		await page.keyboard.press('Control+k');
		await field.fill(typed);
		await page.getByRole('option', { name: option }).and(page.locator('[aria-selected=true]')).waitFor();
		await page.keyboard.press('Enter');
		await field.waitFor({ state: 'detached' });
	};
	await find('alpha', /alpha sweep/);
	await page.getByRole('heading', { name: 'alpha sweep' }).waitFor();
	await find('cancel', /Cancel the run/);
	await page.locator('button:focus', { hasText: 'Cancel the run' }).waitFor();
	await page.keyboard.press('Enter');
	await expect.poll(async () => (await lab.client.call('getRun', { params: { run: 'run-1' } })).status).toMatch(/^Cancel/);
	await find('run-2', /beta/);
	await page.getByRole('heading', { name: 'beta' }).waitFor();
	await find('#1', /alpha sweep/);
	await page.getByRole('heading', { name: 'alpha sweep' }).waitFor();
	await find('ridge', /ridge/);
	await page.getByRole('heading', { name: 'ridge' }).waitFor();
	await find('environments', /Environments/);
	await page.getByRole('heading', { name: 'Environments' }).waitFor();
	await find('diag', /Monitor: diagnostics/);
	await page.getByRole('heading', { name: 'Diagnostic' }).first().waitFor();
	await find('FOREST', /wine-forest/);
	await page.getByRole('heading', { name: 'wine-forest' }).waitFor();
	await find('theme dark', /dark/);
	expect(browser.complaints).toEqual([]);
});

test('a palette that finds nothing says so, takes anything that is typed, and gives the focus back', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/compute');
	await page.getByRole('button', { name: 'Search everything' }).click();
	await page.getByRole('combobox', { name: 'Search everything' }).fill(`o'clock <script>"%\\`);
	await page.getByText('Nothing is called').waitFor();
	expect(await violationsOf(page)).toEqual([]);
	await page.keyboard.press('Escape');
	await expect.poll(() => page.locator(':focus').getAttribute('aria-label')).toBe('Search everything');
	await page.locator('main').focus();
	await page.keyboard.press('/');
	await page.getByRole('combobox', { name: 'Search everything' }).waitFor();
	expect(browser.complaints).toEqual([]);
});

test('the map of the keys opens with its own', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.getByLabel('Filter runs').waitFor();
	await page.keyboard.press('?');
	const map = page.getByRole('dialog', { name: 'Keyboard map' });
	await map.getByText('To the row before or after').waitFor();
	expect(await violationsOf(page)).toEqual([]);
	await page.keyboard.press('Escape');
	await map.waitFor({ state: 'detached' });
	await page.keyboard.press('/');
	await page.keyboard.press('?');
	expect(await map.count()).toBe(0);
	expect(browser.complaints).toEqual([]);
});

test('a run that ends while one looks elsewhere is told of, unless one wants none of it', async () => {
	await using lab = await startLab();
	await createRun(lab, 'run-1', 'first');
	await createRun(lab, 'run-2', 'second');
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const complete = (run: string) => lab.client.call('changeRunStatus', { params: { run }, body: { status: 'Completed' } });
	await page.goto('/w/lab/compute');
	await page.locator('[data-live="connected"]').waitFor();
	await complete('run-1');
	// A screen reader is told of it, too, from a place of its own.
	await page.getByText('first completed').first().waitFor();
	await page.getByRole('link', { name: 'See the run' }).click();
	await page.getByRole('heading', { name: 'first' }).waitFor();
	await page.locator('[data-live="connected"]').waitFor();
	await page.getByRole('button', { name: 'Preferences' }).click();
	await page.getByRole('menuitemradio', { name: 'None' }).click();
	await complete('run-2');
	await page.getByRole('link', { name: 'Experiments' }).first().click();
	await page.locator('[data-row="run-2"]').getByText('Completed').waitFor();
	expect(await page.getByText('second completed').count()).toBe(0);
});

test('the zone of times is chosen and kept', async () => {
	await using lab = await startLab();
	await createRun(lab, 'run-1', 'one');
	await using browser = await openBrowser(lab.url, { timezoneId: 'Asia/Tokyo' });
	const { page } = browser;
	const started = () => page.locator('header time').first().getAttribute('title');
	const heading = page.getByRole('heading', { name: 'one' });
	await page.goto('/w/lab/runs/run-1');
	await heading.waitFor();
	await expect.poll(started).toContain('GMT+9');
	await page.getByRole('button', { name: 'Preferences' }).click();
	await page.getByRole('menuitemradio', { name: 'UTC' }).click();
	await expect.poll(started).toContain('UTC');
	await page.reload();
	await heading.waitFor();
	await expect.poll(started).toContain('UTC');
	expect(browser.complaints).toEqual([]);
});

test('high contrast is chosen by hand, and taken where the system has few colours', async () => {
	await using lab = await startLab();
	await createRun(lab, 'run-1', 'one');
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const background = () => page.evaluate(`getComputedStyle(document.querySelector('main')).backgroundColor`);
	for (const path of ['/w/lab/experiments', '/w/lab/runs/run-1', '/w/lab/compute', '/w/lab/environments']) {
		await page.goto(path);
		await page.getByRole('heading', { level: 1 }).waitFor();
		if (path.endsWith('experiments')) {
			await page.getByRole('button', { name: 'Theme' }).click();
			await page.getByRole('menuitemradio', { name: 'High contrast' }).click();
		}
		await expect.poll(background).toBe('rgb(0, 0, 0)');
		expect(await violationsOf(page)).toEqual([]);
	}
	expect(browser.complaints).toEqual([]);
});

test('an environment shows its versions and what each is made of', async () => {
	await using lab = await startLab();
	const register = (pipRequirements: string[]) =>
		lab.client.call('registerEnvironment', {
			params: { workspace: 'lab' },
			body: { name: 'trees', description: 'For forests', specification: { pythonVersion: '3.11', pipRequirements } },
		});
	await register(['scikit-learn==1.5.0']);
	await register(['scikit-learn==1.6.0']);
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/environments');
	await page.getByRole('link', { name: 'trees' }).click();
	await page.getByText('scikit-learn==1.6.0').waitFor();
	await page.getByRole('combobox', { name: 'Version' }).click();
	await page.getByRole('option', { name: 'Version 1' }).click();
	await page.getByText('scikit-learn==1.5.0').waitFor();
	expect(new URL(page.url()).search).toBe('?version=1');
	expect(await violationsOf(page)).toEqual([]);
	await page.goto('/w/lab/environments/trees?version=7');
	await page.getByRole('heading', { name: 'There is no version 7' }).waitFor();
	expect(browser.complaints).toEqual([]);
});
