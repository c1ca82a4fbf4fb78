import type { ClusterEventData, ComputeEvent, NodeEventData, RunEvent } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const FAMILY = 'standardDv2Family';
const params = { workspace: 'lab', compute: 'cpu' };

const history = async ({ client }: TestApp): Promise<ComputeEvent[]> =>
	(await client.call('listComputeEvents', { params, query: { limit: 1_000 } })).events.reverse();

const jobEvents = async ({ client }: TestApp, run: string): Promise<RunEvent[]> =>
	(await client.call('listRunEvents', { params: { run }, query: { limit: 1_000 } })).events.filter(({ type }) => type === 'job.changed');

/** What is to be known of a cluster from its events alone. */
function replay(events: readonly ComputeEvent[]) {
	const nodes = new Map<string, NodeEventData>();
	for (const { type, subject, data } of events) {
		if (type !== 'node.changed') continue;
		const change = data as unknown as NodeEventData;
		if (change.to === 'gone') nodes.delete(subject);
		else nodes.set(subject, change);
	}
	const counts: Record<string, number> = { preparing: 0, idle: 0, running: 0, leaving: 0, preempted: 0, unusable: 0 };
	for (const { to } of nodes.values()) counts[to] = (counts[to] ?? 0) + 1;
	const counted = [...nodes.values()].filter(({ joined, to }) => !joined && to !== 'preempted');
	return { counts, total: nodes.size, quotaUsed: counted.reduce((cores, node) => cores + node.cores, 0) };
}

/** The engine may change a node between two questions: asked until both answers are of one moment. */
async function expectReplayed(app: TestApp): Promise<void> {
	const difference = async (): Promise<unknown[]> => {
		const [{ nodeCounts, currentNodes }, { quotas }] = await Promise.all([
			app.client.call('getCluster', { params }),
			app.client.call('listQuotas', { params }),
		]);
		const shown = { counts: nodeCounts, total: currentNodes, quotaUsed: quotas.find(({ name }) => name === FAMILY)?.usedCores };
		const replayed = replay(await history(app));
		return JSON.stringify(replayed) === JSON.stringify(shown) ? [] : [replayed, shown];
	};
	await expect.poll(difference, { timeout: 10_000 }).toEqual([]);
}

describe.each(ENGINES)('events of compute on %s', (engine) => {
	it('counts of nodes and the use of quotas follow from events alone, whatever happens', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, experiment } = app;
		const { id: target } = await client.call('createCluster', {
			params,
			body: { name: 'cpu', vmSize: 'STANDARD_D2_V2', minNodes: 2, maxNodes: 3 },
		});
		const lease = async (agent: string) => (await client.call('leaseJob', { params: { agent }, body: { target, waitMs: 0 } })).job;
		const submit = async () =>
			(await client.call('submitJob', { params: { experiment }, body: { definition: { command: ['true'], target: 'cpu' } } })).runId;
		const stream = await fetch(`${app.url}/api/v1/workspaces/lab/live?after=0`);
		for await (const _ of stream.body as ReadableStream<Uint8Array>)
			if ((await client.call('getCluster', { params })).nodeCounts.unusable === 2) break;
		await expectReplayed(app);

		const [first, second] = [await submit(), await submit()];
		const taken = await lease('a');
		await lease('b');
		await expectReplayed(app);
		expect((await client.call('getCluster', { params })).nodeCounts).toMatchObject({ running: 2 });
		const end = { agent: 'a', fence: taken?.fence as number, phase: 'ended' as const, time: '2100-01-01T00:00:00.000000Z', exitCode: 3 };
		await client.call('reportJob', { params: { run: first }, body: { ...end, error: 'ValueError: no data' } });
		await expectReplayed(app);
		await client.call('preemptNode', { params: { ...params, node: 'b' }, body: {} });
		await client.call('changeNode', { params: { ...params, node: 'a' }, body: { drain: true } });
		await expectReplayed(app);
		await client.call('cancelRun', { params: { run: second }, body: {} });
		await expectReplayed(app);

		expect((await jobEvents(app, first)).map(({ data }) => data.what)).toEqual(['submitted', 'failed']);
		expect((await jobEvents(app, first)).at(-1)?.data).toEqual({
			what: 'failed',
			jobName: expect.any(String),
			experimentId: experiment,
			experimentName: 'ridge',
			cluster: target,
			clusterName: 'cpu',
			nodes: ['a'],
			nodeCount: 1,
			attempt: 1,
			toolType: 'command',
			workerCount: null,
			parameterServerCount: null,
			error: { code: 'ExitCode', message: 'ValueError: no data', details: 'The process ended with exit code 3.' },
		});
		expect((await jobEvents(app, second)).map(({ data }) => data.what)).toEqual(['submitted', 'queued', 'cancelled']);
	});

	it('a cluster tells of itself whenever it is made, changed, resized or deleted', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client } = app;
		await client.call('createCluster', { params, body: { name: 'cpu', vmSize: 'STANDARD_D2_V2', minNodes: 1 } });
		await client.call('updateCluster', { params, body: { maxNodes: 2 } });
		const stream = await fetch(`${app.url}/api/v1/workspaces/lab/live?after=0`);
		for await (const _ of stream.body as ReadableStream<Uint8Array>)
			if ((await history(app)).some(({ type }) => type === 'cluster.resized')) break;
		const of = async (wanted: string) =>
			(await history(app)).find(({ type }) => type === wanted)?.data as unknown as ClusterEventData | undefined;
		expect(await of('cluster.created')).toEqual({
			name: 'cpu',
			createdBy: expect.any(String),
			createdTime: expect.any(String),
			vmSize: 'STANDARD_D2_V2',
			vmFamily: FAMILY,
			vmPriority: 'dedicated',
			coresPerNode: 2,
			minNodes: 1,
			maxNodes: 1,
			idleSecondsBeforeScaleDown: 1_800,
			allocationState: 'resizing',
			currentNodes: 0,
			targetNodes: 1,
			nodeCounts: { preparing: 0, idle: 0, running: 0, leaving: 0, preempted: 0, unusable: 0 },
			isGrowing: null,
			quota: { name: FAMILY, limitCores: 300, usedCores: 0 },
		});
		expect(await of('cluster.changed')).toMatchObject({ maxNodes: 2 });
		expect(await of('cluster.resized')).toMatchObject({
			currentNodes: 1,
			isGrowing: true,
			quota: { usedCores: 2 },
			nodeCounts: { preparing: 1 },
		});
		const node = (await history(app)).find(({ type }) => type === 'node.changed')?.data as unknown as NodeEventData;
		expect(node).toMatchObject({ clusterName: 'cpu', vmSize: 'STANDARD_D2_V2', vmFamily: FAMILY, cores: 2, from: null, to: 'preparing' });
		await client.call('deleteCluster', { params, query: {} });
		const ending = await fetch(`${app.url}/api/v1/workspaces/lab/live?after=0`);
		let told = '';
		for await (const chunk of ending.body as ReadableStream<Uint8Array>) {
			told += new TextDecoder().decode(chunk);
			if (told.includes('cluster.deleted')) break;
		}
		const events = told.match(/(?<=^data: ).*"type":"cluster\..*$/gm)?.map((line) => JSON.parse(line) as ComputeEvent) ?? [];
		expect(events.at(-1)).toMatchObject({ type: 'cluster.deleted', data: { name: 'cpu', currentNodes: 0, targetNodes: 0 } });
		const deleting = events.find(({ type }) => type === 'cluster.deleting');
		expect(deleting).toMatchObject({ actor: events[0]?.actor, data: { name: 'cpu', targetNodes: 0, minNodes: 1 } });
	});
});
