/** Run configurations as people keep them in files: found, run, and refused with the place. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeServerFolder, type ServerFolder } from '../testing/server-folder.ts';

let folder: ServerFolder;

beforeAll(async () => {
	folder = await makeServerFolder();
	await folder.write({ 'code/train.py': 'import sys\nprint("arguments", *sys.argv[1:])\n' });
});

afterAll(() => folder[Symbol.asyncDispose]());

const submit = (...args: string[]) => folder.run('run', 'submit-script', '--source-directory', 'code', '-e', 'trial', ...args);

test('run configurations are found by name, run as they say, and what is not used is named', async () => {
	await folder.write({
		'code/.azureml/mine.runconfig': [
			'script: train.py',
			'arguments: [--alpha, 0.5]',
			'framework: Python',
			'communicator: None',
			'nodeCount: 1',
			'environment:',
			'  environmentVariables:',
			'    EXAMPLE: value',
			'  python:',
			'    userManagedDependencies: true',
			'    interpreterPath: python3',
			'    interpretrePath: python2',
			'  docker:',
			'    enabled: true',
			'    baseImage: ubuntu',
			'mpi:',
			'  processCountPerNode: 1',
			'  processes: 2',
			'pytorch: {communicationBackend: nccl, processCount: null}',
			'history:',
			'  outputCollection: true',
			'dataReferences:',
			'  iris: {mode: download, pathOnDataStor: iris}',
			'data:',
			'  mnist: 5',
			'colour: red',
		].join('\n'),
	});
	const done = await folder.run('run', 'submit', '-c', 'mine', '--source-directory', 'code', '-o', 'json', '--query', 'job');
	expect(JSON.parse(done.stdout)).toMatchObject({
		script: 'train.py',
		arguments: ['--alpha', '0.5'],
		interpreter: 'python3',
		environmentVariables: { EXAMPLE: 'value' },
	});
	const file = `${folder.path}/code/.azureml/mine.runconfig`;
	expect(done.stderr.split('\n').filter((line) => line.includes('not used'))).toEqual([
		'environment.docker is not used: there are no containers: the job runs in its Python environment on the node.',
		'data is not used: there are no data sets.',
		`${file}:12:5: environment.python.interpretrePath is not known and not used.`,
		`${file}:18:3: mpi.processes is not known and not used.`,
		`${file}:23:26: dataReferences.iris.pathOnDataStor is not known and not used.`,
		`${file}:26:1: colour is not known and not used.`,
	]);
});

test('a file as azureml-core 1.61.0 writes it runs, and nothing in it is strange', async () => {
	const real = await readFile(new URL('../testing/azureml-core-1.61.0.runconfig', import.meta.url), 'utf8');
	await folder.write({ 'code/.azureml/real.runconfig': real });
	const done = await folder.run(
		'run',
		'submit',
		'-c',
		'real',
		'--source-directory',
		'code',
		'-o',
		'json',
		'--query',
		'[status, job.target]',
	);
	expect([JSON.parse(done.stdout), done.stderr.includes('not used')]).toEqual([['Completed', 'local'], false]);
	await folder.write({ 'code/.azureml/real.runconfig': real.replace('useDocker: false', 'useDocker: true') });
	const contained = await folder.run('run', 'submit', '-c', 'real', '--source-directory', 'code', '--detach', '-o', 'none');
	expect(contained.stderr).toContain('docker is not used: there are no containers');
	await rm(join(folder.path, 'code', '.azureml', 'real.runconfig'));
});

test('those that are not there or not whole are refused with the place', async () => {
	await folder.write({
		'code/.azureml/broken.runconfig': 'script: train.py\narguments: [a, b\nframework: Python\n',
		'code/.azureml/wrong.runconfig': 'script: train.py\nenvironment:\n  python: python3\n',
		'code/.azureml/spark.runconfig': 'script: train.py\nframework: PySpark\n',
		'code/.azureml/json.runconfig': '{"script": "train.py", "framework": "Python"}',
	});
	const refused = async (name: string) => (await submit('-c', name, 'train.py')).stderr;
	const inFolder = join(folder.path, 'code', '.azureml');
	expect(await refused('jsn')).toBe(
		`error: There is no run configuration "jsn" in ${inFolder}.\n  There is: broken, json, mine, spark, wrong. Did you mean json?\n`,
	);
	expect(await refused('broken')).toMatch(`error: ${inFolder}/broken.runconfig:3:1: `);
	expect(await refused('wrong')).toBe(
		`error: ${inFolder}/wrong.runconfig:3:11: environment.python is a group of fields.\n  Mend the file there.\n`,
	);
	expect(await refused('spark')).toContain('asks for the framework PySpark, which is not offered.');
	expect((await submit('-c', 'json', '-o', 'none', 'train.py')).exitCode).toBe(0);
});

test('they name the packages, nodes and processes of the job', async () => {
	await folder.write({
		'conda/.azureml/mpi.runconfig': [
			'framework: Python',
			'communicator: OpenMpi',
			'nodeCount: 2',
			'mpi: {processCountPerNode: 3}',
			'environment:',
			'  name: my env',
			'  python: {userManagedDependencies: false, condaDependenciesFile: .azureml/conda.yml}',
		].join('\n'),
		'conda/.azureml/conda.yml': 'channels: [conda-forge]\ndependencies:\n- python=3.11\n- pip=24\n- numpy\n- pip:\n  - scikit-learn==1.5\n',
		'conda/train.py': '',
	});
	await folder.run('compute', 'create', 'pair', '--vm-size', 'STANDARD_D2_V2', '--max-nodes', '2', '-o', 'none');
	const submitted = [
		'run',
		'submit-script',
		'--source-directory',
		'conda',
		'-e',
		'parts',
		'-c',
		'mpi',
		'--target',
		'pair',
		'--detach',
		'-o',
		'json',
	];
	const { stdout, stderr } = await folder.run(...submitted, '--query', '{id: id, job: job}', 'train.py');
	const { id, job } = JSON.parse(stdout) as { id: string; job: object };
	expect([stderr.includes('not used'), job]).toEqual([
		false,
		expect.objectContaining({
			nodeCount: 2,
			distribution: { type: 'mpi', processCountPerNode: 3 },
			environment: expect.objectContaining({
				name: 'my-env',
				specification: {
					pythonVersion: '3.11',
					condaPackages: ['numpy'],
					condaChannels: ['conda-forge'],
					pipRequirements: ['scikit-learn==1.5'],
				},
			}),
		}),
	]);
	await folder.run('run', 'cancel', id, '-o', 'none');
	await folder.run('compute', 'delete', 'pair', '--cancel-runs', '-o', 'none');
});
