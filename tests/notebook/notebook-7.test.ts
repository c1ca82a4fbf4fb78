/** RunDetails in a real Notebook 7: what JupyterLab shows lives there as well. */
import { expect, test } from 'vitest';
import { logValues, openBrowser } from '../browser/studio-browser.ts';
import { openNotebook, runAllCells, SLOW_MS, startBoth, takePicture, writeNotebook } from './notebook-page.ts';

const NOTEBOOK = 'seven.ipynb';
const START = `
from azureml.core import Experiment, Run, Workspace
from azureml.widgets import RunDetails

exp = Experiment(Workspace.from_config(), "seven")
started = exp.start_logging(run_id="seven", snapshot_directory=None, outputs=False)
for loss in (3, 2):
    started.log("loss", loss)
run = Run(exp, "seven")
`;

const FAIL = `
broken = exp.start_logging(run_id="broken", snapshot_directory=None, outputs=False)
broken.fail(error_details="the data has 3 columns", error_code="UserError")
RunDetails(broken).show()
`;

test('a run attached by its id is watched in Notebook 7 and canceled there; one that failed says why', { timeout: 240_000 }, async () => {
	await using both = await startBoth();
	const { jupyter, lab } = both;
	writeNotebook(jupyter, NOTEBOOK, [START, 'RunDetails(run).show()', 'run', 'exp', FAIL]);
	await using browser = await openBrowser(jupyter.url);
	const { page } = browser;
	await page.setViewportSize({ width: 1280, height: 1600 });
	await openNotebook(page, jupyter, NOTEBOOK, jupyter.pageInNotebook7Of(NOTEBOOK));
	await runAllCells(page);

	const widget = page.locator('.runstead-live').first();
	await widget.getByRole('img', { name: /^loss: .* 2 points/ }).waitFor({ timeout: SLOW_MS });
	await logValues(lab, 'seven', 'loss', [1], 2);
	await widget.getByRole('img', { name: /^loss: .* 3 points/ }).waitFor();
	await takePicture(page, 'notebook-7-running');
	await widget.getByRole('button', { name: 'Cancel', exact: true }).click();
	await widget.getByRole('button', { name: 'Cancel the run' }).click();
	await widget.locator('.rs-head [data-status="Canceled"]').waitFor();
	const failed = page.locator('.runstead-live').last();
	await failed.locator('.rs-head [data-status="Failed"]').waitFor();
	expect(await failed.locator('.rs-error').textContent()).toContain('the data has 3 columns');
	expect(await failed.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0);
	expect(browser.complaints.filter((complaint) => complaint.startsWith('request to'))).toEqual([]);
	await takePicture(page, 'notebook-7-canceled');
});
