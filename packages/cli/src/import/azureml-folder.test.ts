/** Folders that are none of an exporter, and runs that cannot be taken: said, with what is there left as it is. */
import { expect, test } from 'vitest';
import { makeServerFolder } from '../testing/server-folder.ts';

test('says what cannot be read, and brings the rest over', async () => {
	await using folder = await makeServerFolder();
	const bring = () => folder.run('import', 'azureml', 'export', '-w', 'lab', '-o', 'json');
	const none = await bring();
	expect([none.exitCode, none.stderr]).toEqual([1, expect.stringContaining('export_azureml.py')]);

	const row = (value: unknown) => [{ metricId: String(value), createdUtc: '2026-01-02T03:04:05.5Z', data: { mse: value } }];
	const metric = (value: unknown) => ({
		name: 'mse',
		columns: { mse: 'double' },
		properties: { uxMetricType: 'azureml.v1.scalar' },
		value: row(value),
	});
	const run = (id: string, more: object = {}) =>
		JSON.stringify({ runId: id, status: 'Completed', startTimeUtc: '2026-01-02T03:04:05Z', ...more });
	await folder.write({
		'export/experiments/e1/experiment.json': '{"name": "ridge", "tags": {"team": "vision"}}',
		// Its parent comes after it in the folder.
		'export/experiments/e1/runs/a/run.json': run('a', { parentRunId: 'b', status: 'Running', endTimeUtc: null }),
		'export/experiments/e1/runs/b/run.json': run('b', { endTimeUtc: '2026-01-02T03:05:05Z', tags: { quality: null } }),
		'export/experiments/e1/runs/b/metrics.json': JSON.stringify([metric(0.5), metric('NaN')]),
		'export/experiments/e1/runs/b/files/outputs/model.pkl': 'weights',
		'export/experiments/e1/runs/c/run.json': run('c'),
		'export/experiments/e1/runs/c/metrics.json': JSON.stringify([{ name: 'mse', value: [{ createdUtc: 'soon', data: {} }] }]),
	});
	const done = await bring();
	const { runs, points, files, problems } = JSON.parse(done.stdout);
	expect([done.exitCode, runs, points, files, problems]).toEqual([
		1,
		2,
		2,
		1,
		[expect.stringMatching(/^Run c: its metric mse was not taken/)],
	]);
	const child = await folder.client.call('getRun', { params: { run: 'a' } });
	expect([child.parentId, child.status]).toEqual(['b', 'Canceled']);
	const parent = await folder.client.call('getRun', { params: { run: 'b' } });
	expect([parent.status, parent.startTime, parent.endTime, parent.tags, parent.metrics.mse?.count]).toEqual([
		'Completed',
		'2026-01-02T03:04:05.000000Z',
		'2026-01-02T03:05:05.000000Z',
		{ quality: null },
		2,
	]);
	await folder.write({ 'export/experiments/e1/runs/c/run.json': '{"runId":' });
	expect((await bring()).exitCode).toBe(1);
});
