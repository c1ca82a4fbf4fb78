/** A real job seen through the studio: its output as it is printed, its source, and its end when it is cancelled. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Lab, openBrowser, startLab } from './studio-browser.ts';

const SCRIPT = `
import time
from azureml.core import Run

run = Run.get_context()
for step in range(10_000):
    run.log("loss", 1 / (step + 1), step=step)
    print("step", step, flush=True)
    time.sleep(0.1)
`;

/** Submits `train.py` and gives the id of its run. */
async function submit(lab: Lab): Promise<string> {
	const sha256 = createHash('sha256').update(SCRIPT).digest('hex');
	const files = [{ path: 'train.py', sizeBytes: Buffer.byteLength(SCRIPT), sha256 }];
	await lab.client.call('uploadSnapshotContent', { params: { workspace: 'lab', sha256 }, body: SCRIPT });
	const snapshot = await lab.client.call('createSnapshot', { params: { workspace: 'lab' }, body: { files } });
	const definition = { script: 'train.py', snapshotId: snapshot.id };
	const { runId } = await lab.client.call('submitJob', {
		params: { experiment: lab.experimentId },
		body: { displayName: 'a job', definition },
	});
	return runId;
}

test('a job is watched from its first line until it is cancelled', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const run = await submit(lab);
	await page.goto(`/w/lab/runs/${run}?tab=files`);
	const log = page.getByRole('region', { name: 'azureml-logs/70_driver_log.txt' });
	await log.getByText('step 3', { exact: true }).waitFor();
	await log.getByText('step 9', { exact: true }).waitFor();
	await page.getByRole('tab', { name: 'Metrics' }).click();
	await page.getByRole('img', { name: /^loss: \d+ points/ }).waitFor();
	await page.getByRole('tab', { name: 'Snapshot' }).click();
	await page.getByText('run = Run.get_context()').waitFor();

	await page.getByRole('button', { name: 'Cancel' }).click();
	await page.getByRole('button', { name: 'Cancel the run' }).click();
	await page.locator('header [data-status="Canceled"]').waitFor();
	await page.getByRole('list', { name: 'What the run spent its time on' }).getByText('Running').waitFor();
	expect((await lab.client.call('getRun', { params: { run } })).status).toBe('Canceled');
	expect(browser.complaints).toEqual([]);
});
