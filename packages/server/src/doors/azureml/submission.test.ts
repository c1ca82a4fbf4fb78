/** Submissions that come twice, half, or for what is not there: each is done once, or refused with nothing left of it. */
import { describe, expect, it } from 'vitest';
import { door } from '../../testing/azureml-door.ts';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const configuration = {
	script: 'train.py',
	arguments: ['--rate', 0.1],
	target: 'local',
	environment: {},
	history: { snapshotProject: true },
};
const tree = (...names: string[]) => ({
	name: '',
	type: 'Directory',
	children: Object.fromEntries(names.map((name) => [name, { name, type: 'File', children: {} }])),
});

async function submitter(app: TestApp) {
	await app.client.call('setTls', { body: { isOn: true, port: 0 } });
	const { workspace, history, send, plain } = await door(app);
	await send('POST', history);
	const content = `/content/v2.0${workspace}/snapshots`;
	/** Asks where files go, and puts some of them there. */
	const upload = async (names: readonly string[], sent: Readonly<Record<string, string>>) => {
		const { body } = await send('POST', `${content}/getblob`, { FileNames: names });
		for (const { fullName, blobUri } of body.fileNodes) {
			const text = sent[fullName];
			if (text === undefined) continue;
			const reply = await fetch(plain(blobUri), { method: 'PUT', headers: { 'x-ms-blob-type': 'BlockBlob' }, body: text });
			expect(reply.status).toBe(201);
		}
		return body.fileNodes.map(({ fullName, blobUri }: { fullName: string; blobUri: string }) => ({ FullName: fullName, BlobUri: blobUri }));
	};
	const create = (id: string, nodes: unknown, names: string[], parent = 'none') =>
		send('POST', `${content}/${id}`, { ParentSnapshotId: parent, DirTreeNode: tree(...names), FileRevisionList: { FileNodes: nodes } });
	const execution = `/execution/v1.0${workspace}/experiments/ridge`;
	return { workspace, history, send, plain, upload, create, execution };
}

describe.each(ENGINES)('%s', (engine) => {
	it('a submission that is sent ten times is one job, with the files of the snapshot before where they did not change', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { send, upload, create, execution, history } = await submitter(app);
		const first = await upload(['train.py', 'data.txt'], { 'train.py': 'print(1)', 'data.txt': 'kept' });
		for (let time = 0; time < 10; time++) expect((await create('s1', first, ['train.py', 'data.txt'])).status).toBe(200);
		const changed = await upload(['train.py'], { 'train.py': 'print(2)' });
		expect((await create('s2', changed, ['train.py', 'data.txt'], 's1')).status).toBe(200);
		for (let time = 0; time < 10; time++) {
			const { status, body } = await send('POST', `${execution}/snapshotrun?runId=ridge_1`, {
				Configuration: configuration,
				SnapshotId: 's2',
			});
			expect([status, body]).toEqual([200, { runId: 'ridge_1' }]);
			expect((await send('PATCH', `${history}/runs/ridge_1`, { runId: 'ridge_1', properties: { ContentSnapshotId: 's2' } })).status).toBe(
				200,
			);
		}
		const run = await app.client.call('getRun', { params: { run: 'ridge_1' } });
		expect([run.status, run.job?.script, run.job?.arguments, run.number]).toEqual(['Queued', 'train.py', ['--rate', '0.1'], 1]);
		const snapshot = await app.client.call('getSnapshot', { params: { workspace: app.workspace, snapshot: run.snapshotId as string } });
		expect(snapshot.files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
			['data.txt', 4],
			['train.py', 8],
		]);
	});

	it('a job for this machine waits until its client has said which code it is', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { send, upload, create, execution, history } = await submitter(app);
		const form = () => {
			const parts = new FormData();
			parts.append('files', new Blob([JSON.stringify({ Configuration: configuration })]), 'definition.json');
			parts.append('files', new Blob(['zip']), 'aml_config.zip');
			return fetch(`${app.url}${execution}/localrun?runId=ridge_2`, { method: 'POST', body: parts });
		};
		for (let time = 0; time < 2; time++) {
			const reply = await form();
			expect([reply.status, Buffer.from(await reply.arrayBuffer()).toString('latin1', 0, 2)]).toEqual([200, 'PK']);
		}
		expect((await app.client.call('getRun', { params: { run: 'ridge_2' } })).status).toBe('NotStarted');
		const tell = () => send('PATCH', `${history}/runs/ridge_2`, { runId: 'ridge_2', properties: { ContentSnapshotId: 's1' } });
		expect((await tell()).status).toBe(404);
		await create('s1', await upload(['train.py'], { 'train.py': 'print(1)' }), ['train.py']);
		for (let time = 0; time < 2; time++) expect([(await tell()).status, (await tell()).body.status]).toEqual([200, 'Queued']);
		expect((await app.client.call('getRun', { params: { run: 'ridge_2' } })).job?.script).toBe('train.py');
		expect((await form()).status).toBe(200);
	});
});

it('a snapshot that was interrupted, and submissions of what is not there, are refused', async () => {
	await using app = await startTestApp({ agent: false });
	const { send, upload, create, execution, plain, workspace } = await submitter(app);
	const half = await upload(['train.py', 'data.txt'], { 'train.py': 'print(1)' });
	const [whole] = half;
	const run = (body: object, id = 'ridge_9') => send('POST', `${execution}/snapshotrun?runId=${id}`, body);
	for (const [answer, status] of [
		[await create('s1', half, ['train.py', 'data.txt']), 404],
		[await create('s1', [whole], ['train.py', 'data.txt']), 404],
		[await create('s1', [{ FullName: 'train.py', BlobUri: 'https://example.com/a?sig=e30.e30.c2ln' }], ['train.py']), 401],
		[await create('s1', [{ FullName: '../train.py', BlobUri: whole.BlobUri }], ['../train.py']), 400],
		[await create('s1', 'none', ['train.py']), 400],
		[await run({ Configuration: configuration, SnapshotId: 's1' }), 404],
		[await run({ Configuration: configuration }), 400],
		[await run({}), 400],
		[await run({ Configuration: { ...configuration, target: 'nowhere' } }), 404],
		[await run({ Configuration: { ...configuration, data: { a: {} } } }), 400],
		[await run({ Configuration: { ...configuration, nodeCount: 'two' } }), 400],
		[await run({ Configuration: configuration, ParentRunId: 'nobody' }), 404],
		[await send('POST', `${execution}/snapshotrun`, { Configuration: configuration }), 400],
		[await send('POST', `${execution}/localrun?runId=a`, { Configuration: configuration }), 400],
		[await send('POST', `/content/v2.0${workspace}/snapshots/s1/zip`), 404],
		[await send('GET', `/modelmanagement/v1.0${workspace}/assets/a-nonsense`), 404],
		[await send('GET', `/modelmanagement/v1.0${workspace}/models/nothing:1`), 404],
		[await send('POST', `/modelmanagement/v1.0${workspace}/assets`, { name: 'a', artifacts: [] }), 400],
		[await send('PUT', `${workspace}/computes/a?api-version=1`, { properties: { computeType: 'AKS' } }), 400],
		[await send('GET', `/environment/v1.0${workspace}/environments/nothing`), 404],
	] as const)
		expect([answer.status, answer.body]).toEqual([status, { ...answer.body, error: expect.anything() }]);
	expect((await create('s1', [whole], ['train.py'])).status).toBe(200);
	await expect(app.client.call('getRun', { params: { run: 'ridge_9' } })).rejects.toMatchObject({ status: 404 });

	// Blocks become a file when all of them are there.
	const { body } = await send('POST', `/content/v2.0${workspace}/snapshots/getblob`, { FileNames: ['large.bin'] });
	const target = plain(body.fileNodes[0].blobUri).href;
	const put = (query: string, text: string) => fetch(`${target}&${query}`, { method: 'PUT', body: text });
	for (let time = 0; time < 2; time++) expect((await put('comp=block&blockid=MQ%3D%3D', 'hello ')).status).toBe(201);
	const list = (...ids: string[]) => `<?xml version="1.0"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;
	expect((await put('comp=blocklist', list('MQ==', 'Mg=='))).status).toBe(400);
	expect((await put('comp=block&blockid=Mg%3D%3D', 'world')).status).toBe(201);
	expect((await put('comp=blocklist', list('MQ==', 'Mg=='))).status).toBe(201);
	expect(await (await fetch(target)).text()).toBe('hello world');
	expect((await put('comp=lease', '')).status).toBe(400);
});

it('what azureml-core writes into every environment is no wish of anybody', async () => {
	await using app = await startTestApp({ agent: false });
	const { history, send, execution } = await submitter(app);
	await send('POST', history);
	const environmentOf = async (id: string, pip: readonly string[]) => {
		const condaDependencies = { channels: ['anaconda', 'conda-forge'], dependencies: ['python=3.10.18', { pip }] };
		const environment = { name: 'mine', python: { userManagedDependencies: false, condaDependencies } };
		const sent = await send('POST', `${execution}/snapshotrun?runId=${id}`, { Configuration: { command: 'true', environment } });
		expect(sent.status).toBe(200);
		return (await app.client.call('getJob', { params: { run: id } })).definition.environment;
	};
	const options = ['--find-links https://pypi.python.org/simple/index.html', '--extra-index-url https://pypi.python.org/simple'];
	expect(await environmentOf('r1', [...options, 'azureml-defaults'])).toBeUndefined();
	const chosen = ['--extra-index-url https://packages.example.org/simple', 'six'];
	expect((await environmentOf('r2', [...options, ...chosen]))?.specification).toEqual({ pipRequirements: chosen });
});

it('the environment of a run is read though nobody has registered it', async () => {
	await using app = await startTestApp({ agent: false });
	const { workspace, history, send, execution } = await submitter(app);
	await send('POST', history);
	const environmentOf = async (id: string, environment: object) => {
		const { status } = await send('POST', `${execution}/snapshotrun?runId=${id}`, { Configuration: { command: 'true', environment } });
		expect(status).toBe(200);
		const { name, version } = (await send('GET', `${history}/runs/${id}/details`)).body.runDefinition.environment;
		return (await send('GET', `/environment/v1.0${workspace}/environments/${encodeURIComponent(name)}/versions/${version}`)).body;
	};
	const condaDependencies = { dependencies: [{ pip: ['six'] }] };
	expect(await environmentOf('r1', { name: 'mine', python: { condaDependencies } })).toMatchObject({
		...{ name: 'mine', version: 'Autosave_r1', python: { condaDependencies: { dependencies: [{ pip: ['six'] }] } } },
	});
	expect(await environmentOf('r2', {})).toMatchObject({ name: 'Experiment ridge Environment', version: 'Autosave_r2' });
	const absent = await send('GET', `/environment/v1.0${workspace}/environments/mine/versions/Autosave_r3`);
	expect(absent.status).toBe(404);
});
