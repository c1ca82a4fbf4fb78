import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENGINES } from '../../testing/test-app.ts';
import { startTestCapabilities } from '../../testing/test-capabilities.ts';
import { openLogStore } from './log-store.ts';
import { refreshMetrics } from './metric-table.ts';

const ACTOR = 'tester';
const MICROS_PER_MINUTE = 60_000_000;

describe.each(ENGINES)('workspace metrics as a log table on %s', (engine) => {
	it('minutes come when they have settled, once, and while a diagnostic setting sends them', async () => {
		await using app = await startTestCapabilities(engine);
		const { workspaces, experiments, runs, diagnostics, workspaceMetrics, database } = app;
		await workspaces.create({ name: 'lab' }, ACTOR);
		const lab = await workspaces.find('lab');
		const { record: ridge } = await experiments.create(lab, { name: 'ridge' }, ACTOR);
		const count = async (started: number): Promise<void> => {
			for (let index = 0; index < started; index++) await runs.create(ridge, {}, 'native', ACTOR);
			await workspaceMetrics.collecting.catchUp();
		};
		const store = await openLogStore(join(app.dataFolder, 'logs.duckdb'));
		const table = async (now: number): Promise<unknown[][]> => {
			const workspaceByKey = async () => ({ ...lab, resourceGroup: lab.resource_group, subscriptionId: 'sub' });
			await refreshMetrics({ db: database.read, store, workspaceByKey, now: () => now });
			const columns = 'TimeGrain, Total, Count, Minimum, Maximum, Average, UnitName, ResourceId';
			const sql = `select ${columns} from AzureMetrics where MetricName = 'Started Runs' order by TimeGenerated`;
			const reader = await store.read((connection) => connection.runAndReadAll(sql));
			return reader.getRowsJS();
		};
		const resourceId = '/subscriptions/sub/resourceGroups/runstead/providers/Microsoft.MachineLearningServices/workspaces/lab';
		const row = (total: number) => ['PT1M', total, total, 1, 1, 1, 'Count', resourceId];

		await count(3);
		expect(await table(app.clock())).toEqual([]);
		const settled = () => app.clock() + 4 * MICROS_PER_MINUTE;
		expect(await table(settled())).toEqual([row(3)]);
		expect(await table(settled())).toEqual([row(3)]);

		await app.pass(10 * 60);
		await count(2);
		expect(await table(settled())).toEqual([row(3), row(2)]);

		const put = (categories: string[]) =>
			diagnostics.put(lab, 'log-analytics', { categories, logAnalytics: true }, { actor: ACTOR, reach: 'public', untested: true });
		await put(['AllLogs']);
		await app.pass(10 * 60);
		await count(1);
		expect(await table(settled())).toEqual([row(3), row(2)]);
		// What happened meanwhile is there when they are sent again.
		await put(['AllLogs', 'AllMetrics']);
		expect(await table(settled())).toEqual([row(3), row(2), row(1)]);
		store.close();
	});
});
