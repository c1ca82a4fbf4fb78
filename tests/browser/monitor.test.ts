/** The monitor in a real browser: metrics are explored, a rule is tried and made, and its alert comes and is acknowledged. */
import { expect, test } from 'vitest';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import { violationsOf } from './axe.ts';
import { logValues, openBrowser, startLab } from './studio-browser.ts';

test('a metric is split and shared, a rule says what it would have done, its alert comes by itself', async () => {
	await using lab = await startLab();
	const { client, experimentId: experiment } = lab;
	const fail = async (): Promise<void> => {
		const { id } = await client.call('createRun', { params: { experiment }, body: {} });
		await logValues(lab, id, 'loss', [3, 2, 1]);
		await client.call('failRun', { params: { run: id }, body: { errorDetails: 'out of memory' } });
	};
	await fail();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	// A row of a run leads to its metrics, too.
	const rail = page.getByRole('navigation', { name: 'Workspace' });
	await rail.getByRole('link', { name: 'Metrics' }).click();
	await page.getByRole('img', { name: 'Started Runs, Failed Runs' }).waitFor();
	await page.getByRole('combobox', { name: 'Split by dimension' }).nth(1).click();
	await page.getByRole('option', { name: 'ExperimentName' }).click();
	await expect.poll(() => new URL(page.url()).searchParams.get('metrics')).toContain('"split":"ExperimentName"');
	await page.reload();
	await page.getByText(/Failed Runs: \w+/).waitFor();
	expect(await violationsOf(page)).toEqual([]);

	const chart = page.getByRole('img', { name: 'Started Runs, Failed Runs' });
	const logs = page.getByRole('button', { name: /^Logs of / });
	// The moment under the pointer is known once the chart has drawn it.
	const press = async () => {
		await chart.click();
		return logs.count();
	};
	await expect.poll(press).toBe(1);
	await logs.click();
	await expect.poll(() => new URL(page.url()).searchParams.get('query')).toContain('| where Status == "Running"');

	await rail.getByRole('link', { name: 'Alerts' }).click();
	await page.getByText('No open alerts').waitFor();
	await page.getByRole('tab', { name: 'Rules' }).click();
	await page.getByRole('button', { name: 'Unusable nodes' }).click();
	await page.getByRole('row', { name: /Unusable nodes/ }).waitFor();
	await page.getByRole('button', { name: 'New rule' }).click();
	await page.getByLabel('Name').fill('A run failed');
	await page.getByText('In the last 24 hours it would have fired').waitFor();
	// Fewer rows than one there were all the time.
	await page.getByRole('combobox', { name: 'Watches' }).click();
	await page.getByRole('option', { name: 'A query over the logs' }).click();
	const query = page.getByRole('textbox', { name: 'Query' });
	await query.fill('AmlRunStatusChangedEvent\n| parse-');
	await page.getByRole('option', { name: 'parse-where' }).waitFor();
	await query.fill('AmlRunStatusChangedEvent | where Statu == "Lost"');
	await page.getByText(/Did you mean Status\?/).waitFor();
	await query.fill('AmlRunStatusChangedEvent | where Status == "Lost"');
	await page.getByText('In the last 24 hours it would have fired 0 times.').waitFor();
	await page.getByRole('combobox', { name: 'Is' }).click();
	await page.getByRole('option', { name: '<', exact: true }).click();
	await page.getByLabel('Threshold').fill('abc');
	await page.getByText('A number, such as 0.5.').waitFor();
	await page.getByText('What is marked above is not right yet.').waitFor();
	expect(await page.getByRole('button', { name: 'Make the rule' }).isDisabled()).toBe(true);
	await page.getByLabel('Threshold').fill('1');
	await page.getByText('In the last 24 hours it would have fired once.').waitFor();
	await page.getByRole('combobox', { name: 'Watches' }).click();
	await page.getByRole('option', { name: 'A run comes to a status' }).click();
	await page.getByRole('button', { name: 'Make the rule' }).click();
	await page.getByRole('row', { name: /A run failed/ }).waitFor();
	await page.getByRole('button', { name: 'Silence A run failed for an hour' }).click();
	await page.getByText(/^until \d+:\d\d/).waitFor();
	await page.getByRole('button', { name: 'End the silence of A run failed' }).click();
	await page.getByRole('button', { name: 'Silence A run failed for an hour' }).waitFor();

	await page.getByRole('tab', { name: 'Alerts' }).click();
	await page.locator('[data-live="connected"]').waitFor();
	await fail();
	const raised = page.getByRole('row', { name: /is Failed: out of memory/ });
	await raised.waitFor();
	const headers = await page.getByRole('columnheader').allInnerTexts();
	const cells = await raised.getByRole('cell').or(raised.getByRole('gridcell')).allInnerTexts();
	expect(cells[headers.indexOf('Alert')]).toBe('A run failed');
	await page.getByRole('button', { name: 'A run failed' }).click();
	await page
		.getByText(/is Failed: out of memory/)
		.first()
		.waitFor();
	await page.getByLabel('Comment').fill('I look.');
	await page.getByRole('button', { name: 'Acknowledge' }).click();
	await page.getByText('I look.').last().waitFor();
	expect(await violationsOf(page)).toEqual([]);
	const alerts = async () => (await client.call('listAlerts', { params: { workspace: 'lab' } })).alerts;
	// What is written in the field is a text of the page, too, before it is sent.
	await expect
		.poll(async () => (await alerts()).map(({ ruleName, state }) => [ruleName, state]))
		.toEqual([['A run failed', 'acknowledged']]);
	const [alert] = await alerts();

	await page.goto(`/w/lab/runs/${alert?.runId}?tab=metrics`);
	await page.locator('[data-chart="loss"]').getByText('Alert A run failed').waitFor();
	// The queries that were wrong were refused, and that is all.
	expect(new Set(browser.complaints)).toEqual(new Set([expect.stringContaining('400 (Bad Request)')]));
});

test('an action group is made with receivers of several kinds, changed and tested one by one, by keyboard', async () => {
	await using receiver = await startWebhookReceiver();
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const groups = async () => (await lab.client.call('listActionGroups', { params: { workspace: 'lab' } })).groups;
	await page.goto('/w/lab/monitor/alerts?tab=groups');
	const form = page.getByRole('form', { name: 'New action group' });
	await form.getByLabel('Name').fill('ops');
	await form.getByRole('textbox', { name: 'Address of receiver 1' }).fill(receiver.url);
	await form.getByRole('button', { name: 'Add a receiver' }).press('Enter');
	// The new row has the focus: its kind, then its address.
	await page.keyboard.press('Enter');
	await page.getByRole('option', { name: 'Mail' }).waitFor();
	await page.keyboard.press('End');
	await page.keyboard.press('Enter');
	await page.keyboard.press('Tab');
	await page.keyboard.type('ada@example.org, bob@example.org');
	await form.getByRole('button', { name: 'Add a receiver' }).press('Enter');
	await form.getByText('Each receiver needs an address.').waitFor();
	await form.getByRole('button', { name: 'Remove receiver 3' }).press('Enter');
	await form.getByRole('button', { name: 'Add a receiver' }).and(page.locator(':focus')).waitFor();
	expect(await violationsOf(page)).toEqual([]);
	await form.getByRole('button', { name: 'Make the group' }).press('Enter');
	await page.getByText(/whsec_/).waitFor();
	await page.getByRole('button', { name: 'Test receiver 1 of ops' }).press('Enter');
	await page.getByText('Delivered', { exact: true }).waitFor();
	expect(receiver.tellings()).toBe(1);
	await page.getByRole('button', { name: 'Test receiver 2 of ops' }).press('Enter');
	await page
		.getByText(/The server has no mail server/)
		.first()
		.waitFor();

	await page.getByRole('button', { name: 'Change', exact: true }).press('Enter');
	const changed = page.getByRole('form', { name: 'Change ops' });
	await changed.getByRole('textbox', { name: 'Address of receiver 2' }).fill('ada@example.org');
	await changed.getByRole('button', { name: 'Test receiver 1' }).press('Enter');
	await changed.getByText('Delivered', { exact: true }).waitFor();
	expect(await violationsOf(page)).toEqual([]);
	await changed.getByRole('button', { name: 'Save' }).press('Enter');
	await changed.waitFor({ state: 'detached' });
	expect((await groups()).map(({ name, receivers }) => [name, receivers.map(({ type, address }) => [type, address])])).toEqual([
		[
			'ops',
			[
				['webhook', receiver.url],
				['email', 'ada@example.org'],
			],
		],
	]);
	expect(browser.complaints).toEqual([]);
});
