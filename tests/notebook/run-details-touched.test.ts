/** RunDetails in the hands of a person: sorted, cancelled, on a dark page, with a server that goes away, and without its packages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logValues, openBrowser } from '../browser/studio-browser.ts';
import { startServerProcess } from '../support/server-process.ts';
import { openNotebook, runAllCells, SLOW_MS, startBoth, takePicture, writeNotebook } from './notebook-page.ts';

const HOSTILE = `<img src=x onerror="window.harmed = true"><script>window.harmed = true</script>`;
/** How soon a change must be shown. */
const SHOWN_MS = 2_000;

const START = `
from azureml.core import Experiment, Workspace
from azureml.widgets import RunDetails

hostile = ${JSON.stringify(HOSTILE)}
exp = Experiment(Workspace.from_config(), "touched")
run = exp.start_logging(run_id="touched", snapshot_directory=None, outputs=False, display_name=hostile)
run.tag(hostile, hostile)
run.log(hostile, hostile)
for alpha, mse in ((0.1, 3400.2), (0.4, 3295.7), (0.9, 3358.8)):
    with run.child_run(name=f"{hostile} {alpha}") as child:
        child.define_metric("mse", "minimize")
        child.log("mse", mse)
        child.log("alpha", alpha)
`;
const SHOW = 'RunDetails(run).show()';
/** As where they are not installed: the import fails. */
const WITHOUT_PACKAGES = `import sys\nsys.modules["anywidget"] = None\n${SHOW}`;

test('a widget is sorted, survives an outage and cancels; two of them and a picture move together', { timeout: 240_000 }, async () => {
	await using both = await startBoth();
	const { jupyter, lab } = both;
	writeNotebook(jupyter, 'touched.ipynb', [START, SHOW, SHOW, WITHOUT_PACKAGES, 'exp', 'run']);
	await jupyter.request('PUT', 'lab/api/settings/@jupyterlab/apputils-extension:themes', { raw: '{"theme": "JupyterLab Dark"}' });
	await using browser = await openBrowser(jupyter.url);
	const { page } = browser;
	await page.setViewportSize({ width: 1280, height: 1800 });
	await openNotebook(page, jupyter, 'touched.ipynb');
	await runAllCells(page);
	const widgets = page.locator('.runstead-live');
	const widget = widgets.first();
	await widget.getByText('3 child runs, best mse first').waitFor({ timeout: SLOW_MS });
	await expect.poll(() => widgets.count(), { timeout: SLOW_MS }).toBe(2);

	const firstCells = widget.locator('tbody').first().locator('td:nth-child(3)');
	expect(await firstCells.allTextContents()).toEqual(['3295.7', '3358.8', '3400.2']);
	await widget.getByRole('button', { name: 'mse' }).click();
	await widget.getByRole('button', { name: 'mse' }).click();
	expect(await firstCells.allTextContents()).toEqual(['3400.2', '3358.8', '3295.7']);
	expect(await widget.getByRole('columnheader', { name: 'mse' }).getAttribute('aria-sort')).toBe('descending');

	await logValues(lab, 'touched', 'loss', [3, 2]);
	await widget.getByRole('img', { name: /^loss: .* 2 points/ }).waitFor({ timeout: SLOW_MS });
	const delaysMs: number[] = [];
	for (let points = 3; points <= 8; points++) {
		const beginMs = performance.now();
		await logValues(lab, 'touched', 'loss', [1 / points], points - 1);
		await widget.getByRole('img', { name: new RegExp(`^loss: .* ${points} points`) }).waitFor();
		delaysMs.push(performance.now() - beginMs);
	}
	// Of six the middle one: the machine of the tests has other things to do, too.
	expect(delaysMs.toSorted((one, other) => one - other)[3]).toBeLessThan(SHOWN_MS);
	await widgets
		.last()
		.getByRole('img', { name: /^loss: .* 8 points/ })
		.waitFor();
	// The picture stands alone where the packages are not installed.
	const picture = page.locator('[data-runstead-still]:visible');
	expect(await picture.count()).toBe(1);
	await picture.getByRole('img', { name: /^loss: .* 8 points/ }).waitFor();
	await takePicture(page, 'touched');
	expect(await page.evaluate('window.harmed')).toBeUndefined();
	// Nothing but JupyterLab was asked for anything.
	expect(browser.complaints.filter((complaint) => complaint.startsWith('request to'))).toEqual([]);

	await lab.server.kill();
	await widget.getByText(/cannot be reached .* Trying again\./).waitFor();
	await takePicture(page, 'away');
	await using again = await startServerProcess(lab.folder, { port: Number(new URL(lab.url).port) });
	await widget.getByText(/cannot be reached/).waitFor({ state: 'detached' });

	await widget.getByRole('button', { name: 'Cancel', exact: true }).click();
	await widget.getByRole('button', { name: 'Keep it running' }).click();
	await widget.getByRole('button', { name: 'Cancel', exact: true }).click();
	await widget.getByRole('button', { name: 'Cancel the run' }).click();
	for (const one of [widgets.first(), widgets.last()]) await one.locator('.rs-head [data-status="Canceled"]').waitFor();
	expect((await again.client.call('getRun', { params: { run: 'touched' } })).status).toBe('Canceled');
	expect(await widget.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0);

	writeNotebook(jupyter, 'executed.ipynb', [
		'from azureml.core import Workspace\nrun = Workspace.from_config().get_run("touched")',
		'from azureml.widgets import RunDetails',
		SHOW,
	]);
	await jupyter.execute('executed.ipynb');
	const executed = JSON.parse(readFileSync(join(jupyter.folder, 'executed.ipynb'), 'utf8'));
	const states = Object.values(executed.metadata.widgets['application/vnd.jupyter.widget-state+json'].state) as {
		state: { run?: { status: string } };
	}[];
	expect(states.flatMap(({ state }) => state.run?.status ?? [])).toEqual(['Canceled']);
});
