import type { EnvironmentSpecification, JobEnvironment } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../testing/test-app.ts';

const register = ({ client, workspace }: TestApp, specification: EnvironmentSpecification, fields: object = {}) =>
	client.call('registerEnvironment', { params: { workspace }, body: { name: 'vision', specification, ...fields } });

const get = ({ client, workspace }: TestApp, environment: string, version?: number) =>
	client.call('getEnvironment', { params: { workspace, environment }, query: { version } });

const namesOf = async ({ client, workspace }: TestApp, query: object = {}): Promise<string[]> => {
	const { environments } = await client.call('listEnvironments', { params: { workspace }, query });
	return environments.filter(({ curated }) => !curated).map(({ name, version }) => `${name}:${version}`);
};

const submit = async ({ client, experiment }: TestApp, environment: JobEnvironment, definition: object = {}) => {
	const body = { definition: { command: ['true'], environment, ...definition } };
	const { runId } = await client.call('submitJob', { params: { experiment }, body });
	const lease = await client.call('leaseJob', { params: { agent: 'node-a' }, body: { target: 'local', waitMs: 0, holding: [] } });
	expect(lease.job?.runId).toBe(runId);
	const end = { agent: 'node-a', fence: 1, phase: 'ended' as const, time: '2100-01-01T00:00:00.000000Z', exitCode: 0 };
	await client.call('reportJob', { params: { run: runId }, body: end });
	return { definition: lease.job!.definition, properties: (await client.call('getRun', { params: { run: runId } })).properties };
};

describe.each(ENGINES)('environments on %s', (engine) => {
	it('get a number with each change, and none when nothing changed', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const first = await register(
			app,
			{ pipRequirements: ['numpy==2.0.2  # fast', '', '# nothing'] },
			{ description: 'Eyes', tags: { team: 'a' } },
		);
		expect(first).toMatchObject({
			name: 'vision',
			version: 1,
			curated: false,
			archived: false,
			description: 'Eyes',
			tags: { team: 'a' },
			specification: { pipRequirements: ['numpy==2.0.2'] },
		});
		expect(
			await register(app, { pipRequirements: ['numpy==2.0.2'] }, { name: 'Vision', description: 'Eyes', tags: { team: 'a' } }),
		).toEqual(first);
		const second = await register(app, { pipRequirements: ['numpy==2.1.0'], pythonVersion: '3.11' });
		expect([second.name, second.version]).toEqual(['vision', 2]);
		expect(await get(app, 'VISION')).toEqual(second);
		expect(await get(app, 'vision', 1)).toEqual(first);
		await expect(get(app, 'vision', 3)).rejects.toMatchObject({ status: 404, message: 'There is no environment vision in version 3.' });
		const { client, workspace } = app;
		const versions = await client.call('listEnvironmentVersions', { params: { workspace, environment: 'vision' }, query: { limit: 1 } });
		expect(versions.environments.map(({ version }) => version)).toEqual([2]);
		const query = { limit: 1, cursor: versions.nextCursor! };
		const rest = await client.call('listEnvironmentVersions', { params: { workspace, environment: 'vision' }, query });
		expect([rest.environments.map(({ version }) => version), rest.nextCursor]).toEqual([[1], null]);
	});

	it('are listed with the curated ones, page by page, until they are archived', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace } = app;
		for (const name of ['zebra', 'aardvark']) await register(app, {}, { name });
		const names: string[] = [];
		let cursor: string | undefined;
		do {
			const page = await client.call('listEnvironments', { params: { workspace }, query: { limit: 2, cursor } });
			names.push(...page.environments.map(({ name }) => name));
			cursor = page.nextCursor ?? undefined;
		} while (cursor !== undefined);
		expect(names).toEqual([
			'aardvark',
			'AzureML-Minimal',
			'AzureML-pytorch-cpu',
			'AzureML-sklearn-1.0-ubuntu20.04-py38-cpu',
			'AzureML-sklearn-1.5',
			'AzureML-tensorflow-cpu',
			'AzureML-Tutorial',
			'zebra',
		]);
		const archive = (environment: string, archived: boolean) =>
			client.call('archiveEnvironment', { params: { workspace, environment }, body: { archived } });
		expect(await archive('zebra', true)).toMatchObject({ name: 'zebra', archived: true });
		expect([await namesOf(app), await namesOf(app, { archived: true })]).toEqual([['aardvark:1'], ['aardvark:1', 'zebra:1']]);
		expect((await get(app, 'zebra')).archived).toBe(true);
		// Whoever registers it wants it.
		expect(await register(app, {}, { name: 'zebra' })).toMatchObject({ version: 1, archived: false });
		expect(await namesOf(app)).toEqual(['aardvark:1', 'zebra:1']);
		await expect(archive('AzureML-Minimal', true)).rejects.toMatchObject({ code: 'curated-environment', status: 409 });
		await expect(archive('nobody', true)).rejects.toMatchObject({ status: 404 });
	});

	it('of a job are fixed when it is submitted', async () => {
		await using app = await startTestApp({ engine, agent: false });
		await register(app, { pipRequirements: ['six==1.16.0'], environmentVariables: { LEVEL: '1', MODE: 'a' } });
		const { definition, properties } = await submit(app, { name: 'Vision' }, { environmentVariables: { MODE: 'b' } });
		await register(app, { pipRequirements: ['six==1.17.0'] });
		expect(definition).toMatchObject({
			environment: { name: 'vision', version: 1, specification: { pipRequirements: ['six==1.16.0'] } },
			environmentVariables: { LEVEL: '1', MODE: 'b' },
		});
		expect(properties).toMatchObject({ environmentName: 'vision', environmentVersion: '1' });

		const own = await submit(app, { name: 'mine', specification: { pipRequirements: ['six'] } });
		expect([own.definition.environment, own.properties]).toEqual([
			{ name: 'mine', specification: { pipRequirements: ['six'] } },
			{ environmentName: 'mine' },
		]);
		const managed = await submit(app, { name: 'theirs', specification: { userManaged: true, interpreterPath: '/opt/python' } });
		expect(managed.definition.interpreter).toBe('/opt/python');
		const curated = await submit(app, { name: 'AzureML-Tutorial' });
		expect(curated.properties).toEqual({ environmentName: 'AzureML-Tutorial', environmentVersion: '1' });

		await expect(submit(app, { name: 'vision', version: 9 })).rejects.toMatchObject({ status: 404 });
		await expect(submit(app, { name: 'vision', version: 1, specification: {} })).rejects.toMatchObject({ status: 400 });
		await expect(submit(app, { name: 'vision' }, { interpreter: 'python3' })).rejects.toMatchObject({
			status: 400,
			message: 'The job names the interpreter "python3" and the environment "vision", which has its own Python.',
		});
	});

	it('show no values of secret variables, which jobs have all the same', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, workspace } = app;
		const shown = { environmentVariables: { API_TOKEN: '[redacted]', LEVEL: '1' } };
		const first = await register(app, { environmentVariables: { API_TOKEN: 'hunter2', LEVEL: '1' } });
		expect(first.specification).toEqual(shown);
		expect((await get(app, 'vision')).specification).toEqual(shown);
		const params = { workspace, environment: 'vision' };
		const { environments: versions } = await client.call('listEnvironmentVersions', { params });
		const { environments: all } = await client.call('listEnvironments', { params: { workspace } });
		const archived = await client.call('archiveEnvironment', { params, body: { archived: true } });
		for (const one of [...versions, all.find(({ name }) => name === 'vision')!, archived]) expect(one.specification).toEqual(shown);

		const leased = { environmentVariables: { API_TOKEN: 'hunter2', LEVEL: '1' } };
		expect((await submit(app, { name: 'vision' })).definition).toMatchObject(leased);
		// What was read is sent back: nothing has changed, and nothing is lost.
		expect((await register(app, shown)).version).toBe(1);
		expect((await submit(app, { name: 'vision', specification: shown })).definition).toMatchObject(leased);
		expect((await submit(app, { name: 'vision' }, shown)).definition).toMatchObject(leased);
		const second = await register(app, { environmentVariables: { API_TOKEN: '[redacted]', LEVEL: '2' } });
		expect([second.version, second.specification]).toEqual([2, { environmentVariables: { API_TOKEN: '[redacted]', LEVEL: '2' } }]);
		expect((await submit(app, { name: 'vision' })).definition.environmentVariables).toEqual({ API_TOKEN: 'hunter2', LEVEL: '2' });

		const refusal = {
			status: 400,
			message: 'The environment variable API_TOKEN has no value: [redacted] stands for one that is not shown. Give the value itself.',
		};
		await expect(register(app, shown, { name: 'copy' })).rejects.toMatchObject(refusal);
		await expect(submit(app, { name: 'copy', specification: shown })).rejects.toMatchObject(refusal);
		await expect(submit(app, { name: 'AzureML-Minimal' }, shown)).rejects.toMatchObject(refusal);
	});

	it('are those of a job that is submitted once more', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const { client, experiment } = app;
		const again = async (environment: JobEnvironment) => {
			const { runId } = await client.call('submitJob', {
				params: { experiment },
				body: { definition: { command: ['true'], environment } },
			});
			await client.call('cancelRun', { params: { run: runId }, body: {} });
			const second = await client.call('resubmitJob', { params: { run: runId }, body: {} });
			return (await client.call('getJob', { params: { run: second.runId } })).definition.environment;
		};
		const specification = { pipRequirements: ['six==1.16.0'] };
		await register(app, specification);
		await register(app, { pipRequirements: ['six==1.17.0'] });
		expect(await again({ name: 'vision', version: 1 })).toEqual({ name: 'vision', version: 1, specification });
		expect(await again({ name: 'mine', specification })).toEqual({ name: 'mine', specification });
	});

	it('say at registration what no node could build', async () => {
		await using app = await startTestApp({ engine, agent: false });
		const complaint = async (specification: EnvironmentSpecification, fields: object = {}): Promise<string> => {
			const error = await register(app, specification, fields).catch((reason: { status: number; message: string }) => reason);
			expect(error).toMatchObject({ status: 'status' in error && error.status === 409 ? 409 : 400 });
			return 'message' in error ? error.message : '';
		};
		expect(await complaint({ pipRequirements: ['-r base.txt'] })).toContain('Line 1 of the requirements: the option -r is not taken here');
		expect(await complaint({ pipRequirements: ['numpy', '# why', 'not a requirement'] })).toContain(
			'Line 3 of the requirements, "not a requirement", is no requirement',
		);
		for (const malformed of ['numpy=1.26', 'numpy==', 'numpy=>1.26', 'numpy 1.26', 'numpy[extra', '==1.0', 'numpy >= , <2'])
			expect(await complaint({ pipRequirements: [malformed] })).toContain(`Line 1 of the requirements, "${malformed}", is no requirement`);
		for (const fine of [
			...['numpy', 'numpy ==1.26.*', 'numpy>=1.0,<2', 'numpy (>=1.0, !=1.5)', 'torch==2.1.0+cpu', "numpy~=1.2; python_version < '3.9'"],
			...['requests[socks, security]>=2', 'pip @ https://example.com/pip.whl', 'numpy===1.0', `six==1.16 --hash=sha256:${'0'.repeat(64)}`],
		])
			await app.client.call('registerEnvironment', {
				params: { workspace: app.workspace },
				body: { name: 'fine', specification: { pipRequirements: [fine] } },
			});
		expect(await complaint({ pipRequirements: ['six\n--index-url http://elsewhere'] })).toContain('is more than one line');
		expect(await complaint({ condaPackages: ['python>=3.8'] })).toContain('leaves the Python version open');
		expect(await complaint({ pythonVersion: '3.10', condaPackages: ['python=3.11'] })).toContain('are both asked for');
		expect(await complaint({ interpreterPath: 'python3' })).toContain('set userManaged as well');
		expect(await complaint({ environmentVariables: { 'A B': '1' } })).toContain('"A B" is no name of an environment variable');
		expect(await complaint({}, { name: 'AzureML-mine' })).toContain('are kept for curated environments');
		expect(await complaint({}, { name: 'a/b' })).toContain('it takes letters, digits');
		expect(await complaint({}, { name: 'azureml-minimal' })).toBe(
			'Environment AzureML-Minimal is curated: it comes with Runstead and stays as it is.',
		);
		expect((await register(app, { condaPackages: ['python=3.10', 'conda-forge::numpy>=1.2,<2', 'pip'] })).specification).toEqual({
			pythonVersion: '3.10',
			condaPackages: ['conda-forge::numpy>=1.2,<2', 'pip'],
		});
		const lines = [
			'--index-url https://example.org/simple',
			"torch[extra] >=2; python_version<'3.12'",
			'pkg @ https://example.org/p.whl',
			'https://example.org/q.whl',
		];
		expect((await register(app, { pipRequirements: lines })).specification).toEqual({ pipRequirements: lines });
	});
});
