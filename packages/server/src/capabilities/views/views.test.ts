import { createClient } from '@runstead/client';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';
import { startTestCapabilities } from '../../testing/test-capabilities.ts';

const create = ({ client, workspace }: TestApp, fields: object = {}) =>
	client.call('createView', { params: { workspace }, body: { name: 'Best runs', state: { columns: ['name', 'status'] }, ...fields } });

/** A client of somebody else, with a token of their own. */
async function clientOf(app: TestApp, subject: string) {
	const body = { subject, permissions: ['workspace.read', 'workspace.write'], workspace: app.workspace, expiresInSeconds: 600 };
	const { token } = await app.client.call('createToken', { body: body as never });
	return createClient({ url: app.url, token });
}

describe.each(ENGINES)('views on %s', (engine) => {
	it('a view is kept, changed, listed with its versions, and deleted', async () => {
		await using app = await startTestApp({ engine });
		const { client, workspace } = app;
		const view = await create(app, { experimentId: app.experiment });
		expect(view).toMatchObject({
			name: 'Best runs',
			scope: 'personal',
			experimentId: app.experiment,
			state: { columns: ['name', 'status'] },
			version: 1,
			isDefault: false,
			workspaceName: 'lab',
		});
		const params = { view: view.id };
		const changed = await client.call('updateView', { params, body: { version: 1, name: 'Best', state: { filter: 'number > 1' } } });
		expect(changed).toMatchObject({ name: 'Best', version: 2, state: { filter: 'number > 1' } });
		expect(await client.call('getView', { params })).toEqual(changed);
		const { versions } = await client.call('listViewVersions', { params });
		expect(versions.map(({ version, name, state }) => ({ version, name, state }))).toEqual([
			{ version: 2, name: 'Best', state: { filter: 'number > 1' } },
			{ version: 1, name: 'Best runs', state: { columns: ['name', 'status'] } },
		]);
		await create(app, { name: 'Another' });
		expect((await client.call('listViews', { params: { workspace } })).views.map(({ name }) => name)).toEqual(['Another', 'Best']);
		const query = await create(app, { name: 'Failures', page: 'logs', state: { query: 'AmlComputeJobEvent' } });
		const namesOf = async (page: 'runs' | 'logs') =>
			(await client.call('listViews', { params: { workspace }, query: { page } })).views.map(({ name }) => name);
		expect([await namesOf('runs'), await namesOf('logs')]).toEqual([['Another', 'Best'], ['Failures']]);
		await expect(
			client.call('updateView', { params: { view: query.id }, body: { version: 1, scope: 'shared', isDefault: true } }),
		).rejects.toMatchObject({ code: 'invalid-request' });
		await client.call('deleteView', { params: { view: query.id } });
		const page = await client.call('listViews', { params: { workspace }, query: { limit: 1 } });
		const rest = await client.call('listViews', { params: { workspace }, query: { limit: 1, cursor: page.nextCursor as string } });
		expect([...page.views, ...rest.views].map(({ name }) => name)).toEqual(['Another', 'Best']);
		expect(rest.nextCursor).toBeNull();
		await client.call('deleteView', { params });
		await expect(client.call('getView', { params })).rejects.toMatchObject({ code: 'not-found' });
	});

	it('a deleted view is taken back as it was, with its versions, and opens the workspace again unless another does', async () => {
		await using app = await startTestApp({ engine });
		const { client, workspace } = app;
		const { id } = await create(app, { scope: 'shared' });
		const params = { view: id };
		const view = await client.call('updateView', { params, body: { version: 1, isDefault: true, state: { flat: true } } });
		const names = async () => (await client.call('listViews', { params: { workspace } })).views.map(({ name }) => name);
		await client.call('deleteView', { params });
		expect(await names()).toEqual([]);
		await expect(client.call('updateView', { params, body: { version: 2, name: 'Gone' } })).rejects.toMatchObject({ status: 404 });
		await expect(client.call('listViewVersions', { params })).rejects.toMatchObject({ status: 404 });
		await expect(client.call('deleteView', { params })).rejects.toMatchObject({ status: 404 });
		expect(await client.call('restoreView', { params })).toEqual(view);
		expect(await client.call('restoreView', { params })).toEqual(view);
		expect(await names()).toEqual(['Best runs']);
		expect((await client.call('listViewVersions', { params })).versions).toHaveLength(2);
		await client.call('deleteView', { params });
		const other = await create(app, { name: 'Other', scope: 'shared' });
		await client.call('updateView', { params: { view: other.id }, body: { version: 1, isDefault: true } });
		expect(await client.call('restoreView', { params })).toEqual({ ...view, isDefault: false });
		await expect(client.call('restoreView', { params: { view: 'none' } })).rejects.toMatchObject({ status: 404 });
		const mine = await create(app);
		await client.call('deleteView', { params: { view: mine.id } });
		const bob = await clientOf(app, 'bob');
		await expect(bob.call('restoreView', { params: { view: mine.id } })).rejects.toMatchObject({ status: 404 });
	});

	it('the last hundred deleted views of a workspace can be taken back, for thirty days', async () => {
		await using app = await startTestCapabilities(engine);
		const workspace = await app.workspaces.find((await app.workspaces.create({ name: 'lab' }, 'ada')).id);
		const deleted = async (name: string): Promise<string> => {
			const { id } = await app.views.create(workspace, { name, state: {} }, 'ada');
			await app.views.remove(id, 'ada');
			return id;
		};
		const ids: string[] = [];
		for (let number = 0; number <= 100; number++) ids.push(await deleted(`View ${number}`));
		const restored = (at: number) => app.views.restore(ids[at] as string, 'ada');
		await expect(restored(0)).rejects.toMatchObject({ code: 'not-found' });
		expect(await restored(1)).toMatchObject({ name: 'View 1' });
		await app.pass(30 * 86_400 - 60);
		await deleted('within');
		expect(await restored(2)).toMatchObject({ name: 'View 2' });
		await app.pass(120);
		await deleted('after');
		await expect(restored(3)).rejects.toMatchObject({ code: 'not-found' });
	});

	it('of two people who change one view the later is told what it has become', async () => {
		await using app = await startTestApp({ engine });
		const view = await create(app, { scope: 'shared' });
		const ada = await clientOf(app, 'ada');
		const bob = await clientOf(app, 'bob');
		const params = { view: view.id };
		await ada.call('updateView', { params, body: { version: 1, state: { filter: "status = 'Failed'" } } });
		await expect(bob.call('updateView', { params, body: { version: 1, state: { flat: true } } })).rejects.toMatchObject({
			code: 'view-changed',
			status: 409,
			details: { given: 1, current: 2, actor: 'ada', currentView: { version: 2, state: { filter: "status = 'Failed'" } } },
		});
		expect(await bob.call('updateView', { params, body: { version: 2, state: { flat: true } } })).toMatchObject({
			version: 3,
			modifiedBy: 'bob',
		});
	});

	it("a personal view is its owner's alone; a shared one may open the workspace, one of them at a time", async () => {
		await using app = await startTestApp({ engine });
		const ada = await clientOf(app, 'ada');
		const bob = await clientOf(app, 'bob');
		const body = { name: 'Mine', state: {} };
		const mine = await ada.call('createView', { params: { workspace: app.workspace }, body });
		const params = { view: mine.id };
		await expect(bob.call('getView', { params })).rejects.toMatchObject({ status: 404 });
		await expect(bob.call('updateView', { params, body: { version: 1, name: 'His' } })).rejects.toMatchObject({ status: 404 });
		await expect(bob.call('deleteView', { params })).rejects.toMatchObject({ status: 404 });
		expect((await bob.call('listViews', { params: { workspace: app.workspace } })).views).toEqual([]);
		await expect(ada.call('updateView', { params, body: { version: 1, isDefault: true } })).rejects.toMatchObject({ status: 400 });

		expect(await ada.call('updateView', { params, body: { version: 1, scope: 'shared', isDefault: true } })).toMatchObject({
			isDefault: true,
		});
		await expect(bob.call('updateView', { params, body: { version: 2, scope: 'personal' } })).rejects.toMatchObject({ status: 400 });
		const other = await bob.call('createView', { params: { workspace: app.workspace }, body: { ...body, name: 'Ours', scope: 'shared' } });
		await bob.call('updateView', { params: { view: other.id }, body: { version: 1, isDefault: true } });
		const { views } = await ada.call('listViews', { params: { workspace: app.workspace } });
		expect(views.map(({ name, isDefault }) => [name, isDefault])).toEqual([
			['Mine', false],
			['Ours', true],
		]);
	});

	it('refuses what is too large, unnamed or of another workspace', async () => {
		await using app = await startTestApp({ engine });
		await expect(create(app, { name: '  ' })).rejects.toMatchObject({ code: 'invalid-name' });
		await expect(create(app, { name: 'x'.repeat(101) })).rejects.toMatchObject({ status: 400 });
		await expect(create(app, { state: { text: 'x'.repeat(256 * 1024) } })).rejects.toMatchObject({ code: 'limit-exceeded' });
		await expect(create(app, { experimentId: 'nowhere' })).rejects.toMatchObject({ status: 404 });
		await expect(create(app, { state: ['no', 'object'] })).rejects.toMatchObject({ status: 400 });
	});
});
