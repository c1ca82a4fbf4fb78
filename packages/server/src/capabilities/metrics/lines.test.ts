/** Lines of one metric over runs: along steps and times, over another metric, cut into buckets, with gaps where there is no number. */
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

type Values = readonly (number | string | { number: 'NaN' })[];

async function log({ client }: TestApp, run: string, name: string, values: Values, steps = values.map((_, index) => index)): Promise<void> {
	const times = steps.map((step) => 1_000_000 * (step + 1));
	await client.call('logMetrics', {
		params: { run },
		body: { series: [{ name, kind: 'scalar', steps: [...steps], times, columns: [{ name, values: [...values] }] }] },
	});
}

async function startRuns({ client, experiment }: TestApp, ...ids: string[]): Promise<void> {
	for (const id of ids) await client.call('createRun', { params: { experiment }, body: { id, startTime: '1970-01-01T00:00:01Z' } });
}

describe.each(ENGINES)('lines of a metric over runs on %s', (engine) => {
	it('come in the order of the runs that were asked for; runs without numbers of it are left out', async () => {
		await using app = await startTestApp({ engine });
		await startRuns(app, 'ada', 'bob', 'cid', 'dan');
		await log(app, 'ada', 'mse', [3, { number: 'NaN' }, 1]);
		await log(app, 'bob', 'mse', [5, 4]);
		await log(app, 'cid', 'mse', ['high', 'low']);
		const params = { workspace: app.workspace };
		const runs = ['bob', 'nobody', 'dan', 'cid', 'ada'];
		const { lines } = await app.client.call('readMetricLines', { params, body: { runs, metric: 'mse' } });
		const single = { column: 'mse', exact: true, min: null, max: null };
		expect(lines).toEqual([
			{ ...single, run: 'bob', count: 2, x: [0, 1], last: [5, 4] },
			{ ...single, run: 'ada', count: 3, x: [0, 1, 2], last: [3, null, 1] },
		]);
	});

	it('keep the least and the greatest of each bucket, and stand at seconds since the start or at times', async () => {
		await using app = await startTestApp({ engine });
		await startRuns(app, 'ada');
		await log(app, 'ada', 'mse', [4, 9, 1, 6]);
		const params = { workspace: app.workspace };
		const read = async (body: object) => {
			const { lines } = await app.client.call('readMetricLines', { params, body: { runs: ['ada'], metric: 'mse', ...body } });
			return lines[0];
		};
		expect(await read({ buckets: 2 })).toEqual({
			run: 'ada',
			column: 'mse',
			count: 4,
			exact: false,
			x: [1, 3],
			last: [9, 6],
			min: [4, 1],
			max: [9, 6],
		});
		expect(await read({ x: 'relative', from: 1, to: 2 })).toMatchObject({ x: [1, 2], last: [9, 1], count: 2 });
		expect(await read({ x: 'time', from: 3_000 })).toMatchObject({ x: [3_000, 4_000], last: [1, 6] });
	});

	it('stand at the latest value of another metric', async () => {
		await using app = await startTestApp({ engine });
		await startRuns(app, 'ada', 'bob');
		await log(app, 'ada', 'mse', [4, 9, 1, 6]);
		await log(app, 'bob', 'mse', [4, 9, 1, 6]);
		await log(app, 'ada', 'examples', [300, 100], [1, 3]);
		const params = { workspace: app.workspace };
		const body = { runs: ['ada', 'bob'], metric: 'mse', x: 'metric' as const, xMetric: 'examples' };
		const { lines } = await app.client.call('readMetricLines', { params, body });
		expect(lines).toEqual([
			{ run: 'ada', column: 'mse', count: 3, exact: true, x: [100, 300, 300], last: [6, 9, 1], min: null, max: null },
		]);
		const unsaid = app.client.call('readMetricLines', { params, body: { runs: ['ada'], metric: 'mse', x: 'metric' } });
		await expect(unsaid).rejects.toMatchObject({ code: 'invalid-request' });
	});
});
