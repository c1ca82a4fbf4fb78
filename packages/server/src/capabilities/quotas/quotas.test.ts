import { DEFAULT_QUOTA_CORES, LIMITS } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const D2 = { vmSize: 'STANDARD_D2_V2' };
const FAMILY = 'standardDv2Family';

const create = ({ client, workspace }: TestApp, name: string, fields: object = {}) =>
	client.call('createCluster', { params: { workspace }, body: { name, ...D2, maxNodes: 2, ...fields } });

const setServer = ({ client }: TestApp, quota: string, limitCores: number | null) =>
	client.call('setServerQuota', { params: { quota }, body: { limitCores } });

const setWorkspace = ({ client, workspace }: TestApp, limitCores: number | null) =>
	client.call('setWorkspaceQuota', { params: { workspace, quota: FAMILY }, body: { limitCores } });

const quotaOf = async ({ client, workspace }: TestApp, name: string) =>
	(await client.call('listQuotas', { params: { workspace } })).quotas.find((quota) => quota.name === name);

/** Waits until a cluster has so many nodes: its engine looks whenever something changes. */
async function untilNodes({ client, workspace, url }: TestApp, compute: string, count: number): Promise<void> {
	const stream = await fetch(`${url}/api/v1/workspaces/${workspace}/live?after=0`);
	for await (const _ of stream.body as ReadableStream<Uint8Array>)
		if ((await client.call('getCluster', { params: { workspace, compute } })).currentNodes === count) return;
}

describe.each(ENGINES)('quotas on %s', (engine) => {
	it('there are quotas in all, of low priority and by family, as generous as a laptop needs', async () => {
		await using app = await startTestApp({ engine, agent: false });
		expect(await quotaOf(app, FAMILY)).toEqual({
			name: FAMILY,
			limitCores: DEFAULT_QUOTA_CORES.family,
			usedCores: 0,
			freeCores: DEFAULT_QUOTA_CORES.family,
			workspaceLimitCores: null,
			serverLimitCores: DEFAULT_QUOTA_CORES.family,
			serverUsedCores: 0,
		});
		expect((await quotaOf(app, 'dedicated'))?.limitCores).toBe(DEFAULT_QUOTA_CORES.dedicated);
		expect((await quotaOf(app, 'lowpriority'))?.limitCores).toBe(DEFAULT_QUOTA_CORES.lowpriority);
	});

	it('a cluster that its quota could never hold is refused, with what is used, what is free and what to do', async () => {
		await using app = await startTestApp({ engine, agent: false });
		await setServer(app, 'STANDARDDV2FAMILY', 7);
		await expect(create(app, 'big', { maxNodes: 4 })).rejects.toMatchObject({
			code: 'quota-exceeded',
			status: 409,
			message:
				'Cluster big with up to 4 nodes of STANDARD_D2_V2 needs 8 cores; the standardDv2Family quota of the server is 7, of which 0 are used and 7 are free.',
			hint: expect.stringContaining('runstead compute quota request'),
			details: { quota: FAMILY, limit: 7, used: 0, free: 7, needed: 8 },
		});
		await create(app, 'fits', { maxNodes: 3 });
		await expect(
			app.client.call('updateCluster', { params: { workspace: app.workspace, compute: 'fits' }, body: { maxNodes: 4 } }),
		).rejects.toMatchObject({ code: 'quota-exceeded' });
		// Low priority has a quota of its own, whatever the family.
		await create(app, 'low', { maxNodes: 4, vmPriority: 'lowpriority' });
		await setServer(app, 'lowpriority', 1);
		await expect(create(app, 'lower', { vmPriority: 'lowpriority' })).rejects.toMatchObject({ details: { quota: 'lowpriority' } });
		// What is there already may be changed in every other way.
		await setServer(app, FAMILY, 0);
		await app.client.call('updateCluster', { params: { workspace: app.workspace, compute: 'fits' }, body: { description: 'mine' } });
	});

	it('a workspace may have a share of its own, at most what the server has', async () => {
		await using app = await startTestApp({ engine, agent: false });
		await setServer(app, FAMILY, 10);
		await expect(setWorkspace(app, 11)).rejects.toMatchObject({
			code: 'invalid-request',
			message: 'The share of workspace lab (11) is greater than the standardDv2Family quota of the server (10).',
		});
		expect(await setWorkspace(app, 2)).toMatchObject({ limitCores: 2, freeCores: 2, workspaceLimitCores: 2, serverLimitCores: 10 });
		await expect(create(app, 'two')).rejects.toMatchObject({ details: { owner: 'workspace lab', limit: 2 } });
		await app.client.call('createWorkspace', { body: { name: 'other' } });
		await create({ ...app, workspace: 'other' }, 'two');
		expect(await setWorkspace(app, null)).toMatchObject({ limitCores: 10, workspaceLimitCores: null });
		await create(app, 'two');
		await expect(app.client.call('setServerQuota', { params: { quota: 'standardX' }, body: { limitCores: 1 } })).rejects.toMatchObject({
			code: 'not-found',
			message: 'There is no quota standardX.',
		});
	});

	it('a request is granted, which raises what stands in its way, or refused; once', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace } = app;
		await setServer(app, FAMILY, 10);
		await setWorkspace(app, 2);
		const ask = (limitCores: number) =>
			client.call('requestQuota', { params: { workspace }, body: { quota: FAMILY, limitCores, reason: 'Four nodes at once' } });
		await expect(ask(2)).rejects.toMatchObject({ message: 'Workspace lab has 2 cores of standardDv2Family already: 2 is not more.' });
		const request = await ask(16);
		expect(request).toMatchObject({ quota: FAMILY, limitCores: 16, limitCoresBefore: 2, state: 'open', decidedTime: null });
		const decide = (id: string, granted: boolean, reason?: string) =>
			client.call('decideQuotaRequest', { params: { workspace, request: id }, body: { granted, ...(reason && { reason }) } });
		expect(await decide(request.id, true)).toMatchObject({ state: 'granted', decidedBy: expect.any(String) });
		expect(await quotaOf(app, FAMILY)).toMatchObject({ limitCores: 16, workspaceLimitCores: 16, serverLimitCores: 16 });
		await expect(decide(request.id, false)).rejects.toMatchObject({
			code: 'quota-request-decided',
			message: `Request ${request.id} was granted already.`,
		});
		const second = await ask(32);
		expect(await decide(second.id, false, 'Too much')).toMatchObject({ state: 'refused', decisionReason: 'Too much' });
		expect(await quotaOf(app, FAMILY)).toMatchObject({ limitCores: 16 });
		const first = await client.call('listQuotaRequests', { params: { workspace }, query: { limit: 1 } });
		expect(first.requests.map(({ id }) => id)).toEqual([second.id]);
		const rest = await client.call('listQuotaRequests', { params: { workspace }, query: { limit: 1, cursor: first.nextCursor as string } });
		expect([rest.requests.map(({ id }) => id), rest.nextCursor]).toEqual([[request.id], null]);
		expect((await client.call('listQuotaRequests', { params: { workspace }, query: { state: 'open' } })).requests).toEqual([]);
	});

	it('open requests have a limit', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace } = app;
		const ask = () =>
			client.call('requestQuota', { params: { workspace }, body: { quota: 'dedicated', limitCores: 5_000, reason: 'More' } });
		for (let count = 0; count < LIMITS.openQuotaRequests.max; count++) await ask();
		await expect(ask()).rejects.toMatchObject({ code: 'limit-exceeded', details: { given: 101, max: 100 } });
	});

	it('nodes count from when they are asked for until they are gone; a quota stops the next one, and the queue says so', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace, experiment } = app;
		await setServer(app, 'dedicated', 4);
		const used = await create(app, 'used', { minNodes: 1, maxNodes: 1 });
		expect(used.blockedReason).toBeNull();
		await untilNodes(app, 'used', 1);
		expect(await quotaOf(app, FAMILY)).toMatchObject({ usedCores: 2, serverUsedCores: 2 });
		await expect(create(app, 'least', { vmSize: 'STANDARD_F4S_V2', minNodes: 1, maxNodes: 1 })).rejects.toMatchObject({
			message:
				'Cluster least with at least 1 nodes of STANDARD_F4S_V2 needs 4 cores; the dedicated quota of the server is 4, of which 2 are used and 2 are free.',
		});
		await create(app, 'waiting', { vmSize: 'STANDARD_F4S_V2', maxNodes: 1 });
		await client.call('submitJob', { params: { experiment }, body: { definition: { command: ['true'], target: 'waiting' } } });
		const { queue } = await client.call('listQueue', { params: { workspace, compute: 'waiting' }, query: {} });
		expect(queue[0]?.reason).toBe(
			'A further node needs 4 cores, and of the dedicated quota of the server, 4, 2 are used (runstead compute quota request asks for more).',
		);
		await setServer(app, 'dedicated', 6);
		await untilNodes(app, 'waiting', 1);
		expect(await quotaOf(app, 'dedicated')).toMatchObject({ usedCores: 6, freeCores: 0 });
	});
});
