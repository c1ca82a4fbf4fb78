/** Runs with more than anyone expects, in a real browser: thousands of metrics, texts as long as they may be, markup in each of them. */
import { LIMITS } from '@runstead/contract';
import { expect, test } from 'vitest';
import { type Lab, logValues, openBrowser, startLab } from './studio-browser.ts';

const METRICS = 5_000;
const METRICS_A_REQUEST = 1_000;
const LAYERS = 100;
/** Megabytes of summaries are read and laid out. */
const MANY_SHOWN_MS = 30_000;
const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
const NAN = { number: 'NaN' } as never;

function longText(characters: number): string {
	return HOSTILE.padEnd(characters, ' long');
}

/** Whether markup that was shown as text has become part of the page, or ran. */
async function expectHarmless(page: Awaited<ReturnType<typeof openBrowser>>['page']): Promise<void> {
	expect(await page.locator('img[src="x"]').count()).toBe(0);
	expect(await page.title()).not.toMatch(/^[12]$/);
	expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
}

async function logManyMetrics(lab: Lab): Promise<void> {
	for (let first = 0; first < METRICS; first += METRICS_A_REQUEST) {
		const series = Array.from({ length: METRICS_A_REQUEST }, (_, index) => {
			const name = `layer-${(first + index) % LAYERS}/weight-${first + index}`;
			return { name, kind: 'scalar' as const, steps: [0, 1], times: [1, 2], columns: [{ name, values: [first + index, 1] }] };
		});
		await lab.client.call('logMetrics', { params: { run: 'many' }, body: { series } });
	}
}

test('a run of 5,000 metrics shows the first charts, finds any, and says what cannot be drawn', async () => {
	await using lab = await startLab(async (begun) => {
		await begun.client.call('createRun', { params: { experiment: begun.experimentId }, body: { id: 'many' } });
		await logManyMetrics(begun);
		await logValues(begun, 'many', 'only-nan', [NAN, NAN, NAN]);
	});
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/runs/many');
	await page.locator('[data-chart] canvas').first().waitFor({ timeout: MANY_SHOWN_MS });
	await page.getByText('5,001 metrics').waitFor();
	// Charts off the screen are not drawn.
	expect(await page.locator('[data-chart] canvas').count()).toBeLessThan(60);
	await page.getByPlaceholder('Find a metric').fill('weight-4999');
	await page.locator('[data-chart="layer-99/weight-4999"] canvas').waitFor();
	await page.getByPlaceholder('Find a metric').fill('only-nan');
	await page.locator('[data-chart="only-nan"]').getByText('None of the 3 values is a number').waitFor();
	expect(browser.complaints).toEqual([]);
});

test('markup in every text of a run stays text, however long, on every tab and in the list', async () => {
	const { attributeValueCharacters: value, attributeKeyCharacters: key, descriptionCharacters, displayNameCharacters } = LIMITS;
	await using lab = await startLab(async (begun) => {
		const { client } = begun;
		const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: longText(500) } });
		await client.call('createRun', {
			params: { experiment },
			body: {
				id: 'hostile',
				displayName: longText(displayNameCharacters.max),
				description: longText(descriptionCharacters.max),
				tags: { [longText(key.max)]: longText(value.max) },
				properties: { [HOSTILE]: longText(value.max) },
			},
		});
		await client.call('updateRun', { params: { run: 'hostile' }, body: { params: { [HOSTILE]: longText(value.max) } } });
		await logValues(begun, 'hostile', longText(LIMITS.metricNameCharacters.max), [1, 2, 3]);
		await client.call('appendLog', {
			params: { run: 'hostile', '*': `logs/${'long-'.repeat(40)}name.txt` },
			query: { offset: 0 },
			body: `${longText(10_000)}\n`,
		});
		const error = { code: HOSTILE, message: longText(LIMITS.errorMessageCharacters.max) };
		await client.call('changeRunStatus', { params: { run: 'hostile' }, body: { status: 'Failed', error } });
	});
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	for (const tab of ['metrics', 'details', 'files', 'raw']) {
		await page.goto(`/w/lab/runs/hostile?tab=${tab}`);
		await page.getByRole('tab', { selected: true }).waitFor();
		await page.getByText('<img src=x onerror=').first().waitFor();
		await expectHarmless(page);
	}
	const columns = JSON.stringify(['name', 'description', 'tags', `params.${HOSTILE}`, `properties.${HOSTILE}`]);
	await page.goto(`/w/lab/experiments?${new URLSearchParams({ columns })}`);
	await page.locator('[data-row="hostile"]').getByText('<img src=x').first().waitFor();
	await expectHarmless(page);
	await page.goto('/w/lab/experiments?tab=experiments');
	await page.getByText('<img src=x').first().waitFor();
	await expectHarmless(page);
	expect(browser.complaints).toEqual([]);
});
