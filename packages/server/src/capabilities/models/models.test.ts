import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { LIMITS } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const NAME = 'ridge model';

async function runWithFiles({ client, experiment }: TestApp): Promise<string> {
	const { id } = await client.call('createRun', { params: { experiment }, body: { id: 'maker' } });
	for (const path of ['outputs/model/MLmodel', 'outputs/model/data/weights.bin', 'outputs/model2', 'outputs/one.pkl'])
		await client.call('writeRunFile', { params: { run: id, '*': path }, body: `content of ${path}` });
	return id;
}

function ofModel({ client, workspace }: TestApp, model = NAME) {
	const read = async (version: string, path: string) =>
		(await client.open('readModelFile', { params: { workspace, model, version, '*': path } })).text();
	return {
		register: (body: object) => client.call('registerModel', { params: { workspace, model }, body: body as never }),
		get: () => client.call('getModel', { params: { workspace, model } }),
		version: (version: string) => client.call('getModelVersion', { params: { workspace, model, version } }),
		update: (version: string, body: object) => client.call('updateModelVersion', { params: { workspace, model, version }, body }),
		files: async (version: string) =>
			(await client.call('listModelFiles', { params: { workspace, model, version } })).files.map(({ path }) => path),
		put: (version: string, path: string, body: string, headers = {}) =>
			client.call('writeModelFile', { params: { workspace, model, version, '*': path }, body, headers }),
		complete: (version: string) => client.call('completeModelVersion', { params: { workspace, model, version } }),
		alias: (alias: string, version: number) => client.call('setModelAlias', { params: { workspace, model, alias }, body: { version } }),
		removeVersion: (version: string) => client.call('deleteModelVersion', { params: { workspace, model, version } }),
		remove: () => client.call('deleteModel', { params: { workspace, model } }),
		read,
	};
}

describe.each(ENGINES)('models on %s', (engine) => {
	it('a large file comes in chunks, and goes on for another version of the model after a restart', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const whole = randomBytes(100_000);
		const sha256 = createHash('sha256').update(whole).digest('hex');
		const sender =
			({ client, workspace }: TestApp, version: string) =>
			(first: number, last: number, given = {}) =>
				client.call('appendModelFile', {
					params: { workspace, model: NAME, version, '*': 'model/weights.bin' },
					query: { sizeBytes: whole.length, sha256, offset: first, ...given },
					body: whole.subarray(first, last),
				});
		await ofModel(app).register({ source: { upload: true } });
		const send = sender(app, '1');
		expect(await send(0, 0)).toEqual({ receivedBytes: 0, file: null });
		expect(await send(0, 40_000)).toEqual({ receivedBytes: 40_000, file: null });
		await expect(send(50_000, 100_000)).rejects.toMatchObject({ status: 409, code: 'upload-gap' });
		await expect(send(0, 10, { sizeBytes: LIMITS.artifactBytes.max + 1 })).rejects.toMatchObject({ code: 'invalid-request' });

		const again = await app.restart();
		await ofModel(again).register({ source: { upload: true } });
		const goOn = sender(again, '2');
		expect(await goOn(0, 0)).toEqual({ receivedBytes: 40_000, file: null });
		const file = { path: 'model/weights.bin', sizeBytes: 100_000, sha256 };
		expect(await goOn(30_000, 100_000)).toEqual({ receivedBytes: 100_000, file });
		// The reply was lost, and is asked for once more.
		expect(await goOn(0, 0)).toEqual({ receivedBytes: 100_000, file });
		expect(await ofModel(again).complete('2')).toMatchObject({ status: 'ready', fileCount: 1, sizeBytes: 100_000 });
		await expect(goOn(0, 0)).rejects.toMatchObject({ code: 'model-not-pending' });
		expect(await readdir(join(app.dataFolder, 'set-uploads'))).toEqual([]);

		const other = createHash('sha256').update('other').digest('hex');
		await expect(sender(again, '1')(0, 100_000, { sha256: other })).rejects.toMatchObject({ code: 'checksum-mismatch' });
		expect(await readdir(join(app.dataFolder, 'set-uploads'))).toEqual([]);
	});

	it('a folder of a run becomes a version that outlives the run', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await runWithFiles(app);
		const model = ofModel(app);
		const first = await model.register({
			source: { runId: run, path: 'outputs/model' },
			description: 'the first',
			tags: { quality: 'good' },
			properties: { rows: '442' },
			framework: 'ScikitLearn',
			frameworkVersion: '1.5',
		});
		expect(first).toMatchObject({
			id: `${NAME}:1`,
			name: NAME,
			version: 1,
			description: 'the first',
			tags: { quality: 'good' },
			properties: { rows: '442' },
			stage: 'None',
			status: 'ready',
			source: 'runs:/maker/outputs/model',
			runId: run,
			experimentName: 'ridge',
			framework: 'ScikitLearn',
			frameworkVersion: '1.5',
			fileCount: 2,
			aliases: [],
		});
		expect(await model.files('1')).toEqual(['model/MLmodel', 'model/data/weights.bin']);
		expect(await model.register({ source: { runId: run, path: 'outputs/one.pkl' } })).toMatchObject({ version: 2, fileCount: 1 });
		expect(await model.files('latest')).toEqual(['one.pkl']);

		await app.client.call('changeRunStatus', { params: { run }, body: { status: 'Completed' } });
		await app.client.call('changeLifecycle', { params: { run }, body: { lifecycle: 'trashed' } });
		await app.client.call('purgeRun', { params: { run } });
		expect(await model.read('1', 'model/MLmodel')).toBe('content of outputs/model/MLmodel');
		expect(await app.client.call('searchModelVersions', { params: { workspace: 'lab' }, query: { runId: run } })).toMatchObject({
			versions: [{ version: 2 }, { version: 1 }],
			nextCursor: null,
		});
	});

	it('uploaded files make a version when it is completed, and no more are taken then', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const model = ofModel(app);
		expect(await model.register({ source: { upload: true } })).toMatchObject({
			status: 'pending',
			fileCount: 0,
			source: `models:/${NAME}/1`,
		});
		await model.put('1', 'a/b.txt', 'one');
		await model.put('1', 'a/b.txt', 'two');
		await expect(model.put('1', '../b.txt', 'one')).rejects.toMatchObject({ status: 404 });
		await expect(model.put('1', 'c', 'x', { 'x-content-sha256': '0'.repeat(64) })).rejects.toMatchObject({ code: 'checksum-mismatch' });
		await expect(model.version('latest')).rejects.toMatchObject({ code: 'not-found' });
		expect(await model.complete('1')).toMatchObject({ status: 'ready', fileCount: 1, sizeBytes: 3 });
		expect(await model.read('latest', 'a/b.txt')).toBe('two');
		await expect(model.put('1', 'c', 'x')).rejects.toMatchObject({ code: 'model-not-pending' });
		await expect(model.complete('1')).rejects.toMatchObject({ code: 'model-not-pending' });
	});

	it('aliases, stages, tags and properties', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const model = ofModel(app);
		for (let count = 0; count < 3; count += 1) await model.register({ source: { uri: 's3://bucket/model' } });
		await model.alias('champion', 2);
		expect(await model.version('champion')).toMatchObject({ version: 2, aliases: ['champion'] });
		await model.alias('champion', 3);
		expect((await model.get()).aliases).toEqual({ champion: 3 });
		for (const alias of ['latest', 'v1', '7', 'a b', 'x'.repeat(256)])
			await expect(model.alias(alias, 1)).rejects.toMatchObject({ code: 'invalid-name' });
		await expect(model.alias('gone', 9)).rejects.toMatchObject({ code: 'not-found' });

		await model.update('1', { stage: 'Production' });
		await model.update('2', { stage: 'Production', archiveOthers: true });
		expect([(await model.version('1')).stage, (await model.version('2')).stage]).toEqual(['Archived', 'Production']);
		await model.update('1', { tags: { a: '1', b: '2' }, properties: { p: 'x' } });
		expect(await model.update('1', { removeTags: ['a'], properties: { q: 'y' } })).toMatchObject({
			tags: { b: '2' },
			properties: { p: 'x', q: 'y' },
		});
		await expect(model.update('1', { properties: { p: 'z' }, tags: { c: '3' } })).rejects.toMatchObject({ code: 'model-property-changed' });
		expect((await model.version('1')).tags).toEqual({ b: '2' });

		await model.removeVersion('3');
		expect((await model.get()).aliases).toEqual({});
		expect(await model.register({ source: { uri: 's3://bucket/model' } })).toMatchObject({ version: 4 });
		expect(await model.get()).toMatchObject({ latestVersion: 4, versionCount: 3 });
	});

	it('what cannot be registered leaves nothing behind', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const run = await runWithFiles(app);
		const { client, workspace } = app;
		const model = ofModel(app);
		const bad: readonly [object, string][] = [
			[{ runId: run, path: 'outputs/none' }, 'not-found'],
			[{ runId: 'nobody', path: 'outputs' }, 'not-found'],
			[{ runId: run, path: '../outputs' }, 'invalid-path'],
			[{ datastore: 'elsewhere', path: 'a' }, 'not-found'],
			[{ datastore: 'workspaceblobstore', path: 'a' }, 'not-found'],
			[{}, 'invalid-request'],
		];
		for (const [source, code] of bad) await expect(model.register({ source })).rejects.toMatchObject({ code });
		await expect(model.register({ source: { uri: 'x' }, tags: { '': 'x' } })).rejects.toMatchObject({ code: 'invalid-name' });
		for (const name of ['a/b', 'a:b', 'x'.repeat(257)])
			await expect(client.call('createModel', { params: { workspace }, body: { name } })).rejects.toMatchObject({ status: 400 });
		expect(await client.call('listModels', { params: { workspace } })).toEqual({ models: [], nextCursor: null });
	});

	it('models are listed by name in pages, sought by name and tag, renamed and deleted', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace } = app;
		const list = async (query: object) => {
			const page = await client.call('listModels', { params: { workspace }, query });
			return { names: page.models.map(({ name }) => name), next: page.nextCursor };
		};
		for (const name of ['Beta', 'alpha', 'gamma'])
			await client.call('createModel', { params: { workspace }, body: { name, tags: name === 'alpha' ? { team: 'a=b' } : {} } });
		const first = await list({ limit: 2 });
		expect(first.names).toEqual(['Beta', 'alpha']);
		expect(await list({ limit: 2, cursor: first.next })).toEqual({ names: ['gamma'], next: null });
		expect((await list({ search: 'TA' })).names).toEqual(['Beta']);
		expect((await list({ tag: 'team' })).names).toEqual(['alpha']);
		expect((await list({ tag: 'team=a=b' })).names).toEqual(['alpha']);
		expect((await list({ tag: 'team=c' })).names).toEqual([]);
		await expect(client.call('createModel', { params: { workspace }, body: { name: 'Beta' } })).rejects.toMatchObject({ status: 409 });
		const rename = (name: string) => client.call('updateModel', { params: { workspace, model: 'Beta' }, body: { name } });
		await expect(rename('alpha')).rejects.toMatchObject({ code: 'already-exists' });
		expect(await rename('beta')).toMatchObject({ name: 'beta' });
		await client.call('deleteModel', { params: { workspace, model: 'beta' } });
		expect((await list({})).names).toEqual(['alpha', 'gamma']);
	});

	it('prompts, which are kept as models, are listed by themselves or not at all', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace } = app;
		const tagged: Record<string, Record<string, string>> = {
			ridge: {},
			greeting: { 'mlflow.prompt.is_prompt': 'true' },
			claim: { team: 'a' },
		};
		for (const [name, tags] of Object.entries(tagged)) await client.call('createModel', { params: { workspace }, body: { name, tags } });
		const names = async (query: object) =>
			(await client.call('listModels', { params: { workspace }, query })).models.map(({ name }) => name);
		expect(await names({})).toEqual(['claim', 'greeting', 'ridge']);
		expect(await names({ kind: 'model' })).toEqual(['claim', 'ridge']);
		expect(await names({ kind: 'prompt' })).toEqual(['greeting']);
		expect(await names({ kind: 'model', search: 'greet' })).toEqual([]);
		await expect(names({ kind: 'flow' })).rejects.toMatchObject({ status: 400 });
	});

	it('a job registers models with its token, and deletes none', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, experiment } = app;
		await client.call('submitJob', { params: { experiment }, body: { definition: { command: ['true'] } } });
		const { job } = await client.call('leaseJob', { params: { agent: 'one' }, body: { target: 'local', waitMs: 0 } });
		const model = ofModel({ ...app, client: createClient({ url: app.url, token: job!.runToken }) });
		await model.register({ source: { upload: true }, runId: job!.runId });
		await model.put('1', 'a', 'x');
		expect(await model.complete('1')).toMatchObject({ runId: job!.runId });
		await expect(model.remove()).rejects.toMatchObject({ code: 'forbidden' });
	});
});
