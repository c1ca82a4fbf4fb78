/** Deliveries: many small files of a job in one request, from the agent that holds it. */
import { LIMITS } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const log = (path: string, offset: number, text: string) => ({ path, offset, content: base64(text) });
const artifact = (path: string, text: string) => ({ path, contentType: 'application/json', content: base64(text) });

async function leasedRun({ client, experiment }: TestApp): Promise<string> {
	await client.call('submitJob', { params: { experiment }, body: { definition: { command: ['true'] } } });
	const { job } = await client.call('leaseJob', { params: { agent: 'node-a' }, body: { target: 'local', waitMs: 0 } });
	if (!job) throw new Error('There is no job.');
	return job.runId;
}

const textOf = async ({ client }: TestApp, run: string, path: string): Promise<string> =>
	(await client.open('readRunFile', { params: { run, '*': path } })).text();

describe.each(ENGINES)('deliveries on %s', (engine) => {
	it('store each file as its own request would, and again without harm', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await leasedRun(app);
		const body = {
			agent: 'node-a',
			fence: 1,
			logs: [log('logs/one.txt', 0, 'first\n'), log('logs/two.txt', 0, ''), log('logs/bytes.bin', 0, 'äöü')],
			artifacts: [artifact('info.json', '{}')],
		};
		const stored = {
			logs: [
				{ path: 'logs/one.txt', sizeBytes: 6 },
				{ path: 'logs/two.txt', sizeBytes: 0 },
				{ path: 'logs/bytes.bin', sizeBytes: 6 },
			],
			artifacts: [{ path: 'info.json', stored: true }],
		};
		expect(await app.client.call('deliverFiles', { params: { run }, body })).toEqual(stored);
		expect(await app.client.call('deliverFiles', { params: { run }, body })).toEqual(stored);
		const { files } = await app.client.call('listRunFiles', { params: { run } });
		expect(files.map(({ path, kind, version, sizeBytes }) => [path, kind, version, sizeBytes])).toEqual([
			['info.json', 'artifact', 1, 2],
			['logs/bytes.bin', 'log', 1, 6],
			['logs/one.txt', 'log', 1, 6],
			['logs/two.txt', 'log', 1, 0],
		]);
		expect(await textOf(app, run, 'logs/bytes.bin')).toBe('äöü');
	});

	it('leave out what is refused, and keep the rest', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await leasedRun(app);
		const first = { agent: 'node-a', fence: 1, logs: [log('a.txt', 0, 'a')], artifacts: [artifact('b.json', '1')] };
		await app.client.call('deliverFiles', { params: { run }, body: first });
		const second = {
			agent: 'node-a',
			fence: 1,
			logs: [log('a.txt', 5, 'gap'), log('b.json', 0, 'is an artifact'), log('../out.txt', 0, 'x'), log('c.txt', 0, 'c')],
			artifacts: [artifact('a.txt', 'is a log'), artifact('d.json', '2')],
		};
		expect(await app.client.call('deliverFiles', { params: { run }, body: second })).toEqual({
			logs: [
				{ path: 'a.txt', sizeBytes: null },
				{ path: 'b.json', sizeBytes: null },
				{ path: '../out.txt', sizeBytes: null },
				{ path: 'c.txt', sizeBytes: 1 },
			],
			artifacts: [
				{ path: 'a.txt', stored: false },
				{ path: 'd.json', stored: true },
			],
		});
	});

	it('are refused whole from an agent that has lost the job, and for a run that is not there', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await leasedRun(app);
		const deliver = (to: string, fence: number) =>
			app.client.call('deliverFiles', {
				params: { run: to },
				body: { agent: 'node-a', fence, logs: [log('late.txt', 0, 'late')], artifacts: [] },
			});
		await expect(deliver(run, 2)).rejects.toMatchObject({ code: 'stale-fence', status: 409 });
		await expect(deliver('nobody', 1)).rejects.toMatchObject({ code: 'not-found', status: 404 });
		expect((await app.client.call('listRunFiles', { params: { run } })).files).toEqual([]);
	});

	it('hold up to a limit of files', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await leasedRun(app);
		const deliver = (count: number) =>
			app.client.call('deliverFiles', {
				params: { run },
				body: { agent: 'node-a', fence: 1, logs: Array.from({ length: count }, (_, index) => log(`${index}.txt`, 0, 'x')), artifacts: [] },
			});
		const { max } = LIMITS.filesPerDelivery;
		expect((await deliver(max)).logs).toHaveLength(max);
		await expect(deliver(max + 1)).rejects.toMatchObject({ code: 'invalid-request', status: 400 });
	});
});
