/** The page of a run in a real browser: its charts move while it logs, its log is followed, it can be cancelled, changed and reached again. */
import { expect, test } from 'vitest';
import { type Lab, logValues, openBrowser, startLab } from './studio-browser.ts';

function startRun(): Promise<Lab> {
	return startLab(async (lab) => {
		await lab.client.call('createRun', {
			params: { experiment: lab.experimentId },
			body: { id: 'run-1', displayName: 'ridge on diabetes' },
		});
	});
}

test('a chart appears with the first points and moves with those that follow', async () => {
	await using lab = await startRun();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const metricsReads: string[] = [];
	page.on('response', async (response) => {
		if (/\/api\/v1\/runs\/run-1(\/metrics)?(\?|$)/.test(response.url()) && (await response.text()).includes('"lastStep"'))
			metricsReads.push(new URL(response.url()).pathname);
	});
	await page.goto('/w/lab/runs/run-1');
	await page.getByRole('heading', { name: 'No metrics yet' }).waitFor();
	await page.locator('[data-live="connected"]').waitFor();

	await logValues(lab, 'run-1', 'loss', [5, 4, 3]);
	const chart = (points: number, last: string) => page.getByRole('img', { name: `loss: ${points} points, last ${last}` });
	await chart(3, '3').waitFor();
	const before = await page.locator('[data-chart="loss"] canvas').screenshot();
	await logValues(lab, 'run-1', 'loss', [2, 0.5], 3);
	await chart(5, '0.5').waitFor();
	await expect.poll(async () => (await page.locator('[data-chart="loss"] canvas').screenshot()).equals(before)).toBe(false);

	await page.locator('[data-chart="loss"] .u-over').hover({ position: { x: 5, y: 50 } });
	await page.locator('[data-chart="loss"]').getByText('step 0').waitFor();
	await page.getByLabel('Logarithmic').click();
	await expect.poll(() => new URL(page.url()).searchParams.get('log')).toBe('true');
	// The summaries of metrics come once with each change, and not with the run as well.
	expect(new Set(metricsReads)).toEqual(new Set(['/api/v1/runs/run-1/metrics']));
	await page.getByRole('tab', { name: 'Raw JSON' }).click();
	await page.getByText('"lastStep": 4').waitFor();
	await logValues(lab, 'run-1', 'loss', [1], 5);
	await page.getByText('"lastStep": 5').waitFor();
	expect(browser.complaints).toEqual([]);
});

test('a long series is drawn in buckets, and exactly where one zooms in', async () => {
	await using lab = await startRun();
	await logValues(
		lab,
		'run-1',
		'loss',
		Array.from({ length: 50_000 }, (_, step) => step),
	);
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1');
	const chart = page.locator('[data-chart="loss"]');
	await chart.getByText('50,000 points').waitFor();
	const plot = await chart.locator('.u-over').boundingBox();
	if (plot === null) throw new Error('the chart is not on screen');
	await page.mouse.move(plot.x + 100, plot.y + 50);
	await page.mouse.down();
	await page.mouse.move(plot.x + 103, plot.y + 50, { steps: 2 });
	await page.mouse.move(plot.x + 104, plot.y + 50, { steps: 2 });
	await page.mouse.up();
	await chart.getByRole('button', { name: 'Show all' }).waitFor();
	await expect.poll(() => chart.getByText('50,000 points').count()).toBe(0);
	await chart.getByRole('button', { name: 'Show all' }).click();
	await chart.getByText('50,000 points').waitFor();
	expect(browser.complaints).toEqual([]);
});

test('every kind of metric has its view', async () => {
	await using lab = await startRun();
	const times = [1, 2, 3].map((second) => second * 1_000_000);
	const document = (name: string, kind: 'confusion_matrix' | 'residuals' | 'predictions' | 'accuracy_table', data: unknown) => ({
		name,
		kind,
		times: [1_000_000],
		columns: [{ name, values: [JSON.stringify({ schema_type: kind, data })] }],
	});
	await lab.client.call('writeRunFile', {
		params: { run: 'run-1', '*': 'plots/dot.svg' },
		body: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>',
		headers: { 'content-type': 'image/svg+xml' },
	});
	await lab.client.call('logMetrics', {
		params: { run: 'run-1' },
		body: {
			series: [
				{ name: 'alpha', kind: 'scalar', times: [1_000_000], columns: [{ name: 'alpha', values: [0.05] }] },
				{ name: 'phase', kind: 'scalar', times, columns: [{ name: 'phase', values: ['warm-up', 'descent', 'polish'] }] },
				{ name: 'fibonacci', kind: 'list', times, columns: [{ name: 'fibonacci', values: [1, 2, 3] }] },
				{
					name: 'sines',
					kind: 'table',
					times,
					columns: [
						{ name: 'angle', values: [0, 1, 2] },
						{ name: 'sine', values: [0, 0.84, 0.91] },
					],
				},
				{ name: 'dot', kind: 'image', times: [1_000_000], columns: [{ name: 'dot', values: ['plots/dot.svg'] }] },
				document('confusion', 'confusion_matrix', {
					class_labels: ['cat', 'dog'],
					matrix: [
						[3, 1],
						[0, 4],
					],
				}),
				document('residuals', 'residuals', { bin_edges: [-1, 0, 1], bin_counts: [4, 2] }),
				document('predictions', 'predictions', { bin_edges: [0, 1, 2], bin_averages: [0.4, 1.6], bin_errors: [0.1, 0.2] }),
				document('accuracy', 'accuracy_table', {
					class_labels: ['yes'],
					probability_tables: [
						[
							[2, 2, 0, 0],
							[1, 0, 2, 1],
							[0, 0, 2, 2],
						],
					],
				}),
			],
		},
	});
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1');
	await page.locator('[data-metric-value="alpha"]').getByText('0.05').waitFor();
	await page.locator('[data-chart="phase"]').scrollIntoViewIfNeeded();
	await page.locator('[data-chart="phase"]').getByText('descent').waitFor();
	const phases = await page.getByRole('treegrid', { name: 'phase' }).boundingBox();
	const box = await page.locator('[data-chart="phase"]').boundingBox();
	expect((box?.height ?? 0) - (phases?.height ?? 0), 'room that the table leaves empty').toBeLessThan(60);
	for (const name of [
		'fibonacci: 3 points, last 3',
		'sines: 3 rows over angle',
		'residuals: 6 residuals in 2 bins from −1 to 1',
		'predictions: predicted over true values',
		'accuracy: true positive rate over false positive rate',
		'dot, plots/dot.svg',
	]) {
		const view = page.getByRole('img', { name });
		await view.scrollIntoViewIfNeeded();
		expect(await view.isVisible(), name).toBe(true);
	}
	await expect
		.poll(() =>
			page.getByRole('img', { name: 'dot, plots/dot.svg' }).evaluate((image) => ('naturalWidth' in image ? image.naturalWidth : null)),
		)
		.toBe(9);
	await page.getByTitle('true cat, predicted dog: 1 (25 %)').waitFor();
	expect(browser.complaints).toEqual([]);
});

test('a document that cannot be drawn is said and shown', async () => {
	await using lab = await startRun();
	const series = (kind: 'confusion_matrix' | 'residuals' | 'predictions' | 'accuracy_table', value: string) => ({
		name: kind,
		kind,
		times: [1_000_000],
		columns: [{ name: kind, values: [value] }],
	});
	await lab.client.call('logMetrics', {
		params: { run: 'run-1' },
		body: {
			series: [
				series('confusion_matrix', '{"a": 1}'),
				series('residuals', '{"bin_edges": [0, 1], "bin_counts": [4, 2]}'),
				series('predictions', '{"bin_edges": "none"}'),
				series('accuracy_table', '{cut off'),
			],
		},
	});
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1');
	for (const [name, words, raw] of [
		['confusion_matrix', 'This confusion matrix cannot be drawn: "matrix" is not a square of numbers.', '"a": 1'],
		['residuals', 'These residuals cannot be drawn: there are 2 bin edges for 2 counts; one more was expected.', '"bin_counts": ['],
		['predictions', 'These predictions cannot be drawn: "bin_edges" is not a list of numbers.', '"bin_edges": "none"'],
		['accuracy_table', 'This accuracy table cannot be drawn: it is not a JSON object.', '{cut off'],
	] as const) {
		const chart = page.locator(`[data-chart="${name}"]`);
		await chart.scrollIntoViewIfNeeded();
		await chart.getByText(words).waitFor();
		expect(await chart.locator('pre').textContent()).toContain(raw);
	}
	expect(await page.getByText('The studio made a mistake').count()).toBe(0);
	expect(browser.complaints).toEqual([]);
});

test('the exception that ended a run comes first, its traceback stays in lines', async () => {
	await using lab = await startRun();
	const frames = Array.from({ length: 30 }, (_, index) => `  File "train.py", line ${index + 1}, in step_${index}\n    go()`);
	const message = ['Traceback (most recent call last):', ...frames, 'ValueError: no data'].join('\n');
	const error = { code: 'ExitCode', message, details: 'The process ended with exit code 1.' };
	await lab.client.call('changeRunStatus', { params: { run: 'run-1' }, body: { status: 'Failed', error } });
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1?tab=details');
	const banner = page.locator('header [role="group"]');
	await banner.getByText('ValueError: no data', { exact: true }).waitFor();
	await banner.getByText('ExitCode: The process ended with exit code 1.').waitFor();
	const code = banner.locator('pre');
	expect((await code.textContent())?.split('\n')).toEqual(['…', ...message.split('\n').slice(-4)]);
	await banner.getByRole('button', { name: 'Show all 62 lines' }).click();
	expect(await code.textContent()).toBe(message);
	// Said once: it stands over every tab.
	await page.getByRole('tabpanel').getByText('Attributes', { exact: true }).waitFor();
	expect(await page.getByText('ValueError: no data', { exact: true }).count()).toBe(1);
	expect(browser.complaints).toEqual([]);
});

test('the first file shown is what a job prints, and a JSON document is laid out', async () => {
	await using lab = await startRun();
	const document = '{"rmse": 53.2, "id": 9007199254740993, "confusion": [[3, 1], [0, 4]]}';
	const write = (path: string, body: string, type: string) =>
		lab.client.call('writeRunFile', { params: { run: 'run-1', '*': path }, body, headers: { 'content-type': type } });
	await write('a-first.pkl', 'model', 'application/octet-stream');
	await write('outputs/metrics.json', document, 'application/json');
	await write('azureml-logs/70_driver_log.txt', 'epoch 1 of 2', 'text/plain');
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1?tab=files');
	await page.getByRole('region', { name: 'azureml-logs/70_driver_log.txt' }).getByText('epoch 1 of 2').waitFor();
	await page.getByRole('button', { name: 'metrics.json' }).click();
	const text = page.locator('pre:not([aria-hidden])');
	await text.waitFor();
	expect(await text.textContent()).toBe('{\n  "rmse": 53.2,\n  "id": 9007199254740993,\n  "confusion": [\n    [3, 1],\n    [0, 4]\n  ]\n}');
	await page.getByLabel('Laid out').click();
	expect(await text.textContent()).toBe(document);
	expect(browser.complaints).toEqual([]);
});

test('details of a failed run stand below one another, with relative and absolute times', async () => {
	await using lab = await startRun();
	await lab.client.call('failRun', { params: { run: 'run-1' }, body: { errorDetails: 'the disk is full' } });
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1?tab=details');
	const details = page.getByRole('tabpanel');
	await details
		.getByText(/^(just now|\d+ s ago) \(.+ UTC\)$/)
		.first()
		.waitFor();
	const [status, attributes] = await Promise.all(
		['Status', 'Attributes'].map((name) => details.locator('.fui-Card', { hasText: name }).first().boundingBox()),
	);
	expect((status?.y ?? 0) + (status?.height ?? 0)).toBeLessThan(attributes?.y ?? 0);
	expect(browser.complaints).toEqual([]);
});

test('a run can be cancelled, renamed, tagged and archived', async () => {
	await using lab = await startRun();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1?tab=details');
	await page.getByRole('button', { name: 'Edit the name' }).click();
	await page.getByLabel('name', { exact: true }).fill('the good one');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'the good one' }).waitFor();
	await page.getByLabel('Add a tag').fill('quality = fantastic run');
	await page.keyboard.press('Enter');
	await page.getByText('quality: fantastic run').waitFor();

	const statusOfRun = async () => (await lab.client.call('getRun', { params: { run: 'run-1' } })).status;
	const cancel = page.getByRole('button', { name: 'Cancel', exact: true });
	const cancelForGood = page.getByRole('button', { name: 'Cancel the run' });
	await cancel.click();
	await cancelForGood.waitFor();
	await page.keyboard.press('Escape');
	await cancelForGood.waitFor({ state: 'detached' });
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: 'Keep running' }).click();
	await cancelForGood.waitFor({ state: 'detached' });
	expect(await statusOfRun()).toBe('Running');
	await cancel.click();
	await cancelForGood.click();
	await page.locator('header [data-status="Canceled"]').waitFor();
	await page.getByRole('button', { name: 'Archive' }).click();
	await page.getByRole('button', { name: 'Restore' }).waitFor();
	const run = await lab.client.call('getRun', { params: { run: 'run-1' } });
	expect(run).toMatchObject({ status: 'Canceled', lifecycle: 'archived', displayName: 'the good one', tags: { quality: 'fantastic run' } });
	expect(browser.complaints).toEqual([]);
});

test('a log is followed, let go when one scrolls up, and followed again from its end', async () => {
	await using lab = await startRun();
	let sizeBytes = 0;
	const append = async (text: string) => {
		const query = { offset: sizeBytes };
		({ sizeBytes } = await lab.client.call('appendLog', {
			params: { run: 'run-1', '*': 'azureml-logs/70_driver_log.txt' },
			query,
			body: text,
		}));
	};
	await append(Array.from({ length: 40_000 }, (_, line) => `line ${line} of a log that is longer than what is read at once\n`).join(''));
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/run-1?tab=files');
	const log = page.getByRole('region', { name: 'azureml-logs/70_driver_log.txt' });
	await log.getByText('line 39999 of a log').waitFor();
	await page.locator('[data-live="connected"]').waitFor();
	await append(' 10%|#   |\r100%|####|\nnext\n');
	await log.getByText('next', { exact: true }).waitFor();
	expect(await log.getByText('100%|####|', { exact: true }).count()).toBe(1);

	await log.hover();
	await page.mouse.wheel(0, -2000);
	await expect.poll(() => log.getAttribute('data-following')).toBe('false');
	const top = await log.evaluate((pane) => pane.scrollTop);
	await append('written while one looks elsewhere\n');
	await page
		.getByRole('row', { name: /70_driver_log/ })
		.getByTitle(`${new Intl.NumberFormat('en').format(sizeBytes)} bytes`)
		.waitFor();
	expect(await log.evaluate((pane) => pane.scrollTop)).toBe(top);
	expect(await log.getByText('written while one looks elsewhere').count()).toBe(0);
	await page.getByRole('button', { name: 'Follow' }).click();
	await log.getByText('written while one looks elsewhere').waitFor();

	await page.getByRole('button', { name: 'Start' }).click();
	await log.getByText('line 0 of a log').waitFor();
	await page.getByLabel('Search in the text').fill('line 77 of');
	await page.getByText('1 found', { exact: true }).waitFor();
	await page.keyboard.press('Enter');
	await log.getByText('line 77 of').waitFor();
	expect(browser.complaints).toEqual([]);
});
