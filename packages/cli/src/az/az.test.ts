/** The command lines of the documents for azure-cli-ml, typed in a real shell with the shim on the path, against a real server. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliEnvironment, type Outcome } from '../testing/cli-process.ts';
import { makeServerFolder, type ServerFolder } from '../testing/server-folder.ts';

const SHIMS = fileURLToPath(new URL('../../shims', import.meta.url));
const PYTHON = fileURLToPath(new URL('../../../../python', import.meta.url));
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
const GUID = expect.stringMatching(/^[0-9a-f-]{36}$/);

let folder: ServerFolder;

beforeAll(async () => {
	folder = await makeServerFolder();
	await folder.client.call('createWorkspace', { body: { name: 'myworkspace', resourceGroup: 'myresourcegroup' } });
	await folder.write({
		// The data of the server lies in the same folder, and changes while it is read.
		'.amlignore': 'data/\nsettings/\n',
		'train.py': 'import os\nprint("training", os.environ["EXAMPLE_ENV_VAR"])\n',
		'wait.py': 'import time\ntime.sleep(600)\n',
	});
});

afterAll(() => folder[Symbol.asyncDispose]());

/** Types a line into bash, as the documents print it. */
function type(line: string): Promise<Outcome> {
	// Without the Node of these tests: the shim brings its own.
	const path = [SHIMS, '/usr/local/bin', '/usr/bin', '/bin'].join(':');
	const env = { ...cliEnvironment(folder.path), PATH: path };
	return new Promise((resolve) => {
		execFile('bash', ['-c', line], { cwd: folder.path, env }, (error, stdout, stderr) =>
			resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr }),
		);
	});
}

async function json(line: string): Promise<unknown> {
	const { exitCode, stdout, stderr } = await type(line);
	expect([exitCode, stderr]).toEqual([0, '']);
	return JSON.parse(stdout);
}

const attach = () => type('az ml folder attach -w myworkspace -g myresourcegroup');

test('az login and az account set confirm the server and its one subscription', async () => {
	const subscription = {
		cloudName: folder.url,
		id: GUID,
		isDefault: true,
		name: 'Runstead',
		state: 'Enabled',
		tenantId: GUID,
		user: { name: expect.any(String), type: 'user' },
	};
	expect(await json('az login')).toEqual([subscription]);
	const id = (await json('az account show --query id')) as string;
	expect(await json(`az account set -s ${id}`)).toEqual(subscription);
	expect(await json('az account list')).toEqual([subscription]);
	expect(await type('az account set -s "your subscription"')).toEqual({
		exitCode: 1,
		stdout: '',
		stderr: `error: There is no subscription "your subscription"; the server has one, Runstead (${id}).\n  Give its id or its name.\n`,
	});
});

test('az login keeps an address and a token for every folder, and az logout forgets them', async () => {
	const { token } = await folder.client.call('createToken', { body: {} });
	const elsewhere = (line: string) => type(`cd / && RUNSTEAD_DATA= ${line}`);
	expect((await elsewhere('az account show')).stderr).toContain('No server runs with the data in');
	expect(await elsewhere(`az login --url ${folder.url} --token ${token} --query '[0].user.name' -o tsv`)).toMatchObject({ exitCode: 0 });
	expect(await elsewhere('az account show --query cloudName -o tsv')).toEqual({ exitCode: 0, stdout: `${folder.url}\n`, stderr: '' });
	expect((await elsewhere('az logout -o table')).stdout).toBe(`Forgot ${folder.url}.\n`);
	expect((await elsewhere('az account show')).exitCode).toBe(1);
});

test('az ml folder attach writes what the SDK and later commands read, and nothing over what is there', async () => {
	const attached = await attach();
	expect([attached.exitCode, attached.stderr, JSON.parse(attached.stdout)]).toEqual([
		0,
		'',
		{
			folder: folder.path,
			subscriptionId: GUID,
			resourceGroup: 'myresourcegroup',
			workspaceName: 'myworkspace',
			written: ['.azureml/config.json', '.azureml/local.runconfig', '.azureml/sklearn.runconfig', '.azureml/conda_dependencies.yml'],
		},
	]);
	expect(JSON.parse(await readFile(join(folder.path, '.azureml/config.json'), 'utf8'))).toEqual({
		subscription_id: GUID,
		resource_group: 'myresourcegroup',
		workspace_name: 'myworkspace',
		runstead_url: folder.url,
	});
	const conda = join(folder.path, '.azureml/conda_dependencies.yml');
	expect(await readFile(conda, 'utf8')).toContain('- scikit-learn');
	// Without packages nothing is fetched from the network.
	await writeFile(conda, 'name: sklearn\ndependencies: []\n');
	expect(JSON.parse((await attach()).stdout)).toMatchObject({ written: ['.azureml/config.json'] });
	expect(await type('az ml folder attach -w myworkspace -g othergroup')).toEqual({
		exitCode: 1,
		stdout: '',
		stderr:
			'error: Workspace myworkspace is in the resource group myresourcegroup, not in othergroup.\n  Give -g myresourcegroup, or leave it out.\n',
	});
	expect((await type('az ml folder attach -w mywrkspace -g myresourcegroup')).stderr).toMatch(
		/^error: There is no workspace mywrkspace on \S+\. Did you mean myworkspace\?\n {2}Make it: \S+ workspace create mywrkspace -g myresourcegroup\n$/,
	);
});

/** As the documents write it, for every run of `testexperiment`. */
const RUN = {
	runId: expect.stringMatching(/^testexperiment_\d+_[0-9a-f]{8}$/),
	runNumber: expect.any(Number),
	displayName: expect.stringMatching(/^testexperiment-\d+$/),
	experimentName: 'testexperiment',
	status: 'Completed',
	statusReason: null,
	createdUtc: TIME,
	startTimeUtc: TIME,
	endTimeUtc: TIME,
	target: 'local',
	runType: 'script',
	parentRunId: null,
	rootRunId: expect.any(String),
	submittedBy: expect.any(String),
	description: '',
	tags: {},
	properties: { ContentSnapshotId: expect.any(String), environmentName: 'sklearn' },
	error: null,
};

test('az ml run: submit-script, list, show, update, the three queries', async () => {
	await attach();
	const submitted = await type('az ml run submit-script -c sklearn -e testexperiment train.py');
	expect([submitted.exitCode, JSON.parse(submitted.stdout)]).toEqual([0, RUN]);
	expect(submitted.stderr).toMatch(/training EXAMPLE_VALUE\n$/);
	const { runId } = JSON.parse(submitted.stdout) as { runId: string };
	expect(await json('az ml run list --experiment-name testexperiment')).toEqual([{ ...RUN, runId }]);
	expect(await json(`az ml run show -r ${runId}`)).toEqual({ ...RUN, runId });
	expect(await json('az ml experiment list')).toEqual([
		{ id: expect.any(String), name: 'testexperiment', createdUtc: TIME, tags: {}, runCount: 1 },
		{ id: expect.any(String), name: 'Default', createdUtc: TIME, tags: {}, runCount: 0 },
	]);

	const other = await json(`az ml run submit-script -c local -e testexperiment --async train.py`);
	expect(other).toMatchObject({ experimentName: 'testexperiment' });
	expect(await json(`az ml run update -r ${runId} --add-tag quality='fantastic run'`)).toEqual({
		...RUN,
		runId,
		tags: { quality: 'fantastic run' },
	});
	await folder.client.call('updateRun', {
		params: { run: runId },
		body: { properties: { author: 'azureml-user' }, tags: { 'worth another look': null } },
	});
	// As it is printed, unquoted: bash leaves the brackets and takes the inner quotes.
	const found = [expect.objectContaining({ runId })];
	expect(await json("az ml run list --experiment-name testexperiment [?properties.author=='azureml-user']")).toEqual(found);
	expect(await json('az ml run list --experiment-name testexperiment "[?tags.keys(@)[?starts_with(@, \'worth another look\')]]"')).toEqual(
		found,
	);
	const third = "[?properties.author=='azureml-user' && tags.quality=='fantastic run']";
	expect(await json(`az ml run list --experiment-name testexperiment "${third}"`)).toEqual(found);
	expect(await json(`az ml run list --experiment-name testexperiment --query "${third}"`)).toEqual(found);
	expect(await json("az ml run list --experiment-name testexperiment [?properties.author=='nobody']")).toEqual([]);
	expect((await type(`az ml run list --experiment-name testexperiment --last 1 -o tsv --query '[].runNumber'`)).stdout).toBe('2\n');
});

test('a run configuration saved from Python runs by its name', async () => {
	await attach();
	const script = [
		'from azureml.core.runconfig import RunConfiguration',
		"config = RunConfiguration('train.py', ['--alpha', 0.5, 'two words'])",
		"config.environment_variables = {'EXAMPLE_ENV_VAR': 'from Python'}",
		'config.environment.python.user_managed_dependencies = True',
		"config.environment.python.interpreter_path = 'python3'",
		'config.priority = 3',
		"print(config.save(name='saved', separate_environment_yaml=True))",
	].join('\n');
	const saved = await type(`PYTHONPATH=${PYTHON}:${PYTHON}/azureml_compat/core python3 -c "${script}"`);
	expect(saved).toEqual({ exitCode: 0, stdout: '.azureml/saved.runconfig\n', stderr: '' });
	const submitted = await type('az ml run submit-script -c saved -e testexperiment --query "[runId, status]"');
	const [runId, status] = JSON.parse(submitted.stdout) as [string, string];
	expect([status, submitted.stderr]).toEqual(['Completed', expect.stringMatching(/training from Python\n$/)]);
	expect((await folder.client.call('getRun', { params: { run: runId } })).job).toMatchObject({
		script: 'train.py',
		arguments: ['--alpha', '0.5', 'two words'],
		interpreter: 'python3',
		priority: 3,
	});
});

test('az ml run cancel ends a run of the workspace and the experiment that are named', async () => {
	await attach();
	const { runId } = (await json('az ml run submit-script -c local -e testexperiment --async wait.py')) as { runId: string };
	expect((await type(`az ml run cancel -r ${runId} -w lab`)).stderr).toContain(`Run ${runId} is in the workspace myworkspace, not in lab.`);
	expect((await type(`az ml run cancel -r ${runId} -e other`)).stderr).toContain(
		`Run ${runId} is of the experiment testexperiment, not of other.`,
	);
	const canceled = await json(`az ml run cancel -r ${runId} -w myworkspace -e testexperiment`);
	expect(canceled).toMatchObject({ runId, status: expect.stringMatching(/^Cancel(Requested|ed)$/) });
	await expect
		.poll(async () => (await folder.client.call('getRun', { params: { run: runId } })).status, { timeout: 15_000 })
		.toBe('Canceled');
	const again = await type(`az ml run cancel -r ${runId} -w myworkspace -e testexperiment`);
	expect(again.stderr).toBe(`Run ${runId} had ended already (Canceled); nothing was changed.\n`);
});

test('az ml computetarget makes, shows and lists clusters', async () => {
	await attach();
	const made = await json('az ml computetarget create amlcompute -n cpu-cluster --max-nodes 2 --vm-size STANDARD_D2_V2');
	expect(made).toMatchObject({
		name: 'cpu-cluster',
		type: 'AmlCompute',
		vmSize: 'STANDARD_D2_V2',
		scaleSettings: { minNodeCount: 0, maxNodeCount: 2, nodeIdleTimeBeforeScaleDown: 'PT1800S' },
	});
	expect(await json('az ml computetarget show -n cpu-cluster')).toEqual(made);
	expect(await json('az ml computetarget list')).toEqual([made]);
});

test('what is not understood is said with what is meant', async () => {
	await attach();
	const complaint = async (line: string) => {
		const { exitCode, stderr } = await type(line);
		expect(exitCode).toBe(2);
		return stderr.split('\n')[0];
	};
	expect(await complaint('az ml run lst')).toBe('error: There is no command "ml run lst". Did you mean ml run list?');
	expect(await complaint('az ml run')).toMatch(/^error: What about ml run\? There is: ml run submit-script, ml run list, /);
	expect(await complaint('az ml run update -r x --add-tag quality')).toMatch(/^error: --add-tag takes KEY=VALUE/);
	expect(await complaint('az ml run show')).toBe('error: Which run? Give -r ID.');
	expect(await complaint("az ml run list '[?a='")).toBe('error: --query is not JMESPath at character 4: not understood: =.');
	expect(await complaint("az ml run list '[0]' --query '[1]'")).toBe('error: There are two queries: --query [1] and the word [0].');
	const missing = await type('az ml run submit-script -c sklern -e testexperiment train.py');
	// Others may have been saved there by now.
	expect(missing.stderr.replace('saved, ', '')).toBe(
		`error: There is no run configuration "sklern" in ${folder.path}/.azureml.\n  There is: local, sklearn. Did you mean sklearn?\n`,
	);
	expect((await type('az ml run --help')).stdout).toMatch(/^Usage\n {2}az ml run COMMAND/);
	expect((await type('az --help')).stdout).toContain('The commands of azure-cli-ml');
	expect((await folder.run('az', 'shim', '-o', 'tsv')).stdout).toBe(`${SHIMS}\n`);
});
