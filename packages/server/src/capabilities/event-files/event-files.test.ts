/** Event files that real writers have written: tensorboardX, and TensorBoard's own writer with the tensors of TensorFlow 2. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { frameRecord } from '@runstead/contract';
import { describe, expect, it, vi } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';
import { prefixOf, rootOf } from './tag-names.ts';

const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../../testing/event-files', `${name}.tfevents`));
const TENSORBOARDX = fixture('tensorboardx');
const TENSORFLOW_2 = fixture('tensorflow-2');

async function newRun({ client, experiment }: TestApp): Promise<string> {
	return (await client.call('createRun', { params: { experiment }, body: {} })).id;
}

const put = ({ client }: TestApp, run: string, path: string, bytes: Uint8Array) =>
	client.call('writeRunFile', { params: { run, '*': path }, body: bytes as never });

/** Points of each metric by its name, once there are as many as are waited for. */
async function countsOnce({ client }: TestApp, run: string, wanted: Record<string, number>): Promise<void> {
	await vi.waitFor(
		async () => {
			const { metrics } = await client.call('listMetrics', { params: { run } });
			expect(Object.fromEntries(metrics.map(({ name, count }) => [name, count]))).toEqual(wanted);
		},
		{ timeout: 60_000, interval: 100 },
	);
}

const points = ({ client }: TestApp, run: string, name: string) => client.call('getMetricPoints', { params: { run }, query: { name } });

/** An event with one scalar, as bytes of a file. */
function scalarEvent(tag: string, step: number, value: number): Uint8Array {
	const [time, number] = [Buffer.alloc(8), Buffer.alloc(4)];
	time.writeDoubleLE(1_000 + step);
	number.writeFloatLE(value);
	const summaryValue = Buffer.concat([Buffer.from([0x0a, tag.length]), Buffer.from(tag), Buffer.from([0x15]), number]);
	const summary = Buffer.concat([Buffer.from([0x0a, summaryValue.length]), summaryValue]);
	return frameRecord(Buffer.concat([Buffer.from([0x09]), time, Buffer.from([0x10, step, 0x2a, summary.length]), summary]));
}

describe.each(ENGINES)('event files on %s', (engine) => {
	it('become metrics of their run: scalars, pictures and histograms', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app);
		await put(app, run, 'outputs/tb/events.out.tfevents.1.host', TENSORBOARDX);
		await countsOnce(app, run, { loss: 3, weights: expect.any(Number) as never, picture: 1 });
		expect(await points(app, run, 'loss')).toMatchObject({
			kind: 'scalar',
			steps: [0, 1, 2],
			times: [1_000_000_000, 1_001_000_000, 1_002_000_000],
			columns: [{ name: 'loss', values: [1, 0.5, Math.fround(1 / 3)] }],
		});
		const weights = await points(app, run, 'weights');
		expect(weights).toMatchObject({ kind: 'table', columns: [{ name: 'from' }, { name: 'to' }, { name: 'count' }] });
		const counts = weights.columns.at(-1)?.values ?? [];
		expect(counts.reduce<number>((sum, count) => sum + Number(count), 0)).toBe(100);
		expect(await points(app, run, 'picture')).toMatchObject({
			kind: 'image',
			steps: [2],
			columns: [{ values: ['tensorboard/picture/2.png'] }],
		});
		const picture = await app.client.open('readRunFile', { params: { run, '*': 'tensorboard/picture/2.png' } });
		expect(picture.headers.get('content-type')).toBe('image/png');
	});

	it('of TensorFlow 2 hold tensors', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app);
		await put(app, run, 'outputs/train/events.out.tfevents.1.host', TENSORFLOW_2);
		await countsOnce(app, run, { 'train/accuracy': 2, 'train/bias': 2 });
		expect(await points(app, run, 'train/accuracy')).toMatchObject({ steps: [0, 1], columns: [{ values: [0.5, 0.75] }] });
		expect(await points(app, run, 'train/bias')).toMatchObject({
			columns: [
				{ name: 'from', values: [0, 2] },
				{ name: 'to', values: [1, 3] },
				{ name: 'count', values: [5, 7] },
			],
		});
		await put(app, run, 'outputs/validation/events.out.tfevents.2.host', scalarEvent('accuracy', 0, 0.25));
		await countsOnce(app, run, { 'train/accuracy': 2, 'train/bias': 2, 'validation/accuracy': 1 });
	});

	it('are read while they grow, and no point twice', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app);
		const path = 'logs/events.out.tfevents.1.host';
		const events = Buffer.concat([0, 1, 2, 3].map((step) => scalarEvent('loss', step, step)));
		const half = events.length / 2;
		const append = (offset: number, bytes: Uint8Array) =>
			app.client.call('appendLog', { params: { run, '*': path }, query: { offset }, body: bytes as never });
		// The third record is cut in its middle.
		await append(0, events.subarray(0, half + 9));
		await countsOnce(app, run, { loss: 2 });
		await append(half + 9, events.subarray(half + 9));
		await countsOnce(app, run, { loss: 4 });
		// The same events under another name, and a longer version of it.
		await put(app, run, 'copy/events.out.tfevents.1.host', events);
		await put(app, run, 'copy/events.out.tfevents.1.host', Buffer.concat([events, scalarEvent('loss', 4, 4), scalarEvent('end', 0, 1)]));
		await countsOnce(app, run, { loss: 4, 'copy/loss': 5, 'copy/end': 1 });
	});

	it('that are other files in the place of one are read from their beginning', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app);
		const path = 'events.out.tfevents.1.host';
		await put(app, run, path, Buffer.concat([scalarEvent('loss', 0, 5), scalarEvent('loss', 1, 4)]));
		await countsOnce(app, run, { loss: 2 });
		await put(app, run, path, Buffer.concat([scalarEvent('other', 0, 1), scalarEvent('loss', 1, 4), scalarEvent('loss', 2, 3)]));
		await countsOnce(app, run, { loss: 3, other: 1 });
		await put(app, run, path, scalarEvent('last', 0, 1));
		await countsOnce(app, run, { loss: 3, other: 1, last: 1 });
	});

	it('leave a metric to the run that logs it itself, and skip what is no event', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app);
		await app.client.call('logMetrics', {
			params: { run },
			body: { series: [{ name: 'loss', kind: 'scalar', times: [1], columns: [{ name: 'loss', values: [9] }] }] },
		});
		const noEvent = frameRecord(Buffer.from([0xff, 0xff]));
		await put(
			app,
			run,
			'events.out.tfevents.1.host',
			Buffer.concat([noEvent, scalarEvent('loss', 0, 5), scalarEvent('accuracy', 0, 1), Buffer.from('no record at all')]),
		);
		await countsOnce(app, run, { loss: 1, accuracy: 1 });
	});

	it('that came while nobody looked are read at the next start', async () => {
		await using app = await startTestApp({ engine });
		const run = await newRun(app);
		// Stopped at once: whether it was read before or will be, in the end it is there once.
		await put(app, run, 'events.out.tfevents.1.host', TENSORBOARDX);
		const again = await app.restart();
		await countsOnce(again, run, { loss: 3, weights: expect.any(Number) as never, picture: 1 });
	});
});

describe('names of metrics from event files', () => {
	it.each([
		['outputs/tb/e', 'outputs/tb', ''],
		['outputs/train/e', 'outputs', 'train/'],
		['e', '', ''],
	])('of the first file %s begin at %s', (path, root, prefix) => {
		expect([rootOf(path), prefixOf(root, path)]).toEqual([root, prefix]);
	});

	it.each([
		['outputs/tb', 'outputs/tb/loss_train/e', 'loss_train/'],
		['outputs/lr-1', 'outputs/lr-2/e', 'lr-2/'],
		['outputs/tb/a', 'outputs/e', ''],
	])('below %s for %s have %s before them', (root, path, prefix) => {
		expect(prefixOf(root, path)).toBe(prefix);
	});
});
