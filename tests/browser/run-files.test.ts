/** Files of a run in a real browser: logs are searched on the server, filtered, compared; texts are laid out, pages kept in their frame. */
import { expect, test } from 'vitest';
import { type Lab, openBrowser, startLab } from './studio-browser.ts';

const DRIVER = 'azureml-logs/70_driver_log.txt';

function startRun(): Promise<Lab> {
	return startLab(async (lab) => {
		for (const id of ['run-1', 'run-2']) await lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id } });
	});
}

const append = (lab: Lab, run: string, offset: number, text: string) =>
	lab.client.call('appendLog', { params: { run, '*': DRIVER }, query: { offset }, body: text });

const write = (lab: Lab, path: string, body: string, type: string) =>
	lab.client.call('writeRunFile', { params: { run: 'run-1', '*': path }, body, headers: { 'content-type': type } });

test('a log far larger than what is read is searched whole, and gone to where something was found', async () => {
	await using lab = await startRun();
	const lines = Array.from({ length: 60_000 }, (_, index) => `line ${index} of a log that is long enough not to be read at once`);
	lines[100] = 'ERROR the disk is full <img src=x onerror=alert(1)>';
	lines[101] = 'needle 1';
	lines[50_000] = 'Needle 22';
	const text = `${lines.join('\n')}\n`;
	await append(lab, 'run-1', 0, text);
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1?tab=files');
	const log = page.getByRole('region', { name: DRIVER, exact: true });
	await log.getByText('line 59999 of').waitFor();
	await page.getByLabel('Search in the text').fill('needle');
	await page.getByText('2 found', { exact: true }).waitFor();
	await page.getByLabel('Search in the text').press('Enter');
	await page.getByText('1 of 2', { exact: true }).waitFor();
	await log.getByText('needle 1').waitFor();
	await page.getByLabel('Next match').click();
	await log.getByText('Needle 22').waitFor();

	await page.getByRole('button', { name: 'Regular expression' }).click();
	await page.getByLabel('Search in the text').fill('needle \\d$');
	await page.getByText('1 found', { exact: true }).waitFor();
	await page.getByLabel('Search in the text').fill('needle (');
	await page.getByText('is no regular expression').waitFor();
	await page.getByLabel('Search in the text').fill('');
	await page.getByRole('button', { name: 'First error' }).click();
	await log.getByText('ERROR the disk is full <img src=x onerror=alert(1)>').waitFor();

	await page.goto('/w/lab/runs/run-1?tab=files&level=error&only=true');
	const found = page.getByRole('region', { name: `Found in ${DRIVER}` });
	await found.getByText('ERROR the disk is full').waitFor();
	await append(lab, 'run-1', Buffer.byteLength(text), 'ERROR and now the network\n');
	await found.getByText('ERROR and now the network').waitFor();
	await found.getByText('ERROR the disk is full').click();
	await log.getByText('needle 1').waitFor();
	expect(browser.complaints.filter((complaint) => !complaint.includes('400'))).toEqual([]);
});

test('two runs print side by side, with what differs marked', async () => {
	await using lab = await startRun();
	await append(lab, 'run-1', 0, '10:00:01 begin\nloss 0.5\nsaved\n');
	await append(lab, 'run-2', 0, '11:22:33 begin\nloss 0.25\nwarning: not saved\n');
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1?tab=files');
	await page.getByRole('button', { name: 'Compare' }).click();
	await page.getByRole('combobox', { name: 'Run to compare with' }).fill('run-2');
	await page.getByRole('combobox', { name: 'Run to compare with' }).press('Enter');
	await page.getByText('1 difference', { exact: true }).waitFor();
	await page.locator('[data-diff="changed"]').getByText('warning: not saved').waitFor();
	expect(new URL(page.url()).searchParams.get('beside')).toBe('run-2');
	await page.getByLabel('Leave numbers and times out').click();
	await expect.poll(() => page.locator('[data-diff="changed"]').count()).toBe(3);
	await page.getByRole('button', { name: 'Close the comparison' }).click();
	await page.getByRole('region', { name: DRIVER }).getByText('loss 0.5').waitFor();
	expect(browser.complaints).toEqual([]);
});

test('tables, documents and notebooks are laid out; nothing in them runs', async () => {
	await using lab = await startRun();
	await write(lab, 'outputs/folds.csv', 'fold,note\n1,"a, b"\n2,<script>\n', 'text/csv');
	await write(
		lab,
		'README.md',
		'# Card\n\n<script>alert(1)</script>\n\n[bad](javascript:alert(1)) ![far](https://example.com/x.png)\n\n| fold | mse |\n| --- | ---: |\n| 1 | 2981 |\n',
		'text/markdown',
	);
	const cells = [{ cell_type: 'code', source: 'print(1)', execution_count: 1, outputs: [{ output_type: 'stream', text: 'printed' }] }];
	await write(lab, 'a.ipynb', JSON.stringify({ cells }), 'application/json');
	await write(lab, 'scores.json', '{"mse":9007199254740993,"best":true}', 'application/json');
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1?tab=files&file=outputs/folds.csv');
	const table = page.getByRole('treegrid', { name: 'outputs/folds.csv' });
	await table.getByText('a, b').waitFor();
	await table.getByText('<script>').waitFor();
	await page.goto('/w/lab/runs/run-1?tab=files&file=README.md');
	await page.getByRole('heading', { name: 'Card' }).waitFor();
	await page.getByText('<script>alert(1)</script>').waitFor();
	expect(await page.getByRole('link', { name: 'bad' }).count()).toBe(0);
	expect(await page.evaluate(`[...document.querySelectorAll('td')].map((cell) => getComputedStyle(cell).textAlign)`)).toEqual([
		'left',
		'right',
	]);
	await page.goto('/w/lab/runs/run-1?tab=files&file=scores.json');
	const json = page.getByRole('region', { name: 'scores.json' });
	await json.getByText('9007199254740993').waitFor();
	expect(await json.locator('.hljs-attr').allInnerTexts()).toEqual(['"mse"', '"best"']);
	expect(await json.locator('code').innerText()).toBe('{ "mse": 9007199254740993, "best": true }');
	await page.goto('/w/lab/runs/run-1?tab=files&file=a.ipynb');
	await page.getByText('printed').waitFor();
	expect(browser.complaints).toEqual([]);
});

test('a page that was uploaded runs in a frame that reaches neither the studio nor the API', async () => {
	await using lab = await startRun();
	const script = `
		const say = (id, text) => document.body.insertAdjacentHTML('beforeend', '<p id="' + id + '">' + text + '</p>');
		fetch('/api/v1/health').then(() => say('api', 'reached'), () => say('api', 'refused'));
		try { say('studio', parent.document.title); } catch { say('studio', 'refused'); }
	`;
	await write(lab, 'report.html', `<h1>Report</h1><script>${script}</script>`, 'text/html');
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1?tab=files&file=report.html');
	const frame = page.frameLocator('iframe[title="report.html"]');
	await frame.getByRole('heading', { name: 'Report' }).waitFor();
	expect(await frame.locator('#api').textContent()).toBe('refused');
	expect(await frame.locator('#studio').textContent()).toBe('refused');
});
