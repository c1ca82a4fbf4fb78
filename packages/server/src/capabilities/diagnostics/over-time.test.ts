/** What diagnostic settings do as time passes: metrics that leave minute by minute, and archives that lose what they have held long enough. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENGINES } from '../../testing/test-app.ts';
import { startTestCapabilities, type TestCapabilities } from '../../testing/test-capabilities.ts';

const ACTOR = 'ada';
const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;
const SETTING = { actor: ACTOR, reach: 'public', untested: true } as const;

async function makeLab({ workspaces, experiments }: TestCapabilities) {
	await workspaces.create({ name: 'lab' }, ACTOR);
	const lab = await workspaces.find('lab');
	const { record: ridge } = await experiments.create(lab, { name: 'ridge' }, ACTOR);
	return { lab, ridge };
}

/** The records of a container of the archive, in the order of its files. */
async function archived({ dataFolder }: TestCapabilities, container: string): Promise<Record<string, unknown>[]> {
	const folder = join(dataFolder, 'archives', 'kept', container);
	const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
	const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	const texts = await Promise.all(files.toSorted().map((file) => readFile(file, 'utf8')));
	return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe.each(ENGINES)('diagnostic settings over time on %s', (engine) => {
	it('send each minute of the metrics once, whenever they are stopped', async () => {
		await using app = await startTestCapabilities(engine);
		const { lab, ridge } = await makeLab(app);
		await app.diagnostics.put(lab, 'keep', { categories: ['AllMetrics'], archive: { kind: 'folder', path: 'kept' } }, SETTING);
		const started = async (): Promise<unknown[]> =>
			(await archived(app, 'insights-metrics-pt1m'))
				.filter(({ metricName }) => metricName === 'Started Runs')
				.map(({ total, count, average, minimum, maximum, timeGrain }) => [total, count, average, minimum, maximum, timeGrain]);
		const run = async (count: number): Promise<void> => {
			for (let index = 0; index < count; index++) await app.runs.create(ridge, {}, 'native', ACTOR);
			await app.workspaceMetrics.collecting.catchUp();
			// A minute is sent when nothing comes to it any more.
			await app.pass(5 * MINUTE_SECONDS);
		};
		await run(3);
		let stop = await app.diagnostics.start();
		await expect.poll(started).toEqual([[3, 3, 1, 1, 1, 'PT1M']]);
		await stop();
		await run(2);
		stop = await app.diagnostics.start();
		await expect.poll(started).toEqual([
			[3, 3, 1, 1, 1, 'PT1M'],
			[2, 2, 1, 1, 1, 'PT1M'],
		]);
		await stop();
		const [record] = await archived(app, 'insights-metrics-pt1m');
		const { subscriptionId } = app.workspaces;
		expect(record).toMatchObject({
			resourceId:
				`/SUBSCRIPTIONS/${subscriptionId}/RESOURCEGROUPS/RUNSTEAD/PROVIDERS/MICROSOFT.MACHINELEARNINGSERVICES/WORKSPACES/LAB`.toUpperCase(),
			time: expect.stringMatching(/:00\.000000Z$/),
		});
		const logs = await readdir(join(app.dataFolder, 'archives', 'kept'));
		expect(logs).toEqual(['insights-metrics-pt1m']);
	});

	it('archives lose the hours that they have held for their days, and no others', async () => {
		await using app = await startTestCapabilities(engine);
		const { lab, ridge } = await makeLab(app);
		const archive = { kind: 'folder', path: 'kept' } as const;
		const keep = (retentionDays: number) =>
			app.diagnostics.put(lab, 'keep', { categories: ['RunEvent'], archive: { ...archive, retentionDays } }, SETTING);
		await keep(2);
		const held = async (): Promise<unknown[]> =>
			(await archived(app, 'insights-logs-runevent'))
				.filter(({ operationName }) => operationName === 'run.created')
				.map(({ correlationId }) => correlationId);
		/** Starts to ship, which looks after the archives as well. */
		const shipUntil = async (ids: readonly string[]): Promise<void> => {
			const stop = await app.diagnostics.start();
			await expect.poll(held).toEqual(ids);
			await stop();
		};
		await app.runs.create(ridge, { id: 'monday' }, 'native', ACTOR);
		await shipUntil(['monday']);
		await app.pass(DAY_SECONDS);
		await app.runs.create(ridge, { id: 'tuesday' }, 'native', ACTOR);
		await shipUntil(['monday', 'tuesday']);
		await app.pass(DAY_SECONDS);
		await shipUntil(['monday', 'tuesday']);
		await app.pass(DAY_SECONDS);
		await shipUntil(['tuesday']);
		// What is gone from the archive is not counted any more.
		const { destinations } = await app.diagnostics.get(lab, 'keep');
		expect(destinations[0]?.volumes).toMatchObject([{ category: 'RunEvent', recordCount: 1 }]);
		await keep(0);
		await app.pass(400 * DAY_SECONDS);
		await shipUntil(['tuesday']);
	});
});
