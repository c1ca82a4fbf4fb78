/** A folder that MLflow wrote without a server. */
import { expect, test } from 'vitest';
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
