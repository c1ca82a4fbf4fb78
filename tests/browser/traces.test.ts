/** Traces in a real browser: from none to many, found by a filter, looked into span by span, and reached from their run and experiment. */
import { expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { type Lab, openBrowser, startLab } from './studio-browser.ts';

const BEGAN_NANOS = 1_795_331_086_000_000_000n;

const value = (plain: unknown) => ({ string_value: JSON.stringify(plain) });

function span(
	id: string,
	parent: string | null,
	[startMs, endMs]: readonly [number, number],
	attributes: Record<string, unknown>,
	more: object = {},
) {
	const idOf = (text: string) => Buffer.from(text.padEnd(8, '0')).toString('base64');
	return {
		trace_id: Buffer.from('1'.repeat(16)).toString('base64'),
		span_id: idOf(id),
		...(parent !== null && { parent_span_id: idOf(parent) }),
		name: id,
		start_time_unix_nano: String(BEGAN_NANOS + BigInt(startMs) * 1_000_000n),
		end_time_unix_nano: String(BEGAN_NANOS + BigInt(endMs) * 1_000_000n),
		attributes: Object.entries(attributes).map(([key, plain]) => ({ key, value: value(plain) })),
		...more,
	};
}

const EXCEPTION = {
	status: { code: 'STATUS_CODE_ERROR', message: 'no such document' },
	events: [
		{
			name: 'exception',
			time_unix_nano: String(BEGAN_NANOS + 90_000_000n),
			attributes: [
				{ key: 'exception.type', value: { string_value: 'KeyError' } },
				{ key: 'exception.message', value: { string_value: 'no such document' } },
				{ key: 'exception.stacktrace', value: { string_value: 'Traceback (most recent call last):\nKeyError' } },
			],
		},
	],
};

async function putTrace(lab: Lab, trace: string, second: number, more: object = {}): Promise<void> {
	await lab.client.call('putTrace', {
		params: { experiment: lab.experimentId, trace },
		body: {
			requestTime: `2026-01-02T03:04:${String(second).padStart(2, '0')}.000000Z`,
			durationMs: 120,
			state: 'OK',
			clientRequestId: null,
			requestPreview: '"why?"',
			responsePreview: '"because"',
			tags: { 'mlflow.traceName': `answer ${trace}`, release: 'v1' },
			metadata: { 'mlflow.sourceRun': 'maker', 'mlflow.trace.session': 'morning' },
			assessments: [],
			runIds: [],
			spans: [],
			...more,
		},
	});
}

test.each(['light', 'dark'] as const)('traces are found, looked into, and lead to their run and back, %s', async (colorScheme) => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url, { colorScheme });
	const { page } = browser;
	await page.goto('/w/lab/traces');
	await page.getByRole('heading', { name: 'No traces yet' }).waitFor();
	expect(await violationsOf(page)).toEqual([]);

	await lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id: 'maker', displayName: 'the maker' } });
	for (let index = 0; index < 3; index += 1) await putTrace(lab, `tr-${index}`, index);
	await putTrace(lab, 'tr-bad', 9, {
		state: 'ERROR',
		responsePreview: null,
		metadata: { 'mlflow.sourceRun': 'maker', 'mlflow.trace.session': 'evening', 'mlflow.trace.user': 'ada' },
		assessments: [
			{
				assessment_name: 'helpful',
				feedback: { value: false },
				source: { source_type: 'HUMAN', source_id: 'grace' },
				rationale: 'It fell over.',
				span_id: Buffer.from('look up0').toString('hex'),
			},
		],
		spans: [
			span('answer', null, [0, 120], { 'mlflow.spanType': 'AGENT', 'mlflow.spanInputs': { question: 'why?' } }),
			span('look up', 'answer', [30, 90], { 'mlflow.spanType': 'TOOL', 'mlflow.spanInputs': { document: 7 }, model: 'small' }, EXCEPTION),
			span('rank', 'answer', [95, 110], { 'mlflow.spanOutputs': 'the best of them' }),
		],
	});

	await page.reload();
	await page.getByRole('link', { name: 'answer tr-0' }).waitFor();
	expect(await page.getByRole('row').count()).toBe(5);
	expect(await violationsOf(page)).toEqual([]);

	const filter = page.getByLabel('Filter traces');
	await page.getByRole('button', { name: 'Condition' }).click();
	await page.getByRole('menuitem', { name: "state = 'ERROR'" }).click();
	await filter.press('Enter');
	await page.getByRole('link', { name: 'answer tr-0' }).waitFor({ state: 'detached' });
	expect(new URL(page.url()).searchParams.get('filter')).toBe("state = 'ERROR'");
	await filter.fill('state = ERROR');
	await filter.press('Enter');
	await page.getByRole('alert').getByText('at character 9 of the filter').waitFor();
	expect(await violationsOf(page)).toEqual([]);
	await filter.fill("name = 'nobody'");
	await filter.press('Enter');
	await page.getByRole('heading', { name: 'No trace matches the filter' }).waitFor();
	await page.getByRole('button', { name: 'Clear the filter' }).click();
	await page.getByRole('button', { name: 'evening' }).click();
	await page.getByRole('link', { name: 'answer tr-0' }).waitFor({ state: 'detached' });
	expect(await filter.inputValue()).toBe("metadata.`mlflow.trace.session` = 'evening'");

	await page.getByRole('link', { name: 'answer tr-bad' }).focus();
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'answer tr-bad', level: 1 }).waitFor();
	const spans = page.getByRole('treegrid', { name: 'Spans' });
	await spans.getByRole('row', { name: 'answer' }).focus();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	const whole = page.getByRole('region', { name: 'Span look up' });
	await whole.getByRole('region', { name: 'KeyError' }).getByText('no such document').waitFor();
	await whole.getByRole('region', { name: 'Assessments' }).getByText('It fell over.').waitFor();
	await whole.getByRole('region', { name: 'Inputs' }).getByText('{ "document": 7 }').waitFor();
	await whole.getByRole('region', { name: 'Attributes' }).getByText('small').waitFor();
	expect(await violationsOf(page)).toEqual([]);
	await page.reload();
	await whole.waitFor();
	await spans.getByRole('button', { name: 'rank' }).click();
	await page.getByRole('region', { name: 'Outputs' }).getByText('the best of them').waitFor();

	await page.getByRole('tab', { name: 'Assessments' }).click();
	await page.getByText('by human grace').waitFor();
	expect(await violationsOf(page)).toEqual([]);
	await page.getByRole('link', { name: 'look up' }).click();
	await whole.waitFor();
	await page.getByRole('tab', { name: 'Details' }).click();
	await page.getByText('mlflow.traceName').waitFor();

	await page.getByRole('link', { name: 'the maker' }).click();
	await page.getByRole('heading', { name: 'the maker', level: 1 }).waitFor();
	await page.getByRole('tab', { name: 'Traces', selected: true }).waitFor();
	await page.getByRole('link', { name: 'answer tr-2' }).waitFor();
	await page.goto(`/w/lab/experiments/${lab.experimentId}`);
	await page.getByRole('tab', { name: 'Traces' }).click();
	await page.getByRole('link', { name: 'answer tr-1' }).waitFor();
	expect(browser.complaints.filter((one) => !one.includes('400 (Bad Request)'))).toEqual([]);
});

test('on a phone a span is read below the list of spans, and a trace that is not there is said', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.setViewportSize({ width: 390, height: 800 });
	await putTrace(lab, 'tr-1', 1, { spans: [span('answer', null, [0, 120], { 'mlflow.spanOutputs': 'because' })] });
	await page.goto(`/w/lab/traces/${lab.experimentId}/tr-1`);
	const list = await page.getByRole('treegrid', { name: 'Spans' }).boundingBox();
	const whole = await page.getByRole('region', { name: 'Span answer' }).boundingBox();
	expect(whole?.y).toBeGreaterThan(list?.y ?? Number.NaN);
	expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
	await page.goto(`/w/lab/traces/${lab.experimentId}/nobody`);
	await page.getByText('There is no trace').first().waitFor();
	await page.getByRole('button', { name: 'Try again' }).waitFor();
});

test('a page of traces that is refused is told, and asked for again by its reader alone', async () => {
	await using lab = await startLab(async (begun) => {
		for (let second = 0; second < 101; second++) await putTrace(begun, `tr-${second}`, second % 60);
	});
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	let asked = 0;
	await page.route(
		(url) => url.pathname.endsWith('/workspaces/lab/traces') && url.searchParams.has('cursor'),
		(route) => {
			asked += 1;
			if (asked > 1) return route.continue();
			const error = { code: 'invalid-cursor', message: 'The cursor cannot be read.', hint: '', details: {} };
			return route.fulfill({ status: 400, json: { error } });
		},
	);
	await page.goto('/w/lab/traces');
	const traces = page.getByRole('treegrid', { name: 'Traces' });
	await traces.getByRole('row').nth(1).focus();
	await page.keyboard.press('End');
	const told = page.getByRole('alert').filter({ hasText: 'The cursor cannot be read.' });
	await told.waitFor();
	// Whatever is drawn anew asks no more.
	await page.keyboard.press('Home');
	await page.keyboard.press('End');
	expect(asked).toBe(1);
	expect(await violationsOf(page)).toEqual([]);
	await told.getByRole('button', { name: 'Read on' }).click();
	await told.waitFor({ state: 'detached' });
	await expect.poll(() => traces.getAttribute('aria-rowcount')).toBe('102');
	// A session narrows the list from the keyboard too.
	const session = traces.getByRole('button', { name: 'morning' }).first();
	expect(await session.getAttribute('tabindex')).toBeNull();
	await session.press('Enter');
	await expect.poll(() => new URL(page.url()).searchParams.get('filter')).toBe("metadata.`mlflow.trace.session` = 'morning'");
});
