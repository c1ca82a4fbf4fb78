/** RunDetails as VS Code draws it: with the widget manager of its Jupyter extension, on a page of its own beside a real kernel. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { logValues, openBrowser } from '../browser/studio-browser.ts';
import { SLOW_MS, startBoth, takePicture } from './notebook-page.ts';

const START = `
from azureml.core import Experiment, Run, Workspace
from azureml.widgets import RunDetails

exp = Experiment(Workspace.from_config(), "code")
started = exp.start_logging(run_id="code", snapshot_directory=None, outputs=False)
for loss in (3, 2):
    started.log("loss", loss)
for alpha, mse in ((0.1, 3400.2), (0.4, 3295.7)):
    with started.child_run(name=f"alpha {alpha}") as child:
        child.define_metric("mse", "minimize")
        child.log("mse", mse)
run = Run(exp, "code")
`;

/** Runs a cell as the page has it, and waits until the kernel is done with it. */
async function runCell(page: Page, code: string): Promise<void> {
	await page.waitForFunction('window.runCell !== undefined', undefined, { timeout: SLOW_MS });
	expect(await page.evaluate(`window.runCell(${JSON.stringify(code)})`)).toBe('ok');
}

test('a run is watched and canceled on the page on which VS Code draws widgets', { timeout: 240_000 }, async () => {
	await using both = await startBoth();
	const { jupyter, lab } = both;
	await using browser = await openBrowser(jupyter.url, { colorScheme: 'dark' });
	const { page } = browser;
	await page.goto(jupyter.pageAsInVsCode);
	for (const code of [START, 'RunDetails(run).show()', 'RunDetails(run).show()']) await runCell(page, code);

	const widgets = page.locator('.runstead-live');
	const widget = widgets.first();
	await widget.getByRole('img', { name: /^loss: .* 2 points/ }).waitFor({ timeout: SLOW_MS });
	expect(await widgets.count()).toBe(2);
	await logValues(lab, 'code', 'loss', [1], 2);
	for (const one of await widgets.all()) await one.getByRole('img', { name: /^loss: .* 3 points/ }).waitFor();
	await widget.getByRole('button', { name: 'mse' }).click();
	expect(await widget.locator('tbody').first().locator('td:nth-child(3)').allTextContents()).toEqual(['3295.7', '3400.2']);
	// Its colours are those of the theme, also where the page says which ones those of JupyterLab would be.
	const groundOf = (selector: string) =>
		page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).backgroundColor`);
	expect(await groundOf('.runstead-live')).toBe('rgb(31, 31, 31)');
	expect(await groundOf('.cell-output-ipywidget-background')).toBe('rgba(0, 0, 0, 0)');
	// What lies beside the widget for notebooks without a kernel is not seen where the widget is.
	expect(await page.locator('[data-runstead-still]').count()).toBe(2);
	expect(await page.locator('[data-runstead-still]:visible').count()).toBe(0);
	await takePicture(page, 'vscode-running');

	await widget.getByRole('button', { name: 'Cancel', exact: true }).click();
	await widget.getByRole('button', { name: 'Cancel the run' }).click();
	for (const one of await widgets.all()) await one.locator('.rs-head [data-status="Canceled"]').waitFor();
	expect((await lab.client.call('getRun', { params: { run: 'code' } })).status).toBe('Canceled');
	expect(await widget.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0);
	expect(browser.complaints.filter((complaint) => complaint.startsWith('request to') || complaint.startsWith('exception'))).toEqual([]);
	await takePicture(page, 'vscode-canceled');
});
