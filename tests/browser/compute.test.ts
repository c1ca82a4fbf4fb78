/** Compute in a real browser: clusters are made, sized and deleted, their nodes and runs come and leave live, and say why. */
import { expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { type Lab, openBrowser, sharedLab, startLab } from './studio-browser.ts';

const createCluster = (lab: Lab, name: string, maxNodes: number) =>
	lab.client.call('createCluster', { params: { workspace: 'lab' }, body: { name, vmSize: 'STANDARD_D2_V2', maxNodes } });

const submit = async (lab: Lab, displayName: string, target: string, seconds: number): Promise<string> =>
	(
		await lab.client.call('submitJob', {
			params: { experiment: lab.experimentId },
			body: { displayName, definition: { target, command: ['sleep', String(seconds)] } },
		})
	).runId;

test('a cluster is made, sized by hand, and deleted by its name', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/compute');
	await page.getByRole('heading', { name: 'No clusters yet' }).waitFor();
	await page.getByRole('button', { name: 'New cluster' }).click();
	await page.getByLabel('Name', { exact: true }).fill('cpu');
	await page.getByLabel('Minimum nodes').fill('2');
	await page.getByText('not more than the maximum, 1').waitFor();
	await page.getByLabel('Minimum nodes').fill('0');
	await page.getByRole('combobox', { name: 'Priority' }).click();
	await page.getByRole('option', { name: 'Low priority' }).click();
	await page.getByLabel('Idle seconds').fill('60');
	await page.getByLabel('Runs at once').fill('1');
	await page.getByRole('button', { name: 'Create' }).click();
	await page.getByRole('heading', { name: 'cpu', exact: true }).waitFor();
	expect(await lab.client.call('getCluster', { params: { workspace: 'lab', compute: 'cpu' } })).toMatchObject({
		vmPriority: 'lowpriority',
		minNodes: 0,
		maxNodes: 1,
		idleSecondsBeforeScaleDown: 60,
		maxConcurrentRuns: 1,
	});

	await page.getByRole('tab', { name: 'Scale' }).click();
	await page.getByLabel('Maximum nodes').fill('3');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByText('Saved: nodes come and go to match.').waitFor();
	expect((await lab.client.call('getCluster', { params: { workspace: 'lab', compute: 'cpu' } })).maxNodes).toBe(3);
	await page.getByRole('tab', { name: 'Events' }).click();
	await page.getByText('Changed: 0 to 3 nodes').waitFor();

	await page.getByRole('tab', { name: 'Scale' }).click();
	const remove = page.getByRole('button', { name: 'Delete' });
	expect(await remove.isDisabled()).toBe(true);
	await page.getByLabel('Type cpu to delete it').fill('cpu');
	await remove.click();
	await page.getByRole('heading', { name: 'No clusters yet' }).waitFor();
	expect(browser.complaints).toEqual([]);
});

test('runs stand in their turns with why they wait, leave when they end, and lead to Experiments', async () => {
	await using lab = await startLab();
	await createCluster(lab, 'cpu', 1);
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/compute/cpu');
	await page.getByRole('heading', { name: 'Nothing waits and nothing runs here' }).waitFor();
	await page.locator('[data-live="connected"]').waitFor();
	const first = await submit(lab, 'the first', 'cpu', 600);
	const second = await submit(lab, 'the second', 'cpu', 600);
	const rowOf = (run: string) => page.locator(`[data-row="${run}"]`);
	await rowOf(first).locator('[data-status="Running"]').waitFor();
	const reason = rowOf(second).getByText('1 node of cpu is busy with run');
	await reason.waitFor();
	const cut = await reason.evaluate((one) => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]);
	expect(cut).toEqual([0, 0]);
	await rowOf(second).getByRole('link', { name: 'ridge' }).waitFor();

	await page.getByRole('tab', { name: 'Nodes' }).click();
	const node = page.locator('[data-node]');
	await node.getByText('Running').waitFor();
	await node.click();
	await page.getByRole('link', { name: first }).waitFor();
	await page.getByRole('button', { name: 'Cordon' }).click();
	await page.getByRole('button', { name: 'Uncordon' }).waitFor();
	await page.getByRole('button', { name: 'Uncordon' }).click();
	await page.getByRole('button', { name: 'Cordon', exact: true }).waitFor();

	await page.getByRole('tab', { name: 'Waiting times' }).click();
	await page.getByRole('img', { name: /^Time in the queue of 2 runs/ }).waitFor();
	await page.getByRole('tab', { name: 'Runs' }).click();
	await lab.client.call('cancelRun', { params: { run: second }, body: {} });
	await rowOf(second).waitFor({ state: 'detached' });
	await lab.client.call('cancelRun', { params: { run: first }, body: {} });
	await rowOf(first).waitFor({ state: 'detached' });
	await page.getByRole('link', { name: 'See the ended runs of cpu in Experiments' }).click();
	await page.locator(`[data-row="${second}"]`).waitFor();
	expect(browser.complaints).toEqual([]);
});

const waiting = sharedLab(() =>
	startLab(async (lab) => {
		await createCluster(lab, 'cpu', 0);
		await submit(lab, 'waits', 'cpu', 1);
	}),
);

test.each(['light', 'dark'] as const)('pages of compute keep to WCAG 2.1 AA in %s', async (scheme) => {
	const lab = await waiting();
	await using browser = await openBrowser(lab.url, { colorScheme: scheme });
	const { page } = browser;
	const found: string[] = [];
	for (const [path, ready] of [
		['/w/lab/compute', '[role="treegrid"] [data-row]'],
		['/w/lab/compute/cpu', '[data-row]'],
		['/w/lab/compute/cpu?tab=nodes', 'h2'],
		['/w/lab/compute/cpu?tab=waits', 'canvas'],
		['/w/lab/compute/cpu?tab=events', '[aria-label="Events"] li'],
		['/w/lab/compute/cpu?tab=scale', 'form'],
	] as const) {
		await page.goto(path);
		await page.locator(ready).first().waitFor();
		found.push(...(await violationsOf(page)).map((violation) => `${path} ${violation}`));
	}
	expect(found).toEqual([]);
});

test('more cores are asked for, refused and granted', async () => {
	await using lab = await startLab();
	await createCluster(lab, 'cpu', 0);
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/compute');
	const ask = async (cores: string, reason: string) => {
		await page.getByRole('button', { name: 'Ask for more…' }).click();
		await page.getByRole('textbox', { name: 'Cores' }).fill(cores);
		await page.getByRole('textbox', { name: 'Reason' }).fill(reason);
		await page.getByRole('button', { name: 'Ask for it' }).click();
		await page.getByRole('listitem').filter({ hasText: reason }).waitFor();
	};
	await ask('1200', 'A sweep <b>until March</b>');
	await page.getByRole('button', { name: 'Refuse' }).click();
	await page.locator('[data-quota-request="refused"]').waitFor();
	await ask('1500', 'Another sweep');
	await page.getByRole('button', { name: 'Grant' }).click();
	await page.locator('[data-quota-request="granted"]').waitFor();
	await page.getByText('0 of 1,500').first().waitFor();
	const { quotas } = await lab.client.call('listQuotas', { params: { workspace: 'lab' } });
	expect(quotas.find(({ name }) => name === 'dedicated')?.limitCores).toBe(1_500);
	expect(browser.complaints).toEqual([]);
});
