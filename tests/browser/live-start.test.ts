/** The live stream of a page begins where the page itself does: nothing is read twice, and nothing is missed. */
import type { Page, Request } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Lab, logValues, openBrowser, sharedLab, startLab } from './studio-browser.ts';

const lab = sharedLab(() =>
	startLab(async (world: Lab) => {
		for (const id of ['first', 'second']) {
			await world.client.call('createRun', { params: { experiment: world.experimentId }, body: { id, displayName: `the ${id}` } });
			for (const name of ['loss', 'rate']) await logValues(world, id, name, [3, 2, 1]);
			await world.client.call('changeRunStatus', { params: { run: id }, body: { status: 'Completed' } });
		}
	}),
);

/** What a page asks the server for, each with what it sends along. */
function readsOf(page: Page): string[] {
	const reads: string[] = [];
	page.on('request', (request: Request) => {
		const { pathname, search } = new URL(request.url());
		if (pathname.startsWith('/api/')) reads.push(`${request.method()} ${pathname}${search} ${request.postData() ?? ''}`);
	});
	return reads;
}

const repeated = (reads: readonly string[]): string[] => reads.filter((read, index) => reads.indexOf(read) !== index);

const PAGES = {
	'the list of runs': { path: '/w/lab/experiments', text: 'the second' },
	'the page of a run': { path: '/w/lab/runs/first', text: 'loss' },
	'a comparison': {
		path: `/w/lab/compare?${new URLSearchParams({ runs: JSON.stringify(['first', 'second']), tab: 'charts' })}`,
		text: 'the first',
	},
};

test.each(Object.entries(PAGES))('%s reads nothing twice', async (_, { path, text }) => {
	const { url } = await lab();
	await using browser = await openBrowser(url);
	const { page } = browser;
	const reads = readsOf(page);
	await page.goto(path);
	await page.getByText(text, { exact: true }).first().waitFor();
	await page.locator('[data-chart] canvas').nth(1).waitFor();
	await page.locator('[data-live="connected"]').waitFor();
	expect(reads.length).toBeGreaterThan(2);
	expect(repeated(reads)).toEqual([]);
	expect(browser.complaints).toEqual([]);
});

test.each(['/w/lab/experiments', '/w/lab/experiments/EXPERIMENT', '/w/lab/runs/first'])(
	'what the document of %s names is asked for',
	async (path) => {
		const { url, experimentId } = await lab();
		await using browser = await openBrowser(url);
		const { page } = browser;
		await page.addInitScript(`
		const { fetch } = window;
		window.asked = [];
		window.fetch = (address, options) => (window.asked.push(new URL(address, document.baseURI).href), fetch(address, options));
	`);
		await page.goto(path.replace('EXPERIMENT', experimentId));
		await page.locator('[data-chart] canvas').first().waitFor();
		const preloaded = await page.evaluate(`[...document.querySelectorAll('link[rel=preload]')].map(({ href }) => href)`);
		expect(preloaded).not.toEqual([]);
		// The server works at it while it sends the scripts.
		const follows = `document.querySelector('link[rel=preload]').compareDocumentPosition(document.querySelector('script'))`;
		expect(await page.evaluate(follows)).toBe(4);
		expect(await page.evaluate('window.asked')).toEqual(expect.arrayContaining(preloaded as string[]));
	},
);

test('what changes after it was read and before the stream stands is shown', async () => {
	const { url, client } = await lab();
	await using browser = await openBrowser(url);
	const { page, context } = browser;
	const held = Promise.withResolvers<void>();
	await context.route(/live-worker/, async (route) => {
		await held.promise;
		await route.continue();
	});
	await page.goto('/w/lab/runs/second');
	await page.getByText('the second', { exact: true }).first().waitFor();
	await page.locator('[data-chart] canvas').nth(1).waitFor();
	await client.call('updateRun', { params: { run: 'second' }, body: { displayName: 'the renamed' } });
	await logValues(await lab(), 'second', 'grown', [1, 2], 3);
	await page.locator('[data-live="connecting"]').waitFor();
	held.resolve();
	await page.getByText('the renamed', { exact: true }).first().waitFor();
	await page.locator('[data-chart="grown"] canvas').first().waitFor();
	await client.call('updateRun', { params: { run: 'second' }, body: { displayName: 'the second' } });
	await page.getByText('the second', { exact: true }).first().waitFor();
});
