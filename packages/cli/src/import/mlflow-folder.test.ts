/** A folder that MLflow wrote without a server. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeCliFolder } from '../testing/cli-process.ts';
import { makeServerFolder } from '../testing/server-folder.ts';

test('files of logged models come from where they lie, and what cannot be reached is told', async () => {
	await using folder = await makeServerFolder();
	const model = (id: string, place: string) =>
		`model_id: ${id}\nname: ${id}\nstatus: 2\ncreation_timestamp: 1\nlast_updated_timestamp: 1\nartifact_location: ${place}\n`;
	await folder.write({
		'mlruns/7/meta.yaml': "experiment_id: '7'\nname: ridge\nlifecycle_stage: active\n",
		'mlruns/7/models/m-own/meta.yaml': model('m-own', 'file:///before/it/was/moved'),
		'mlruns/7/models/m-own/artifacts/MLmodel': 'flavors: {}',
		'mlruns/7/models/m-beside/meta.yaml': model('m-beside', `${folder.path}/elsewhere/m-beside`),
		'elsewhere/m-beside/MLmodel': 'flavors: {}',
		'mlruns/7/models/m-bucket/meta.yaml': model('m-bucket', 's3://bucket/m-bucket'),
	});
	const { stdout, exitCode } = await folder.run('import', 'mlflow', 'mlruns', '-w', 'lab', '-o', 'json');
	const { loggedModels, files, problems } = JSON.parse(stdout);
	expect([exitCode, loggedModels, files, problems]).toEqual([
		1,
		3,
		2,
		['Logged model m-bucket: its files lie at s3://bucket/m-bucket, which this command does not read.'],
	]);
});

test('a server without a workspace gets one, as from the clients of MLflow, but not for a source that is none', async () => {
	await using folder = await makeCliFolder();
	await folder.start(['up', '--port', '0']).printed(/Studio/);
	await mkdir(join(folder.path, 'mlruns', '7'), { recursive: true });
	await writeFile(join(folder.path, 'mlruns', '7', 'meta.yaml'), "experiment_id: '7'\nname: ridge\nlifecycle_stage: active\n");
	const names = async () => (await folder.run('workspace', 'list', '--query', '[].name', '-o', 'tsv')).stdout;
	expect((await folder.run('import', 'mlflow', 'nowhere')).exitCode).not.toBe(0);
	expect(await names()).toBe('');
	expect((await folder.run('import', 'mlflow', 'mlruns')).exitCode).toBe(0);
	expect(await names()).toBe('default\n');
});
