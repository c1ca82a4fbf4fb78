/** Datasets as the clients send them: kept, registered in versions, given to jobs; and what is none of theirs is refused. */
import { LIMITS } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { door } from '../../testing/azureml-door.ts';
import { ENGINES, startTestApp } from '../../testing/test-app.ts';

const dataflow = (path: string, more = '') => {
	const at = 'azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/workspaceblobstore/paths';
	return JSON.stringify({ blocks: [], meta: { RsDataflow: `---\ntype: mltable\npaths:\n  - pattern: "${at}/${path}"\n${more}` } });
};
const registration = (name: string, path: string) => ({ name, datasetType: 'file', latest: { dataflow: dataflow(path), properties: {} } });

interface Listed {
	readonly name: string;
	readonly latest: { readonly versionId: string };
}

describe.each(ENGINES)('%s', (engine) => {
	it('names have versions, and definitions are kept once', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { workspace, send } = await door(app);
		const datasets = `/dataset/v1.0${workspace}/datasets`;
		const first = (await send('POST', datasets, registration('wine', 'a/**'))).body;
		expect([first.name, first.latest.versionId, first.tags]).toEqual(['wine', '1', {}]);
		expect((await send('POST', datasets, registration('wine', 'b/**'))).status).toBe(409);
		const again = `${datasets}?ifExistsOk=True`;
		expect((await send('POST', again, registration('wine', 'a/**'))).body.latest.versionId).toBe('1');
		expect((await send('POST', again, registration('wine', 'b/**'))).body.latest.versionId).toBe('2');
		await send('POST', datasets, registration('beer', 'a/**'));
		expect((await send('GET', `${datasets}/query/name=wine?versionId=1`)).body.latest.savedDatasetId).toBe(first.latest.savedDatasetId);
		const { body } = await send('GET', `${datasets}/query/savedDatasetId=${first.latest.savedDatasetId}`);
		expect(body.value.map(({ name }: { name: string }) => name)).toEqual(['wine', 'beer']);
		const listed: string[] = [];
		let token: string | null = '';
		while (token !== null) {
			const page: { value: Listed[]; continuationToken: string | null } = (
				await send('GET', `${datasets}?pageSize=1&continuationToken=${token}`)
			).body;
			listed.push(...page.value.map(({ name, latest }) => `${name}:${latest.versionId}`));
			token = page.continuationToken;
		}
		expect(listed).toEqual(['beer:1', 'wine:2']);
		const changed = (await send('PUT', `${datasets}/${first.datasetId}`, { description: 'new', tags: { a: 'b' } })).body;
		expect([changed.description, changed.tags, changed.latest.versionId]).toEqual(['new', { a: 'b' }, '2']);
		expect((await send('DELETE', `${datasets}/wine`)).status).toBe(200);
		expect((await send('GET', `${datasets}/query/name=wine`)).status).toBe(404);
		const { rows } = await app.client.call('queryWorkspace', {
			params: { workspace: app.workspace },
			body: {
				query: `AmlDataSetEvent | order by TimeGenerated asc
					| project OperationName, AmlDatasetName, mine = AmlDatasetId == "${first.datasetId}", known = isnotempty(Identity.name)`,
			},
		});
		// What changed nothing is not told.
		expect(rows).toEqual([
			['dataset.registered', 'wine', true, true],
			['dataset.registered', 'wine', true, true],
			['dataset.registered', 'beer', false, true],
			['dataset.changed', 'wine', true, true],
			['dataset.unregistered', 'wine', true, true],
		]);
		// A job that names it by its id still finds it.
		const yaml = await send('GET', `/data/v1.0${workspace}/dataversion/unregistered-${first.latest.savedDatasetId}/versions/1`);
		expect(yaml.body.legacyDataflow).toContain('paths/a/**');
	});
});

it('names and definitions are as long as they may be', async () => {
	await using app = await startTestApp({ agent: false });
	const { workspace, send } = await door(app);
	const { registeredDatasetNameCharacters: names, dataDefinitionBytes: bytes } = LIMITS;
	const statusOf = async (name: string, flow = dataflow('a/**')) => {
		const body = { name, datasetType: 'file', latest: { dataflow: flow, properties: {} } };
		return (await send('POST', `/dataset/v1.0${workspace}/datasets`, body)).status;
	};
	const flowOf = (size: number) => dataflow('a/**', 'x'.repeat(size - dataflow('a/**').length));
	expect(await statusOf('n'.repeat(names.max))).toBe(200);
	expect(await statusOf('n'.repeat(names.max + 1))).toBe(400);
	expect(await statusOf('a/b')).toBe(400);
	expect(await statusOf('long', flowOf(bytes.max))).toBe(200);
	expect(await statusOf('longer', flowOf(bytes.max + 1))).toBe(400);
});

it('a job is given what its node can bring', async () => {
	await using app = await startTestApp({ agent: false });
	const { workspace, history, send } = await door(app);
	await send('POST', history);
	const save = async (path: string, more = '') =>
		(
			await send('POST', `/dataset/v1.0${workspace}/saveddatasets`, {
				datasetType: 'file',
				dataflowJson: dataflow(path, more),
				properties: {},
			})
		).body.id;
	const submit = (runId: string, id: string, mechanism: string) =>
		send('POST', `/execution/v1.0${workspace}/experiments/ridge/snapshotrun?runId=${runId}`, {
			Configuration: {
				command: 'true',
				arguments: ['DatasetConsumptionConfig:folder'],
				data: { folder: { dataLocation: { dataset: { id } }, mechanism, environmentVariableName: 'folder' } },
				outputData: { result: { mechanism: 'mount', outputLocation: { dataPath: { datastoreName: null, relativePath: null } } } },
			},
		});
	const refusals = await Promise.all([
		submit('r1', await save('a/*.csv'), 'mount'),
		submit('r2', await save('a/**', 'transformations:\n  - take: 1\n'), 'download'),
		submit('r3', await save('a/**'), 'hdfs'),
		submit('r4', 'no-such-id', 'mount'),
	]);
	expect(refusals.map(({ status }) => status)).toEqual([400, 400, 400, 404]);
	expect(refusals[0]?.body.error.message).toContain('The dataset of input folder cannot be mounted or downloaded');
	expect((await submit('r5', await save('a/**'), 'Mount')).status).toBe(200);
	const { definition } = await app.client.call('getJob', { params: { run: 'r5' } });
	expect(definition).toMatchObject({
		environmentVariables: {
			folder: '$AZUREML_DATAREFERENCE_folder',
			result: '$AZUREML_DATAREFERENCE_result',
			AZUREML_DATASET_ENVIRONMENT_VARS: 'folder:mount',
			AZUREML_DATASET_FILE_OUTPUTS: 'result',
		},
		data: [
			{ name: 'folder', mode: 'mount', datastore: 'workspaceblobstore', path: 'a' },
			{ name: 'result', mode: 'upload', createFolder: true, path: 'dataset/r5/result' },
		],
	});
});

it('refuses what no client of it sends', async () => {
	await using app = await startTestApp({ agent: false });
	const { workspace, send } = await door(app);
	const at = `/dataset/v1.0${workspace}`;
	const refused = [
		await send('POST', `${at}/datasets`, { ...registration('a/b', 'a') }),
		await send('POST', `${at}/datasets`, { ...registration('wine', 'a'), datasetType: 'video' }),
		await send('POST', `${at}/datasets`, { name: 'wine', datasetType: 'file', latest: { dataflow: '{}' } }),
		await send('POST', `${at}/saveddatasets`, { datasetType: 'file', dataflowJson: 'nonsense' }),
		await send('POST', `${at}/saveddatasets`, { datasetType: 'file', dataflowJson: dataflow('a'.repeat(2 * 1024 * 1024)) }),
		await send('GET', `${at}/datasets?continuationToken=nonsense`),
		await send('GET', `${at}/saveddatasets/nothing`),
	];
	expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400, 404]);
});
