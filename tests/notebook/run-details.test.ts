/** The example notebook in a real JupyterLab: the widget moves while the run does, ends with it, and a saved notebook still shows it. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openBrowser } from '../browser/studio-browser.ts';
import { openNotebook, runAllCells, SLOW_MS, startBoth, takePicture } from './notebook-page.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/notebooks', import.meta.url));
const NOTEBOOK = 'watch-a-run.ipynb';

/** How many points the chart of the loss has. */
async function pointsOf(page: Page): Promise<number> {
	const label = await page
		.getByRole('img', { name: /^loss: / })
		.first()
		.getAttribute('aria-label', { timeout: SLOW_MS });
	return Number(/(\d+) points/.exec(label ?? '')?.[1]);
}

test('a run is watched in a notebook, and the saved notebook shows it without its kernel', { timeout: 240_000 }, async () => {
	await using both = await startBoth();
	const { jupyter } = both;
	cpSync(EXAMPLES, jupyter.folder, { recursive: true });
	await using browser = await openBrowser(jupyter.url);
	const { page } = browser;
	await page.setViewportSize({ width: 1280, height: 1000 });
	await openNotebook(page, jupyter, NOTEBOOK);
	await runAllCells(page);

	const widget = page.locator('.runstead-live');
	await widget.waitFor({ timeout: SLOW_MS });
	const first = await pointsOf(page);
	await expect.poll(() => pointsOf(page), { timeout: SLOW_MS }).toBeGreaterThan(first + 5);
	await takePicture(page, 'running');
	await widget.locator('[data-status="Completed"]').first().waitFor({ timeout: SLOW_MS });
	expect(await pointsOf(page)).toBe(40);
	await widget.getByText('3 child runs, best final loss first').waitFor();
	await widget.getByText('Step 40 of 40 is done').waitFor();
	expect(await page.locator('[data-runstead-still]').isVisible()).toBe(false);
	await widget.scrollIntoViewIfNeeded();
	await takePicture(page, 'completed');

	// The kernel's last word on the run may come after what is shown: what is saved before it is saved again.
	const saved = async () => {
		await page.keyboard.press('Control+s');
		return readFileSync(join(jupyter.folder, NOTEBOOK), 'utf8');
	};
	await expect.poll(saved, { timeout: SLOW_MS, interval: 1_000 }).toContain('3 child runs');
	const [session] = (await jupyter.request('GET', 'api/sessions')) as { id: string }[];
	await jupyter.request('DELETE', `api/sessions/${session!.id}`);
	await openNotebook(page, jupyter, NOTEBOOK);
	const still = page.locator('[data-runstead-still]');
	await still.getByText('Completed').first().waitFor({ timeout: SLOW_MS });
	await still.getByRole('img', { name: /^loss: .* 40 points/ }).waitFor();
	expect(await page.getByText('model not found').isVisible()).toBe(false);
	expect(await page.locator('.runstead-live').count()).toBe(0);
	await takePicture(page, 'reopened');
});
