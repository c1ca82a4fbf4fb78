/** The studio as a whole in a real browser: themes, a server that goes away, addresses that lead nowhere, and what its page allows. */
import { expect, test } from 'vitest';
import { startServerProcess, temporaryFolder } from '../support/server-process.ts';
import { openBrowser, startLab } from './studio-browser.ts';

test('light and dark follow the system until one is chosen, which is kept', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url, { colorScheme: 'dark' });
	const { page } = browser;
	const brightness = () => page.evaluate(`Number(getComputedStyle(document.querySelector('main')).backgroundColor.match(/\\d+/)[0])`);
	await page.goto('/w/lab/experiments');
	await page.locator('main').waitFor();
	expect(await brightness()).toBeLessThan(80);
	await page.getByRole('button', { name: 'Theme' }).click();
	await page.getByRole('menuitemradio', { name: 'Light' }).click();
	await expect.poll(brightness).toBeGreaterThan(200);
	await page.reload();
	await page.locator('main').waitFor();
	expect(await brightness()).toBeGreaterThan(200);
	expect(browser.complaints).toEqual([]);
});

test('a server that goes away is said, and what happened meanwhile is shown when it is back', async () => {
	await using lab = await startLab();
	await lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id: 'run-1', displayName: 'before' } });
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.locator('[data-row="run-1"]').waitFor();
	await page.locator('[data-live="connected"]').waitFor();
	await lab.server.kill();
	await page.locator('[data-live="reconnecting"]').waitFor();
	expect(await page.locator('[data-row="run-1"]').isVisible()).toBe(true);

	await using back = await startServerProcess(lab.folder, { port: Number(new URL(lab.url).port) });
	await back.client.call('updateRun', { params: { run: 'run-1' }, body: { displayName: 'after' } });
	await page.locator('[data-live="connected"]').waitFor();
	await page.getByRole('link', { name: 'after' }).waitFor();
	await back.stop();
});

test('a page that was never opened is waited for while the server is away, and comes by itself', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.locator('[data-live="connected"]').waitFor();
	await page.evaluate('globalThis.isSamePage = true');
	await lab.server.kill();
	await page.locator('[data-live="reconnecting"]').waitFor();
	const rail = page.getByRole('navigation', { name: 'Workspace' });
	await rail.getByRole('link', { name: 'Models' }).click();
	await page.getByRole('heading', { name: 'The server does not answer' }).waitFor();
	await rail.getByRole('link', { name: 'Experiments' }).click();
	await page.getByLabel('Filter runs').waitFor();
	await rail.getByRole('link', { name: 'Models' }).click();

	await using back = await startServerProcess(lab.folder, { port: Number(new URL(lab.url).port) });
	await page.getByRole('heading', { name: 'Models', exact: true }).waitFor();
	expect(await page.evaluate('globalThis.isSamePage')).toBe(true);
	await back.stop();
});

test('the addresses that MLflow prints for a run and its experiment lead to their pages', async () => {
	await using lab = await startLab();
	await lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id: 'run-1' } });
	await using browser = await openBrowser(lab.url);
	await browser.page.goto(`/#/experiments/${lab.experimentId}/runs/run-1`);
	await browser.page.waitForURL('**/w/lab/runs/run-1**');
	// Another address behind the same `#` is not another document.
	await browser.page.goto('about:blank');
	await browser.page.goto(`/#/experiments/${lab.experimentId}`);
	await browser.page.waitForURL(`**/w/lab/experiments/${lab.experimentId}**`);
});

test('two tabs share one stream', async () => {
	await using lab = await startLab();
	await lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id: 'run-1', displayName: 'one' } });
	await using browser = await openBrowser(lab.url);
	const other = await browser.context.newPage();
	for (const page of [browser.page, other]) {
		await page.goto('/w/lab/runs/run-1');
		await page.locator('[data-live="connected"]').waitFor();
	}
	await lab.client.call('updateRun', { params: { run: 'run-1' }, body: { displayName: 'two' } });
	for (const page of [browser.page, other]) await page.getByRole('heading', { name: 'two' }).waitFor();
	await browser.page.close();
	await lab.client.call('updateRun', { params: { run: 'run-1' }, body: { displayName: 'three' } });
	await other.getByRole('heading', { name: 'three' }).waitFor();
	expect(browser.complaints).toEqual([]);
});

test('what is not there is said, with the way back', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/no-such-run');
	await page.getByText('There is no run no-such-run').waitFor();
	await page.getByRole('button', { name: 'Try again' }).waitFor();
	expect(await page.getByText('GET').count()).toBe(0);
	await page.getByRole('link', { name: 'See the runs of lab' }).click();
	await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
	await page.goto('/w/lab/runs');
	await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
	expect(new URL(page.url()).pathname).toBe('/w/lab/experiments');
	await page.goto('/w/lab/no/such/page');
	await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
	await page.getByRole('link', { name: 'See the runs of lab' }).click();
	await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
	expect((await page.goto('/no/such/page'))?.status()).toBe(404);
	await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
	expect((await fetch(`${lab.url}/no/such/page`)).headers.get('content-type')).toContain('json');
	await page.getByRole('link', { name: 'Go to the first workspace' }).click();
	await page.getByRole('heading', { name: 'Experiments' }).waitFor();
});

test('a workspace that is not there is said, with those there are', async () => {
	await using lab = await startLab();
	await lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id: 'run-1' } });
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	for (const path of ['/w/lap/runs/run-1', '/w/lap/runs/no-such-run', '/w/lap/experiments']) {
		await page.goto(path);
		await page.getByRole('heading', { name: 'There is no workspace lap' }).waitFor();
		expect(await page.getByText('There is no run').count()).toBe(0);
	}
	await page.getByRole('link', { name: 'lab' }).click();
	await page.locator('[data-row="run-1"]').waitFor();
});

test('the page runs no script and takes no style that was written into it', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.locator('main').waitFor();
	const applied = await page.evaluate(`(() => {
		const script = document.createElement('script');
		script.textContent = 'globalThis.wasRun = true';
		const style = document.createElement('style');
		style.textContent = 'main { display: none }';
		document.head.append(script, style);
		return { wasRun: globalThis.wasRun === true, display: getComputedStyle(document.querySelector('main')).display };
	})()`);
	expect(applied).toEqual({ wasRun: false, display: 'flex' });
	expect(browser.complaints.map((complaint) => /Content Security Policy directive '(\S+)/.exec(complaint)?.[1]).sort()).toEqual([
		'script-src',
		'style-src',
	]);
});

test('everything is reachable by keyboard', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.getByLabel('Filter runs').waitFor();
	await page.keyboard.press('Tab');
	await expect.poll(() => page.locator(':focus').textContent()).toBe('Skip to the page');
	await page.keyboard.press('Enter');
	await expect.poll(() => page.locator(':focus').evaluate((element) => element.tagName)).toBe('MAIN');
	await page.keyboard.press('/');
	await expect.poll(() => page.locator(':focus').getAttribute('aria-label')).toBe('Filter runs');
	await page.keyboard.press('Escape');
	await expect.poll(() => page.locator(':focus').count()).toBe(0);
	expect(browser.complaints).toEqual([]);
});

test('behind a proxy that shows the server under a path, everything is found there', async () => {
	using folder = temporaryFolder('runstead-studio-');
	await using server = await startServerProcess(folder.path, { args: ['--base-path', '/ml'] });
	await server.client.call('createWorkspace', { body: { name: 'lab' } });
	await using browser = await openBrowser(server.url);
	const { page } = browser;
	await page.goto(`${server.url}/`);
	await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
	expect(page.url()).toBe(`${server.url}/w/lab/experiments`);
	await page.locator('[data-live="connected"]').waitFor();
	await page.reload();
	await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
	expect(browser.complaints).toEqual([]);
	await server.stop();
});
