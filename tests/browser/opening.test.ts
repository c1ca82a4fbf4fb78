/** How the studio is opened: with what it begins with where that comes in a moment, and without it where it does not. */
import { expect, test } from 'vitest';
import { openBrowser, sharedLab, startLab } from './studio-browser.ts';

const lab = sharedLab(() =>
	startLab(async ({ client, experimentId }) => {
		await client.call('createRun', { params: { experiment: experimentId }, body: { id: 'first', displayName: 'the first' } });
	}),
);

/** A page whose clock stands still, and whose first rows are on their way for as long as it is said. */
async function openedWithoutRows(url: string) {
	const browser = await openBrowser(url);
	const { page } = browser;
	const held = Promise.withResolvers<void>();
	const asked = Promise.withResolvers<void>();
	await page.route('**/runs/search', async (route) => {
		asked.resolve();
		await held.promise;
		await route.continue();
	});
	await page.clock.install({ time: 0 });
	await page.clock.pauseAt(1_000);
	await page.goto('/w/lab/experiments', { waitUntil: 'commit' });
	await asked.promise;
	return { browser, page, release: held.resolve };
}

test('a page is drawn once, with its first rows, where they come in a moment', async () => {
	const { url } = await lab();
	const { browser, page, release } = await openedWithoutRows(url);
	await using _ = browser;
	await page.evaluate(`
		window.drawn = [];
		new MutationObserver(() => window.drawn.push(document.querySelector('[data-row="first"]') !== null))
			.observe(document.getElementById('root'), { childList: true });
	`);
	expect(await page.locator('#root > *').count()).toBe(0);
	release();
	await page.locator('[data-row="first"]').waitFor();
	expect(await page.evaluate('window.drawn[0]')).toBe(true);
});

test('a page that waits for its rows is drawn without them after a moment', async () => {
	const { url } = await lab();
	const { browser, page, release } = await openedWithoutRows(url);
	await using _ = browser;
	await page.clock.runFor(149);
	expect(await page.locator('#root > *').count()).toBe(0);
	await page.clock.runFor(1);
	await page.getByRole('heading', { name: 'Experiments' }).waitFor();
	await page.getByLabel('Loading runs').waitFor();
	expect(await page.locator('[data-row="first"]').count()).toBe(0);
	release();
	await page.clock.resume();
	await page.locator('[data-row="first"]').waitFor();
});
