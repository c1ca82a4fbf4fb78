/** What is done with a list of runs in a real browser: columns, groups, filters, many runs at once, views. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Lab, logValues, openBrowser, sharedLab, startLab } from './studio-browser.ts';

const HOSTILE = '<img src=x onerror="document.title=1">';

/** Four completed runs of two optimizers, the last with a hostile name, and a live one. */
function startWorld(): Promise<Lab> {
	return startLab(async (lab) => {
		const names = ['first', 'second', 'third', HOSTILE];
		for (const [index, displayName] of names.entries()) {
			const run = `run-${index}`;
			await lab.client.call('createRun', {
				params: { experiment: lab.experimentId },
				body: { id: run, displayName, tags: { note: HOSTILE } },
			});
			await lab.client.call('updateRun', { params: { run }, body: { params: { optimizer: index % 2 === 0 ? 'adam' : 'sgd' } } });
			await logValues(lab, run, 'mse', [50, 40 - index]);
			await lab.client.call('changeRunStatus', { params: { run }, body: { status: 'Completed' } });
		}
		await lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id: 'live', displayName: 'live' } });
	});
}

const rowIds = (page: Page) => page.locator('[data-row]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')));

test('columns are chosen, moved, sized and pinned, and all of it stands in the address', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const headers = () => page.locator('[data-column]').evaluateAll((all) => all.map((one) => one.getAttribute('data-column')));
	// It comes first in the alphabet, but has no course.
	for (const run of ['run-0', 'run-1', 'run-2', 'run-3']) await logValues(lab, run, 'accuracy', [0.9]);
	await page.goto('/w/lab/experiments');
	await page.locator('[data-row="run-3"]').waitFor();
	await page.locator('[data-sparkline="run-0"] path').waitFor();
	expect(await page.locator('[data-column="spark"]').innerText()).toMatch(/^mse/);
	await page.locator('[data-row="run-0"]').getByRole('img', { name: 'mse: 2 points from 40 to 50' }).waitFor();
	expect(await page.locator('[data-row="live"] [data-sparkline]').count()).toBe(0);
	await page.getByRole('button', { name: 'Columns' }).click();
	await page.getByRole('searchbox').fill('mse');
	await page.getByRole('button', { name: 'min of mse' }).click();
	await page.keyboard.press('Escape');
	await expect.poll(headers).toContain('metrics.mse.min');
	await page.getByRole('button', { name: 'Options of the column mse (min)' }).click();
	await page.getByRole('menuitem', { name: 'Move left' }).click();
	await page.getByRole('button', { name: 'Options of the column mse (min)' }).click();
	await page.getByRole('menuitemradio', { name: 'mean value' }).click();
	await expect.poll(headers).toContain('metrics.mse.mean');
	const width = page.getByRole('separator', { name: 'Width of the column Status' });
	await width.focus();
	await page.keyboard.press('ArrowRight');
	await expect.poll(() => new URL(page.url()).searchParams.get('widths')).toContain('status');
	await page.getByRole('button', { name: 'Options of the column Status' }).click();
	await page.getByRole('menuitem', { name: 'Pin up to here' }).click();
	await expect.poll(() => new URL(page.url()).searchParams.get('pinned')).toBe('3');
	const before = await headers();
	await page.reload();
	await page.locator('[data-row="run-3"]').waitFor();
	expect(await headers()).toEqual(before);
	expect(browser.complaints).toEqual([]);
});

test('a panel waits for what it holds, and then has the focus', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const held = Promise.withResolvers<void>();
	await page.route('**/conditions-form-*.js', async (route) => {
		await held.promise;
		await route.continue();
	});
	const panelCame = page.waitForResponse(/\/panel-[^/]+\.js$/);
	await page.goto('/w/lab/experiments');
	await page.locator('[data-row="run-3"]').waitFor();
	await panelCame;
	const button = page.getByRole('button', { name: 'Filter', exact: true });
	await button.click();
	await expect.poll(() => button.getAttribute('aria-expanded')).toBe('true');
	held.resolve();
	await page.getByRole('dialog', { name: 'Conditions' }).locator(':focus').waitFor();
	await page.getByRole('button', { name: 'Condition', exact: true }).click();
});

test('a filter is pointed at or completed, and both say the same', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.locator('[data-row="run-3"]').waitFor();
	const field = page.getByLabel('Filter runs');
	await field.click();
	await page.keyboard.type('param');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await expect.poll(() => field.inputValue()).toBe('params.');
	await page.getByRole('option', { name: 'optimizer' }).click();
	await expect.poll(() => field.inputValue()).toBe('params.optimizer ');
	await page.keyboard.type("= 'adam'");
	await page.keyboard.press('Enter');
	await expect.poll(() => rowIds(page)).toEqual(['run-2', 'run-0']);
	await page.getByRole('button', { name: 'Filter', exact: true }).click();
	await page.getByRole('button', { name: 'Condition', exact: true }).click();
	await page.getByRole('combobox', { name: 'Field' }).nth(1).click();
	await page.keyboard.press('ControlOrMeta+a');
	await page.keyboard.type('mse.last');
	await page.getByRole('option', { name: 'metrics.mse.last' }).click();
	await page.getByRole('combobox', { name: 'Comparison' }).nth(1).click();
	await page.getByRole('option', { name: 'is less than' }).click();
	await page.getByRole('textbox', { name: 'Value' }).nth(1).fill('40');
	await page.getByRole('button', { name: 'Apply' }).click();
	await expect.poll(() => rowIds(page)).toEqual(['run-2']);
	expect(await field.inputValue()).toBe("params.optimizer = 'adam' and metrics.mse.last < 40");
	expect(browser.complaints).toEqual([]);
});

test('runs are shown by what they have in common, with their means', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.locator('[data-row="run-3"]').waitFor();
	await page.getByRole('button', { name: 'Group', exact: true }).click();
	await page.getByRole('menuitem', { name: 'params.optimizer' }).click();
	const adam = page.locator('[data-row="group:=adam"]');
	await adam.getByText('2 runs').waitFor();
	await adam.getByText('⌀ 39').waitFor();
	await adam.focus();
	await page.keyboard.press('ArrowRight');
	await page.locator('[data-row="run-2"]').waitFor();
	expect(await rowIds(page)).toEqual(['group:=adam', 'run-2', 'run-0', 'group:=sgd', 'group:']);
	expect(browser.complaints).toEqual([]);
});

/** Who changed runs sees their sums at once: those that follow the stream come every four seconds. */
const SUMMED_MAX_MS = 3_000;

test('many runs are tagged, archived, taken back, trashed, and purged for good', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments');
	await page.locator('[data-row="run-3"]').waitFor();
	const choose = async (...names: string[]) => {
		for (const name of names) await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
	};
	const act = (name: string) => page.getByRole('region', { name: 'Chosen runs' }).getByRole('button', { name, exact: true }).click();
	await choose('first', 'second');
	await act('Tag');
	await page.getByRole('textbox', { name: 'Tag of the chosen runs' }).fill('quality = good');
	await page.keyboard.press('Enter');
	const told = page.getByText('2 runs tagged.').first();
	await told.waitFor();
	// What is told does not lie upon what can be done.
	const noteBox = await told.boundingBox();
	const barBox = await page.getByRole('region', { name: 'Chosen runs' }).boundingBox();
	expect((noteBox?.y ?? 0) + (noteBox?.height ?? 0)).toBeLessThanOrEqual(barBox?.y ?? 0);
	expect((await lab.client.call('getRun', { params: { run: 'run-0' } })).tags.quality).toBe('good');
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect.poll(async () => (await lab.client.call('getRun', { params: { run: 'run-0' } })).tags.quality).toBeUndefined();

	await act('Archive');
	await expect.poll(() => rowIds(page)).toEqual(['live', 'run-3', 'run-2']);
	const summary = () => page.locator('[data-summary]').innerText();
	await expect.poll(summary, { timeout: SUMMED_MAX_MS }).toMatch(/^3 runs/);
	await page.getByText('2 runs archived.').first().waitFor();
	await page.getByRole('button', { name: 'Undo' }).last().click();
	await expect.poll(() => rowIds(page)).toEqual(['live', 'run-3', 'run-2', 'run-1', 'run-0']);
	await expect.poll(summary, { timeout: SUMMED_MAX_MS }).toMatch(/^5 runs/);

	await page.goto('/w/lab/experiments?filter=tags.note+is+not+null');
	await page.locator('[data-row="run-3"]').waitFor();
	await choose('first');
	await page.getByLabel('Filter runs').fill('number = 999');
	await page.getByLabel('Filter runs').press('Enter');
	await page.getByRole('heading', { name: 'No run matches' }).waitFor();
	const bar = await page.getByRole('region', { name: 'Chosen runs' }).boundingBox();
	expect(Math.round((bar?.y ?? 0) + (bar?.height ?? 0))).toBe(page.viewportSize()?.height);
	await page.goto('/w/lab/experiments');
	await page.locator('[data-row="run-3"]').waitFor();
	await choose('first', 'live');
	await act('Delete');
	await page.getByText('1 run moved to the trash, 1 not.').first().waitFor();
	await page.getByText('a run that still lives cannot be moved to the trash').first().waitFor();
	await page.goto('/w/lab/experiments?lifecycle=trashed');
	await page.locator('[data-row="run-0"]').waitFor();
	await choose('first');
	await act('Purge');
	await page.getByRole('button', { name: 'Delete for good' }).click();
	await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
	await page.getByText('Runs that are deleted wait here until they are restored or purged.').waitFor();
	await page.goto('/w/lab/experiments?lifecycle=archived');
	await page.getByRole('heading', { name: 'No archived runs' }).waitFor();
	await page.goto('/w/lab/experiments?lifecycle=archived&filter=number+%3D+1');
	await page.getByRole('heading', { name: 'No run matches' }).waitFor();
	await page.getByRole('button', { name: 'Show all that are not archived' }).click();
	await page.locator('[data-row="run-3"]').waitFor();
	await expect(lab.client.call('getRun', { params: { run: 'run-0' } })).rejects.toMatchObject({ status: 404 });
	expect(browser.complaints).toEqual([]);
});

test('a view is kept, changed, taken back, and whoever is late is told', async () => {
	await using lab = await startWorld();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/experiments?filter=metrics.mse+%3C+40');
	await page.locator('[data-row="run-3"]').waitFor();
	await page.getByRole('button', { name: 'View: All runs' }).click();
	await page.getByRole('menuitem', { name: 'Save as' }).click();
	await page.getByRole('radio', { name: 'Shared with the workspace' }).check();
	await page.getByLabel('Name of the view').fill('Good ones');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Good ones' }).waitFor();
	await expect.poll(() => new URL(page.url()).searchParams.get('version')).toBe('1');
	const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
	const field = page.getByLabel('Filter runs');
	expect(await field.inputValue()).toBe('metrics.mse < 40');

	await field.fill('metrics.mse < 39');
	await field.press('Enter');
	await page.getByText('changed', { exact: true }).waitFor();
	await page.getByRole('button', { name: 'Revert' }).click();
	await expect.poll(() => field.inputValue()).toBe('metrics.mse < 40');

	await field.fill('metrics.mse < 38');
	await field.press('Enter');
	await lab.client.call('updateView', { params: { view: id }, body: { version: 1, state: { filter: 'number = 1' } } });
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.getByText('has changed this view meanwhile').waitFor();
	await page.getByRole('button', { name: 'Keep mine' }).click();
	await expect.poll(() => new URL(page.url()).searchParams.get('version')).toBe('3');
	await expect.poll(async () => (await lab.client.call('getView', { params: { view: id } })).state.filter).toBe('metrics.mse < 38');
	await page.goto(`/w/lab/views/${id}`);
	await expect.poll(() => rowIds(page)).toEqual(['run-3']);

	// An older version is gone back to, by the keys alone.
	await page.getByRole('button', { name: 'View: Good ones' }).click();
	await page.getByRole('menuitem', { name: 'Versions' }).click();
	const versions = page.getByRole('dialog', { name: 'View' });
	await versions.getByRole('button', { name: 'Version 1 by' }).waitFor();
	await expect.poll(() => page.locator(':focus').textContent()).toMatch(/^Version 3 by/);
	for (const _ of ['version 2', 'version 1']) await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await expect.poll(() => field.inputValue()).toBe('metrics.mse < 40');

	// Deleted, it is taken back as the same view.
	await page.getByRole('button', { name: 'View: Good ones' }).click();
	await page.getByRole('menuitem', { name: 'Delete' }).click();
	await page.getByText('The view Good ones is deleted.').first().waitFor();
	await page.getByRole('heading', { name: 'Good ones' }).waitFor({ state: 'detached' });
	await page.getByRole('button', { name: 'Undo' }).click();
	await page.getByRole('heading', { name: 'Good ones' }).waitFor();
	await expect.poll(() => new URL(page.url()).pathname).toBe(`/w/lab/views/${id}`);
	expect(await lab.client.call('getView', { params: { view: id } })).toMatchObject({ version: 3, state: { filter: 'metrics.mse < 38' } });
	expect(browser.complaints.filter((complaint) => !complaint.includes('409'))).toEqual([]);
});

test('a view of what is no longer there opens, and says so', async () => {
	await using lab = await startWorld();
	const columns = ['name', 'status', 'metrics.gone.min', 'nonsense'];
	const body = { name: 'Old', scope: 'shared' as const, state: { columns, group: 'not a field', hidden: 'no list' } };
	const view = await lab.client.call('createView', { params: { workspace: 'lab' }, body });
	await lab.client.call('updateView', { params: { view: view.id }, body: { version: 1, isDefault: true } });
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/');
	await page.getByRole('heading', { name: 'Old' }).waitFor();
	await page.getByText('No run has what these columns show: metrics.gone.min, nonsense.').waitFor();
	await page.locator('[data-row="run-3"]').waitFor();
	await page.getByRole('button', { name: 'Take them away' }).click();
	await expect.poll(() => page.locator('[data-column]').count()).toBe(4);
	expect(browser.complaints).toEqual([]);
});

test('what runs are called is shown as text, however long', async () => {
	await using lab = await startWorld();
	const long = 'x'.repeat(8_000);
	await lab.client.call('updateRun', {
		params: { run: 'run-1' },
		body: { tags: { [HOSTILE]: HOSTILE, long }, params: { [HOSTILE]: long } },
	});
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto(`/w/lab/experiments?columns=${encodeURIComponent(JSON.stringify(['name', 'tags', `params.${HOSTILE}`, 'tags.long']))}`);
	await page.locator('[data-row="run-3"]').getByRole('link', { name: HOSTILE }).waitFor();
	expect(await page.locator('img[src="x"]').count()).toBe(0);
	await page.getByRole('columnheader', { name: HOSTILE }).waitFor();
	expect(await page.title()).toContain('Experiments');
	expect(browser.complaints).toEqual([]);
});

const world = sharedLab(startWorld);

test.each(['light', 'dark'] as const)('everybody can use the list in %s', async (scheme) => {
	const lab = await world();
	await using browser = await openBrowser(lab.url, { colorScheme: scheme });
	const { page } = browser;
	const violations = async () => {
		// Not as an element: the page runs no script that was written into it.
		const found = await page.evaluate(
			`${axe.source}; axe.run({ exclude: [['i[data-tabster-dummy]']] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })`,
		);
		return (found as { violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }).violations.map(
			({ id, nodes }) =>
				`${id}: ${nodes
					.slice(0, 3)
					.map((node) => `${node.target.join(' ')} ${node.failureSummary}`)
					.join(' | ')}`,
		);
	};
	await page.goto('/w/lab/experiments');
	await page.locator('[data-sparkline="run-0"]').waitFor();
	await page.getByRole('checkbox', { name: 'Select first' }).check();
	expect(await violations()).toEqual([]);
	await page.goto('/w/lab/experiments?group=params.optimizer');
	await page.locator('[data-row="group:=adam"]').waitFor();
	expect(await violations()).toEqual([]);
	await page.goto('/w/lab/experiments?tab=experiments');
	await page.getByRole('link', { name: 'ridge' }).waitFor();
	expect(await violations()).toEqual([]);
});
