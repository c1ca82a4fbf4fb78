/** Registered models in a real browser: from none to one that a run made, its versions, and the ways there and back by keyboard. */
import { expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { openBrowser, startLab } from './studio-browser.ts';

test.each(['light', 'dark'] as const)(
	'models are found, shown with their versions, and lead to their runs and back, %s',
	async (colorScheme) => {
		await using lab = await startLab();
		await using browser = await openBrowser(lab.url, { colorScheme });
		const { page } = browser;
		const { client, experimentId: experiment } = lab;
		const params = { workspace: 'lab' };
		await page.goto('/w/lab/models');
		await page.getByRole('heading', { name: 'No models yet' }).waitFor();
		expect(await violationsOf(page)).toEqual([]);

		await client.call('createRun', { params: { experiment }, body: { id: 'maker', displayName: 'the maker' } });
		await client.call('writeRunFile', { params: { run: 'maker', '*': 'outputs/model.pkl' }, body: 'weights' });
		const ridge = { ...params, model: 'ridge' };
		await client.call('createModel', { params, body: { name: 'ridge', description: 'Of Tikhonov', tags: { team: 'vision' } } });
		for (const description of ['the first', 'the second'])
			await client.call('registerModel', { params: ridge, body: { source: { runId: 'maker', path: 'outputs/model.pkl' }, description } });
		await client.call('setModelAlias', { params: { ...ridge, alias: 'champion' }, body: { version: 1 } });
		await client.call('updateModelVersion', { params: { ...ridge, version: '2' }, body: { stage: 'Staging' } });
		await client.call('createModel', { params, body: { name: 'lasso' } });

		await page.reload();
		const row = page.getByRole('row').filter({ hasText: 'ridge' });
		await row.getByText('champion: 1').waitFor();
		expect(await violationsOf(page)).toEqual([]);
		await page.getByLabel('Find models by name').fill('RID');
		await page.getByRole('link', { name: 'lasso' }).waitFor({ state: 'detached' });
		await page.getByLabel('Find models by name').fill('nothing');
		await page.getByRole('heading', { name: 'No model has "nothing" in its name' }).waitFor();
		await page.getByLabel('Find models by name').fill('');

		await page.getByRole('link', { name: 'ridge', exact: true }).focus();
		await page.keyboard.press('Enter');
		await page.getByRole('heading', { name: 'ridge', level: 1 }).waitFor();
		await page.getByText('Of Tikhonov').waitFor();
		const first = page.getByRole('row').filter({ hasText: 'the first' });
		await first.getByText('champion').waitFor();
		await page.getByRole('row').filter({ hasText: 'the second' }).getByText('Staging').waitFor();
		expect(await violationsOf(page)).toEqual([]);

		await first.getByRole('link', { name: '1, 7 B' }).click();
		await page.getByRole('heading', { name: 'ridge, version 1', level: 1 }).waitFor();
		await page.getByText('7 B, not a text that can be shown here').waitFor();
		await page.getByRole('link', { name: 'the maker' }).waitFor();
		expect(await violationsOf(page)).toEqual([]);
		await page.goBack();

		await first.getByRole('link', { name: 'the maker' }).click();
		await page.getByRole('heading', { name: 'the maker', level: 1 }).waitFor();
		await page.goto('/w/lab/runs/maker?tab=details');
		await page.getByRole('link', { name: 'ridge, version 1' }).click();
		await page.getByRole('heading', { name: 'ridge, version 1', level: 1 }).waitFor();
		expect(browser.complaints).toEqual([]);
	},
);

test.each(['light', 'dark'] as const)(
	'a prompt stands by itself, is found by name, and is read as the text that it is, %s',
	async (colorScheme) => {
		await using lab = await startLab();
		await using browser = await openBrowser(lab.url, { colorScheme });
		const { page } = browser;
		const { client } = lab;
		const params = { workspace: 'lab', model: 'greet' };
		const isPrompt = { 'mlflow.prompt.is_prompt': 'true' };
		const chat = JSON.stringify([
			{ role: 'system', content: 'Be kind.' },
			{ role: 'user', content: 'Hi {{name}}' },
		]);
		await client.call('createModel', {
			params,
			body: { name: 'greet', tags: { ...isPrompt, _mlflow_experiment_ids: ',1,', tone: 'warm' } },
		});
		for (const tags of [
			{ ...isPrompt, 'mlflow.prompt.text': 'Hello {{name}}' },
			{ ...isPrompt, 'mlflow.prompt.text': chat, _mlflow_prompt_type: 'chat', _mlflow_prompt_response_format: '{"type": "object"}' },
		])
			await client.call('registerModel', { params, body: { source: { uri: 'dummy-source' }, tags } });

		await client.call('createModel', { params, body: { name: 'ridge' } });
		await page.goto('/w/lab/models');
		await page.getByRole('link', { name: 'ridge' }).waitFor();
		expect(await page.getByRole('link', { name: 'greet' }).count()).toBe(0);
		await page.getByRole('tab', { name: 'Prompts' }).click();
		const row = page.getByRole('row').filter({ hasText: 'greet' });
		await row.getByText('tone: warm').waitFor();
		expect(await page.getByText('mlflow').count()).toBe(0);
		expect(await violationsOf(page)).toEqual([]);
		expect(await page.getByRole('link', { name: 'ridge' }).count()).toBe(0);
		await page.keyboard.press('Control+k');
		await page.getByRole('combobox', { name: 'Search everything' }).fill('gre');
		await page.getByRole('option', { name: /greet/ }).click();
		await page.getByText('mlflow.genai.load_prompt("prompts:/greet/2")').waitFor();
		await page.getByText('system: Be kind. · user: Hi {{name}}').waitFor();
		expect(await page.getByText('elsewhere').count()).toBe(0);
		expect(await violationsOf(page)).toEqual([]);

		await page.getByRole('link', { name: '2', exact: true }).click();
		await page.getByRole('heading', { name: 'system' }).waitFor();
		for (const text of ['Be kind.', 'Hi {{name}}', '{"type": "object"}', 'mlflow.genai.load_prompt("prompts:/greet/2")'])
			await page.getByText(text, { exact: true }).waitFor();
		expect(await page.getByText('dummy-source').count()).toBe(0);
		expect(await violationsOf(page)).toEqual([]);
		expect(browser.complaints).toEqual([]);
	},
);

test.each(['light', 'dark'] as const)(
	'what a run read and logged is shown: datasets, and logged models with their files and metrics, %s',
	async (colorScheme) => {
		await using lab = await startLab();
		await using browser = await openBrowser(lab.url, { colorScheme });
		const { page } = browser;
		const { client, experimentId: experiment } = lab;
		await client.call('createRun', { params: { experiment }, body: { id: 'maker', displayName: 'the maker' } });
		const time = '2026-01-02T03:04:05.000000Z';
		await client.call('putLoggedModel', {
			params: { experiment, loggedModel: 'm-1' },
			body: {
				...{ name: 'ridge pipeline', modelType: null, sourceRunId: 'maker', status: 'ready', statusMessage: null, tags: {} },
				...{ params: { alpha: '0.5' }, createdTime: time, modifiedTime: time },
				metrics: [{ name: 'mse', value: 0.25, time, step: 3, runId: 'maker', datasetName: 'wine', datasetDigest: 'd1' }],
			},
		});
		const files = { experiment, loggedModel: 'm-1' };
		await client.call('writeLoggedModelFile', { params: { ...files, '*': 'weights.pkl' }, body: 'weights' });
		await client.call('writeLoggedModelFile', { params: { ...files, '*': 'MLmodel' }, body: 'flavors:\n  sklearn: {}\n' });
		await client.call('logRunLineage', {
			params: { run: 'maker' },
			body: {
				datasets: [
					{
						dataset: {
							...{ name: 'wine', digest: 'd1', sourceType: 'http', source: '{"url": "https://example.org/wine.csv"}' },
							schema: '{"mlflow_colspec": [{"type": "double", "name": "acidity", "required": true}]}',
							profile: '{"num_rows": 1599}',
						},
						tags: { 'mlflow.data.context': 'training', split: '80/20' },
					},
					{ dataset: { name: 'bare', digest: 'd2', sourceType: 'local', source: 'bare.csv', schema: 'two columns', profile: 'long' } },
				],
				modelOutputs: [{ modelId: 'm-1', step: 2 }],
				modelInputs: ['m-gone'],
			},
		});
		await page.goto('/w/lab/runs/maker?tab=details');
		const wine = page.getByRole('listitem').filter({ hasText: 'wine' });
		await wine.getByText('training').waitFor();
		await wine.getByText('split: 80/20').waitFor();
		await wine.getByText('1599').waitFor();
		await wine.getByRole('link', { name: 'https://example.org/wine.csv' }).waitFor();
		await wine.getByText('Schema: 1 column').click();
		await wine.getByText('acidity').waitFor();
		await page.getByRole('listitem').filter({ hasText: 'bare' }).getByText('long').waitFor();
		await page.getByTitle('This logged model is not here.').getByText('m-gone').waitFor();
		expect(await violationsOf(page)).toEqual([]);

		await page.getByRole('link', { name: 'ridge pipeline' }).click();
		await page.getByRole('heading', { name: 'ridge pipeline', level: 1 }).waitFor();
		await page.getByText('sklearn').waitFor();
		expect(await violationsOf(page)).toEqual([]);
		await page.getByRole('button', { name: 'weights.pkl' }).click();
		await page.getByText('7 B, not a text that can be shown here').waitFor();
		const download = page.waitForEvent('download');
		await page.getByRole('link', { name: 'Download' }).click();
		expect((await download).suggestedFilename()).toBe('weights.pkl');
		await page.getByRole('tab', { name: 'Metrics' }).click();
		await page.getByRole('row').filter({ hasText: 'mse' }).getByText('0.25').waitFor();
		await page.getByRole('link', { name: 'the maker' }).first().click();
		await page.getByRole('heading', { name: 'the maker', level: 1 }).waitFor();
		expect(browser.complaints.filter((one) => !one.includes('404 (Not Found)'))).toEqual([]);
	},
);

test('a version that a run of another server made leads there from its own page too', async () => {
	await using lab = await startLab();
	const runLink = 'https://elsewhere.example/runs/1';
	// MLflow's clients alone say such a thing.
	const ask = async (call: string, body: object) => {
		const headers = { 'content-type': 'application/json', 'x-mlflow-workspace': 'lab' };
		const reply = await fetch(`${lab.url}/api/2.0/mlflow/${call}`, { method: 'POST', headers, body: JSON.stringify(body) });
		expect(reply.status).toBe(200);
	};
	await ask('registered-models/create', { name: 'far' });
	await ask('model-versions/create', { name: 'far', source: 's3://bucket/model', run_id: 'far-1', run_link: runLink });
	await using browser = await openBrowser(lab.url);
	for (const address of ['/w/lab/models/far', '/w/lab/models/far/versions/1']) {
		await browser.page.goto(address);
		expect(await browser.page.getByRole('link', { name: 'far-1' }).getAttribute('href')).toBe(runLink);
	}
});

test('a model that is not there is said', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	await browser.page.goto('/w/lab/models/nowhere');
	await browser.page
		.getByText(/nowhere/)
		.first()
		.waitFor();
	await browser.page.getByRole('button', { name: 'Try again' }).waitFor();
});

test('a description is laid out, and edited as it was written', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const { client, experimentId: experiment } = lab;
	const tags = { team: 'a', 'mlflow.user': 'kim' };
	await client.call('createRun', { params: { experiment }, body: { id: 'told', description: 'What **it** does:\n\n- one', tags } });
	await client.call('writeRunFile', {
		params: { run: 'told', '*': 'table.json' },
		body: JSON.stringify({ columns: ['question', 'score'], data: [['why?', 0.5]] }),
	});
	await page.goto('/w/lab/runs/told?tab=details');
	await page.getByRole('listitem').filter({ hasText: 'one' }).waitFor();
	await page.getByText('team: a').waitFor();
	expect(await page.getByText('mlflow.user').count()).toBe(0);
	await page.getByRole('button', { name: '1 of MLflow' }).click();
	await page.getByText('mlflow.user: kim').waitFor();
	await page.getByRole('button', { name: 'Edit the description' }).click();
	await page.getByRole('textbox', { name: 'description' }).press('Control+End');
	await page.keyboard.type('\n- two');
	await page.keyboard.press('Control+Enter');
	await page.getByRole('listitem').filter({ hasText: 'two' }).waitFor();
	expect((await client.call('getRun', { params: { run: 'told' } })).description).toBe('What **it** does:\n\n- one\n- two');

	await page.goto('/w/lab/runs/told?tab=files&file=table.json');
	await page.getByRole('row').filter({ hasText: 'why?' }).getByText('0.5').waitFor();
	await page.getByRole('switch', { name: 'As a table' }).click();
	await page.getByText('"columns"').waitFor();
	expect(await violationsOf(page)).toEqual([]);
	expect(browser.complaints).toEqual([]);
});
