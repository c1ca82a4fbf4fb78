import { LIMITS, type SeriesPoints } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp } from '../../testing/test-app.ts';
import { POINTS_PER_CHUNK } from './chunk.ts';

function scalar(name: string, values: unknown[], firstStep = 0): SeriesPoints {
	return {
		name,
		kind: 'scalar',
		steps: values.map((_, index) => firstStep + index),
		times: values.map((_, index) => 1_000_000 * (firstStep + index)),
		columns: [{ name, values: values as never }],
	};
}

describe.each(ENGINES)('metrics on %s', (engine) => {
	it('give back what was logged, exactly, in order of arrival', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
		await client.call('logMetrics', {
			params: { run },
			body: {
				series: [
					{
						name: 'loss',
						kind: 'scalar',
						steps: [5, null, -3],
						times: [30, 20, 10],
						columns: [{ name: 'loss', values: [1.5, { number: 'NaN' }, { number: '-Infinity' }] }],
					},
					{
						name: 'wave',
						kind: 'row',
						times: [1, 2],
						columns: [
							{ name: 'angle', values: [0, 0.5] },
							{ name: 'count', type: 'integer', values: [1, { integer: '9223372036854775807' }] },
						],
					},
					{ name: 'note', kind: 'scalar', times: [1], columns: [{ name: 'note', values: ['Hello from run! ü'] }] },
				],
			},
		});
		expect(await client.call('getMetricPoints', { params: { run }, query: { name: 'loss' } })).toEqual({
			name: 'loss',
			kind: 'scalar',
			arrivals: [0, 1, 2],
			steps: [5, null, -3],
			times: [30, 20, 10],
			columns: [{ name: 'loss', type: 'float', values: [1.5, { number: 'NaN' }, { number: '-Infinity' }] }],
			next: null,
		});
		const wave = await client.call('getMetricPoints', { params: { run }, query: { name: 'wave' } });
		expect(wave.columns).toEqual([
			{ name: 'angle', type: 'float', values: [0, 0.5] },
			{ name: 'count', values: [{ integer: '1' }, { integer: '9223372036854775807' }] },
		]);
		const { metrics } = await client.call('listMetrics', { params: { run } });
		expect(metrics.find(({ name }) => name === 'loss')?.columns.loss).toMatchObject({
			count: 3,
			numberCount: 2,
			last: 1.5,
			lastStep: 5,
			min: { number: '-Infinity' },
			minStep: -3,
			max: 1.5,
		});
		expect(metrics.find(({ name }) => name === 'note')?.columns.note).toMatchObject({
			count: 1,
			numberCount: 0,
			last: 'Hello from run! ü',
			min: null,
			mean: null,
		});
	});

	it('read the same across sealed chunks and the tail, whole and in pages', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
		const total = POINTS_PER_CHUNK * 2 + 100;
		const value = (step: number): number => (step * 7919) % 1009;
		for (let step = 0; step < total; ) {
			const size = Math.min(step % 3 === 0 ? 1_000 : 777, total - step);
			await client.call('logMetrics', {
				params: { run },
				body: {
					series: [
						scalar(
							'loss',
							Array.from({ length: size }, (_, index) => value(step + index)),
							step,
						),
					],
				},
			});
			step += size;
		}
		const read: unknown[] = [];
		let after: number | null = -1;
		while (after !== null) {
			const page: { columns: { values: unknown[] }[]; next: number | null } = await client.call('getMetricPoints', {
				params: { run },
				query: { name: 'loss', after, limit: 1_234 },
			});
			read.push(...(page.columns[0]?.values ?? []));
			after = page.next;
		}
		expect(read).toEqual(Array.from({ length: total }, (_, step) => value(step)));
		const run1 = await client.call('getRun', { params: { run } });
		expect(run1.metrics.loss).toMatchObject({
			count: total,
			columns: { loss: { count: total, min: 0, max: 1008, last: value(total - 1), lastStep: total - 1 } },
		});
	});

	it('draw min, max and last of every bucket, and the points themselves when zoomed', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
		const total = POINTS_PER_CHUNK * 4;
		const spike = 10_001;
		const values = Array.from({ length: total }, (_, step) => (step === spike ? 1_000 : step % 2));
		await client.call('logMetrics', { params: { run }, body: { series: [scalar('loss', values)] } });
		for (const buckets of [10, 100, 1_000]) {
			const chart = await client.call('getMetricChart', { params: { run }, query: { name: 'loss', buckets } });
			expect(chart).toMatchObject({ exact: false, count: total, column: 'loss' });
			expect(chart.buckets.length).toBeLessThanOrEqual(buckets);
			expect(chart.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(total);
			expect(chart.buckets.filter(({ max }) => max === 1_000).length).toBe(1);
			expect(chart.buckets.every(({ min }) => min === 0)).toBe(true);
			expect(chart.buckets.at(-1)).toMatchObject({ x: total - 1, last: values[total - 1] });
		}
		const zoomed = await client.call('getMetricChart', {
			params: { run },
			query: { name: 'loss', from: spike - 2, to: spike + 2, buckets: 100 },
		});
		expect(zoomed).toMatchObject({ exact: true, count: 5 });
		expect(zoomed.buckets.map(({ x, last }) => [x, last])).toEqual(
			[9_999, 10_000, 10_001, 10_002, 10_003].map((step) => [step, values[step]]),
		);
		const relative = await client.call('getMetricChart', { params: { run }, query: { name: 'loss', x: 'time', buckets: 5 } });
		expect(relative.buckets.at(-1)?.x).toBe((total - 1) * 1_000);
	});

	it('store what a writer numbers once, and say where it is when a batch overlaps', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
		const log = (first: number, last: number) =>
			client.call('logMetrics', {
				params: { run },
				body: { writer: 'w', first, last, series: [scalar('loss', Array(last - first).fill(1), first)] },
			});
		expect(await log(0, 10)).toEqual({ stored: 10, duplicate: false });
		expect(await log(0, 10)).toEqual({ stored: 0, duplicate: true });
		await expect(log(5, 15)).rejects.toMatchObject({ code: 'writer-ahead', status: 409, details: { stored: 10 } });
		expect(await log(10, 15)).toEqual({ stored: 5, duplicate: false });
		expect(await client.call('getWriter', { params: { run, writer: 'w' } })).toEqual({ stored: 15 });
		expect((await client.call('getRun', { params: { run } })).metrics.loss?.count).toBe(15);
	});

	it('keep the kind of their first write, and a batch is stored whole or not at all', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
		await client.call('logMetrics', { params: { run }, body: { series: [scalar('loss', [1])] } });
		const mixed = [scalar('other', [1]), { ...scalar('loss', [1]), kind: 'list' as const }];
		await expect(client.call('logMetrics', { params: { run }, body: { series: mixed } })).rejects.toMatchObject({
			code: 'metric-kind-changed',
			status: 409,
			message: `Metric "loss" of run ${run} holds scalar values; a list cannot be added to it.`,
		});
		expect(Object.keys((await client.call('getRun', { params: { run } })).metrics)).toEqual(['loss']);
	});

	it('refuse what is not a point, naming the place', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
		const log = (series: unknown) => client.call('logMetrics', { params: { run }, body: { series: [series as SeriesPoints] } });
		const good = scalar('loss', [1, 2]);
		await expect(log({ ...good, steps: [1] })).rejects.toMatchObject({
			status: 400,
			message: 'series[0] ("loss") has 1 steps for 2 times.',
		});
		await expect(log({ ...good, steps: [1, 2 ** 53] })).rejects.toMatchObject({
			status: 400,
			message: expect.stringContaining('steps[1] is 9007199254740992'),
		});
		await expect(log({ ...good, steps: [1, 0.5] })).rejects.toMatchObject({ code: 'invalid-request' });
		await expect(log({ ...good, times: [1, 'now'] })).rejects.toMatchObject({ message: expect.stringContaining('times[1] is "now"') });
		await expect(log({ ...good, columns: [{ name: 'loss', values: [1, { number: 'many' }] }] })).rejects.toMatchObject({
			message: expect.stringContaining('values[1] is {"number":"many"}'),
		});
		await expect(log({ ...good, columns: [{ name: 'loss', values: [1, { integer: '9223372036854775808' }] }] })).rejects.toMatchObject({
			code: 'invalid-request',
		});
		await expect(log({ ...good, columns: [{ name: 'else', values: [1, 2] }] })).rejects.toMatchObject({
			message: 'series[0] ("loss"): a metric of kind scalar has one column, named like the metric.',
		});
		await expect(log({ ...good, name: 'n'.repeat(LIMITS.metricNameCharacters.max + 1) })).rejects.toMatchObject({ status: 400 });
		const longest = 'n'.repeat(LIMITS.metricNameCharacters.max);
		expect(await log({ ...good, name: longest, columns: [{ name: longest, values: [1, 2] }] })).toEqual({ stored: 2, duplicate: false });
		await expect(log({ ...good, times: [], steps: [], columns: [{ name: 'loss', values: [] }] })).rejects.toMatchObject({
			message: 'series[0] ("loss") has no points.',
		});
	});

	it('remember a direction, even one said before the first point', async () => {
		await using app = await startTestApp({ engine });
		const { client, experiment } = app;
		const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
		await client.call('defineMetric', { params: { run }, body: { name: 'loss', direction: 'minimize' } });
		await client.call('logMetrics', { params: { run }, body: { series: [scalar('loss', [1])] } });
		expect((await client.call('getRun', { params: { run } })).metrics.loss?.direction).toBe('minimize');
	});
});
