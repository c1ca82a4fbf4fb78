/** The page of logs in a real browser: a query with its rows, one that is wrong, and one that is a chart. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { openBrowser, startLab } from './studio-browser.ts';

/** The first query starts the engine. */
const FIRST_ANSWER_MS = 60_000;

test('a query is run from the keyboard, shared by its address, told where it is wrong, and drawn', async () => {
	await using lab = await startLab();
	await lab.client.call('createRun', { params: { experiment: lab.experimentId }, body: { id: 'seen' } });
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/logs');
	const editor = page.getByRole('textbox', { name: 'Query' });
	const run = async (query: string) => {
		await editor.fill(query);
		await page.keyboard.press('Control+Enter');
	};
	await run('RunsteadAudit | where EventType == "run.created" | project Subject');
	await page.getByText('seen', { exact: true }).waitFor({ timeout: FIRST_ANSWER_MS });
	await page.reload();
	await page.getByText('seen', { exact: true }).waitFor();
	expect(await violationsOf(page)).toEqual([]);
	const rows = page.getByRole('grid').or(page.getByRole('treegrid')).getByRole('row');
	await run('print Time=datetime(2026-11-22T10:47:57.797123Z), Message="Traceback:\\n  File x\\nValueError: exploded", Who="root"');
	const cell = rows.getByRole('button', { name: 'Traceback: File x ValueError: exploded' });
	const [lineBox, rowBox] = [await cell.boundingBox(), await rows.last().boundingBox()];
	expect(lineBox?.height).toBeLessThan(rowBox?.height ?? 0);
	const time = rows.getByText('2026-11-22T10:47:57');
	expect(await time.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
	await cell.click();
	await page.locator('pre', { hasText: 'ValueError: exploded' }).waitFor();
	expect(await violationsOf(page)).toEqual([]);
	await page.keyboard.press('Escape');
	await run('range t from ago(1d) to now() step 1h | extend v=1 | render timechart');
	await page.getByRole('tab', { name: 'Chart' }).waitFor();
	expect(browser.complaints).toEqual([]);
	await run('RunsteadAudit\n| where Nope == 1');
	await page.getByText('line 2, character 9').waitFor();
	expect(await editor.locator('.cm-lintRange-error').innerText()).toBe('Nope');
	// What is marked is run alone, and the wrong part is what is marked now.
	await page.keyboard.type('Event');
	await page.getByRole('option', { name: /^EventType/ }).waitFor({ timeout: FIRST_ANSWER_MS });
	expect(await violationsOf(page)).toEqual([]);
	await page.keyboard.press('Enter');
	await expect.poll(() => editor.innerText()).toBe('RunsteadAudit\n| where EventType == 1');
	expect(browser.complaints.filter((one) => !one.includes('400'))).toEqual([]);
});

test('a query is kept under a name, opened again, drawn as columns, and deleted with a way back', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	await page.goto('/w/lab/logs');
	const editor = page.getByRole('textbox', { name: 'Query' });
	await editor.fill('datatable(Kind:string, Count:long)["a", 3, "b", 5, "c", 0]\n| render columnchart');
	await page.getByRole('button', { name: 'Saved queries' }).click();
	await page.getByRole('radio', { name: 'Shared with the workspace' }).click();
	await page.getByRole('textbox', { name: 'Name of the query' }).fill('Kinds');
	await page.keyboard.press('Enter');
	await page.getByText('The query Kinds is kept.').first().waitFor();
	await page.goto('/w/lab/logs');
	await page.getByRole('button', { name: 'Saved queries' }).click();
	await page.getByRole('button', { name: 'Kinds', exact: true }).click();
	await expect.poll(() => editor.innerText()).toContain('columnchart');
	const heightOf = async (title: string) => (await page.getByTitle(title).locator('span').boundingBox())?.height ?? 0;
	await page.getByTitle('b · Count: 5').waitFor({ timeout: FIRST_ANSWER_MS });
	expect(await heightOf('b · Count: 5')).toBeGreaterThan(await heightOf('a · Count: 3'));
	expect(await heightOf('c · Count: 0')).toBe(0);
	expect(await violationsOf(page)).toEqual([]);

	const ask = (query: string) => page.goto(`/w/lab/logs?${new URLSearchParams({ query })}`);
	// Bars begin at zero, and go to the left of it where they are negative.
	await ask('datatable(Kind:string, Change:long)["up", 6, "down", -3, "same", 0] | render barchart');
	const barOf = async (title: string) => {
		const { x = 0, width = 0 } = (await page.getByTitle(title).locator('span').boundingBox()) ?? {};
		return { left: Math.round(x), right: Math.round(x + width), width: Math.round(width) };
	};
	await page.getByTitle('up · Change: 6').waitFor({ timeout: FIRST_ANSWER_MS });
	const [up, down, same] = [await barOf('up · Change: 6'), await barOf('down · Change: -3'), await barOf('same · Change: 0')];
	expect(down.right).toBe(up.left);
	expect(Math.abs(up.width - 2 * down.width)).toBeLessThanOrEqual(2);
	expect(same.width).toBe(0);
	await ask('datatable(Kind:string, Change:long)["up", 6, "down", -3] | render columnchart');
	const columnOf = async (title: string) => {
		const { y = 0, height = 0 } = (await page.getByTitle(title).locator('span').boundingBox()) ?? {};
		return { top: Math.round(y), bottom: Math.round(y + height) };
	};
	await page.getByRole('region', { name: 'Columns' }).waitFor();
	expect((await columnOf('down · Change: -3')).top).toBe((await columnOf('up · Change: 6')).bottom);

	await page.getByRole('button', { name: 'Saved queries' }).click();
	await page.getByRole('button', { name: 'Delete the query Kinds' }).click();
	await page.getByText('The query Kinds is deleted.').first().waitFor();
	const kept = async () => (await lab.client.call('listViews', { params: { workspace: 'lab' } })).views.map(({ name }) => name);
	await expect.poll(kept).toEqual([]);
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect.poll(kept).toEqual(['Kinds']);
	expect(browser.complaints).toEqual([]);
});

test('columns without anything are left out until they are asked for, and rows are counted by a column, as the address says', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const query = 'datatable(Node:string, Event:string, Note:string)["a", "lost", "", "a", "found", "", "b", "lost", ""]';
	await page.goto(`/w/lab/logs?${new URLSearchParams({ query, scope: 'all' })}`);
	const header = (name: string) => page.getByRole('columnheader', { name });
	await header('Event').waitFor({ timeout: FIRST_ANSWER_MS });
	expect(await header('Note').count()).toBe(0);
	await page.getByRole('heading', { name: 'All logs' }).waitFor();
	await page.getByRole('link', { name: 'All logs', exact: true }).and(page.locator('[aria-current="page"]')).waitFor();
	await page.getByRole('button', { name: 'Show 1 empty column' }).click();
	await header('Note').waitFor();
	await page.getByRole('button', { name: 'Pivot' }).click();
	await page.getByRole('combobox', { name: 'Columns' }).click();
	await page.getByRole('option', { name: 'Event' }).click();
	await header('found').waitFor();
	await page.reload();
	await header('found').waitFor({ timeout: FIRST_ANSWER_MS });
	await expect.poll(() => page.getByRole('row').filter({ hasText: 'a' }).last().innerText()).toMatch(/a\s+1\s+1/);
	expect(await violationsOf(page)).toEqual([]);
	expect(browser.complaints).toEqual([]);
});

test('each table of an answer is shown, drawn and saved, chosen from the keyboard and kept in the address', async () => {
	await using lab = await startLab();
	await using browser = await openBrowser(lab.url);
	const { page } = browser;
	const query =
		'datatable(Node:string, Load:long)["a", 3, "b", 5, "a", 4]\n| fork busy=(where Load > 3 | project Busiest=Node) (count);\nprint Node="a", Total=7 | render barchart';
	await page.goto(`/w/lab/logs?${new URLSearchParams({ query })}`);
	const header = (name: string) => page.getByRole('columnheader', { name });
	const tables = page.getByRole('tablist', { name: 'Tables of the answer' });
	await header('Busiest').waitFor({ timeout: FIRST_ANSWER_MS });
	expect(await tables.getByRole('tab').allInnerTexts()).toEqual(['busy', 'Table 2', 'Table 3']);
	await tables.getByRole('tab', { name: 'busy' }).focus();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Enter');
	await page.getByTitle('a · Total: 7').waitFor();
	expect(await violationsOf(page)).toEqual([]);
	await page.reload();
	await page.getByTitle('a · Total: 7').waitFor({ timeout: FIRST_ANSWER_MS });
	await page.getByRole('tab', { name: 'Rows' }).click();
	await header('Total').waitFor();
	const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
	expect([saved.suggestedFilename(), (await readFile(await saved.path(), 'utf8')).split('\r\n').toSorted()]).toEqual([
		'logs-3.csv',
		['', 'Node,Total', 'a,7'],
	]);
	// Another query begins with its first table.
	await page.getByRole('textbox', { name: 'Query' }).focus();
	await page.keyboard.press('Control+A');
	await page.keyboard.press('Delete');
	await page.keyboard.type('print Only=1');
	await page.keyboard.press('Control+Enter');
	await header('Only').waitFor();
	expect([await tables.count(), new URL(page.url()).searchParams.has('table')]).toEqual([0, false]);
	expect(browser.complaints).toEqual([]);
});
