import { LIMITS } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp } from '../../testing/test-app.ts';

describe.each(ENGINES)('workspaces and experiments on %s', (engine) => {
	it('a workspace has one name whatever its case, and the first has the Default experiment 0', async () => {
		await using app = await startTestApp({ engine });
		const { client } = app;
		const lab = await client.call('getWorkspace', { params: { workspace: 'LAB' } });
		expect(await client.call('getWorkspace', { params: { workspace: lab.id } })).toEqual(lab);
		expect(await client.call('getExperiment', { params: { experiment: '0' } })).toMatchObject({ name: 'Default', workspaceId: lab.id });
		await expect(client.call('createWorkspace', { body: { name: 'Lab' } })).rejects.toMatchObject({ code: 'already-exists', status: 409 });
		const second = await client.call('createWorkspace', { body: { name: 'second', description: 'of two' } });
		expect(second).toMatchObject({ subscriptionId: lab.subscriptionId, resourceGroup: 'runstead' });
		const { experiments } = await client.call('listExperiments', { params: { workspace: 'second' }, query: {} });
		expect(experiments.map(({ id, name }) => [id === '0', name])).toEqual([[false, 'Default']]);
		expect((await client.call('listWorkspaces', { query: {} })).workspaces.map(({ name }) => name)).toEqual(['lab', 'second']);
	});

	it.each(['x', 'y'.repeat(33), 'with space', '-first', 'ü-lab'])('a workspace is not named %j', async (name) => {
		await using app = await startTestApp({ engine });
		await expect(app.client.call('createWorkspace', { body: { name } })).rejects.toMatchObject({ code: 'invalid-name', status: 400 });
	});

	it('two clients that create the same experiment at once make one', async () => {
		await using app = await startTestApp({ engine });
		const { client, workspace } = app;
		const create = (existOk: boolean) =>
			client.call('createExperiment', { params: { workspace }, body: { name: 'explore-runs', existOk } });
		const both = await Promise.all([create(true), create(true), create(true)]);
		expect(new Set(both.map(({ id }) => id)).size).toBe(1);
		await expect(create(false)).rejects.toMatchObject({ code: 'already-exists', status: 409 });
	});

	it('an experiment takes any name of at most 256 characters', async () => {
		await using app = await startTestApp({ engine });
		const { client, workspace } = app;
		const create = (name: string) => client.call('createExperiment', { params: { workspace }, body: { name } });
		const { max } = LIMITS.experimentNameCharacters;
		for (const length of [max - 1, max]) expect((await create('ü'.repeat(length))).name).toBe('ü'.repeat(length));
		await expect(create('x'.repeat(max + 1))).rejects.toMatchObject({
			code: 'limit-exceeded',
			details: { limit: 'experimentNameCharacters', max, given: max + 1 },
		});
		await expect(create('  ')).rejects.toMatchObject({ code: 'invalid-name' });
		await expect(create('a\u0000b')).rejects.toMatchObject({ status: 400 });
	});

	it('an experiment is renamed, tagged, archived, listed in pages, and counts its runs', async () => {
		await using app = await startTestApp({ engine });
		const { client, workspace, experiment } = app;
		await client.call('createRun', { params: { experiment }, body: {} });
		const { id: done } = await client.call('createRun', { params: { experiment }, body: {} });
		await client.call('changeRunStatus', { params: { run: done }, body: { status: 'Completed' } });
		const change = (body: object) => client.call('updateExperiment', { params: { experiment }, body });
		expect(await change({ name: 'lasso', tags: { team: 'a', old: null } })).toMatchObject({
			name: 'lasso',
			tags: { team: 'a', old: null },
			runCount: 2,
			activeRunCount: 1,
		});
		expect(await change({ removeTags: ['old'], description: 'soon over' })).toMatchObject({
			tags: { team: 'a' },
			description: 'soon over',
		});
		await expect(change({ name: 'Default' })).rejects.toMatchObject({ code: 'already-exists' });
		const names = async (query: object) =>
			(await client.call('listExperiments', { params: { workspace }, query })).experiments.map(({ name }) => name);
		expect(await names({})).toEqual(['lasso', 'Default']);
		await change({ lifecycle: 'archived' });
		expect([await names({}), await names({ lifecycle: 'archived' }), await names({ lifecycle: 'all', name: 'lasso' })]).toEqual([
			['Default'],
			['lasso'],
			['lasso'],
		]);
		const first = await client.call('listExperiments', { params: { workspace }, query: { lifecycle: 'all', limit: 1 } });
		const second = await client.call('listExperiments', {
			params: { workspace },
			query: { lifecycle: 'all', limit: 1, cursor: first.nextCursor as string },
		});
		expect([first.experiments[0]?.name, second.experiments[0]?.name, second.nextCursor]).toEqual(['lasso', 'Default', null]);
	});
});
