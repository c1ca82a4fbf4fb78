/** The example notebook in a real JupyterLab: the widget moves while the run does, ends with it, and a saved notebook still shows it. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openBrowser, startLab } from '../browser/studio-browser.ts';
import { type JupyterLab, startJupyterLab } from './jupyter-lab.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/notebooks', import.meta.url));
const NOTEBOOK = 'watch-a-run.ipynb';
/** A kernel starts, a job is prepared: on two busy cores both take their time. */
const SLOW_MS = 60_000;
const SCREENSHOTS = process.env.RUNSTEAD_TEST_SCREENSHOTS;

async function startBoth() {
	const lab = await startLab();
	const jupyter = await startJupyterLab({ RUNSTEAD_URL: lab.url, RUNSTEAD_WORKSPACE: 'lab' });
	cpSync(EXAMPLES, jupyter.folder, { recursive: true });
	return {
		lab,
		jupyter,
		async [Symbol.asyncDispose]() {
			await jupyter[Symbol.asyncDispose]();
			await lab[Symbol.asyncDispose]();
		},
	};
}

async function openNotebook(page: Page, jupyter: JupyterLab): Promise<void> {
	await page.goto(jupyter.pageOf(NOTEBOOK));
	await page.locator('.jp-Notebook').waitFor({ timeout: SLOW_MS });
}

async function choose(page: Page, menu: string, item: string): Promise<void> {
	await page.getByRole('menuitem', { name: menu, exact: true }).click();
	await page.getByRole('menuitem', { name: item, exact: true }).click();
}

async function picture(page: Page, name: string): Promise<void> {
	if (SCREENSHOTS !== undefined) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

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
	await using browser = await openBrowser(jupyter.url);
	const { page } = browser;
	await page.setViewportSize({ width: 1280, height: 1000 });
	await openNotebook(page, jupyter);
	await page.getByText('Python 3 (ipykernel)').first().waitFor({ timeout: SLOW_MS });
	await choose(page, 'Run', 'Run All Cells');

	const widget = page.locator('.runstead-live');
	await widget.waitFor({ timeout: SLOW_MS });
	const first = await pointsOf(page);
	await expect.poll(() => pointsOf(page), { timeout: SLOW_MS }).toBeGreaterThan(first + 5);
	await picture(page, 'running');
	await widget.locator('[data-status="Completed"]').first().waitFor({ timeout: SLOW_MS });
	expect(await pointsOf(page)).toBe(40);
	await widget.getByText('3 child runs, best final loss first').waitFor();
	await widget.getByText('Step 40 of 40 is done').waitFor();
	expect(await page.locator('[data-runstead-still]').isVisible()).toBe(false);
	await widget.scrollIntoViewIfNeeded();
	await picture(page, 'completed');

	await page.keyboard.press('Control+s');
	await expect.poll(() => readFileSync(join(jupyter.folder, NOTEBOOK), 'utf8')).toContain('3 child runs');
	const [session] = (await jupyter.request('GET', 'api/sessions')) as { id: string }[];
	await jupyter.request('DELETE', `api/sessions/${session!.id}`);
	await openNotebook(page, jupyter);
	const still = page.locator('[data-runstead-still]');
	await still.getByText('Completed').first().waitFor({ timeout: SLOW_MS });
	await still.getByRole('img', { name: /^loss: .* 40 points/ }).waitFor();
	expect(await page.getByText('model not found').isVisible()).toBe(false);
	expect(await page.locator('.runstead-live').count()).toBe(0);
	await picture(page, 'reopened');
});
