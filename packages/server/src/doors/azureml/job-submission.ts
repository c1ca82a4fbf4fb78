/** A run configuration of Azure ML as a job of ours: what it runs, with what, on which compute target. */
import {
	DATA_MODES,
	type DataReference,
	type EnvironmentSpecification,
	type JobDefinition,
	type JobEnvironment,
	LOCAL_TARGET,
	RunsteadError,
} from '@runstead/contract';
import { type Fields, listOf, objectOf, textOf, textsOf } from './fields.ts';
import type { JobDatasets } from './job-datasets.ts';

/** What `azureml-core` writes into each environment that does not say otherwise, by its version: nobody has asked for it. */
const DEFAULT_PYTHON = /^python\s*={1,2}\s*(?:3\.8\.13|3\.10\.18)$/;
const DEFAULT_PACKAGES = ['azureml-defaults'];
/** Options that it writes beside: the public index, by an address that is no more. A node has an index of its own. */
const DEFAULT_PIP_OPTION = /^--(?:find-links|extra-index-url)[ =]https:\/\/pypi\.python\.org\/simple(?:\/index\.html|\/)?$/;
const EXAMPLE_VARIABLE = { name: 'EXAMPLE_ENV_VAR', value: 'EXAMPLE_VALUE' };
const DEFAULT_INTERPRETER = 'python';
const DEFAULT_CHANNELS = 'anaconda,conda-forge';

/** A whole number above 0, or undefined. */
function countOf(fields: Fields, name: string): number | undefined {
	const value = fields[name];
	if (value === undefined || value === null) return undefined;
	if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
		throw new RunsteadError('invalid-request', { what: `${name} is ${JSON.stringify(value)}, not a whole number.` });
	return value;
}

/** The job, but for its snapshot. @throws {RunsteadError} invalid-request. */
export function jobOfConfiguration(fields: Fields, datasets: JobDatasets): JobDefinition {
	const script = textOf(fields, 'script') ?? '';
	const command = textOf(fields, 'command') ?? '';
	const words = listOf(fields.arguments ?? [], 'arguments').map((word) => datasets.argumentOf(String(word)));
	const nodeCount = countOf(fields, 'nodeCount') ?? 1;
	const maxRunDurationSeconds = countOf(fields, 'maxRunDurationSeconds');
	const priority = countOf(fields, 'priority');
	const environment = environmentOf(objectOf(fields.environment ?? {}, 'environment'));
	const variables = { ...withoutNulls(textsOf(fields, 'environmentVariables') ?? {}), ...datasets.variables };
	const data = [...dataOf(fields), ...datasets.data];
	return {
		...(command === '' ? { script, arguments: words } : { command: ['/bin/bash', '-c', command] }),
		target: textOf(fields, 'target') ?? LOCAL_TARGET,
		...(Object.keys(variables).length > 0 && { environmentVariables: variables }),
		...(nodeCount > 1 && { nodeCount }),
		...(maxRunDurationSeconds !== undefined && maxRunDurationSeconds > 0 && { maxRunDurationSeconds }),
		...(priority !== undefined && { priority }),
		...distributionOf(fields, nodeCount),
		...(environment && { environment }),
		...(data.length > 0 && { data }),
	};
}

function withoutNulls(texts: Readonly<Record<string, string | null>>): Record<string, string> {
	return Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, value ?? '']));
}

function dataOf(fields: Fields): DataReference[] {
	return Object.entries(objectOf(fields.dataReferences ?? {}, 'dataReferences')).map(([name, given]) => {
		const reference = objectOf(given, `dataReferences.${name}`);
		const mode = (textOf(reference, 'mode') ?? 'mount').toLowerCase();
		const known = DATA_MODES.find((one) => one === mode);
		if (known === undefined) throw new RunsteadError('invalid-request', { what: `There is no mode ${JSON.stringify(mode)} of data.` });
		const datastore = textOf(reference, 'dataStoreName');
		const path = textOf(reference, 'pathOnDataStore');
		const pathOnCompute = textOf(reference, 'pathOnCompute');
		return {
			name,
			mode: known,
			...(datastore !== undefined && { datastore }),
			...(path !== undefined && { path }),
			...(pathOnCompute !== undefined && { pathOnCompute }),
			...(reference.overwrite === true && { overwrite: true }),
		};
	});
}

function distributionOf(fields: Fields, nodeCount: number): Pick<JobDefinition, 'distribution'> {
	const framework = (textOf(fields, 'framework') ?? '').toLowerCase();
	const communicator = (textOf(fields, 'communicator') ?? '').toLowerCase();
	const section = (name: string): Fields => objectOf(fields[name] ?? {}, name);
	if (communicator.endsWith('mpi'))
		return { distribution: { type: 'mpi', processCountPerNode: countOf(section('mpi'), 'processCountPerNode') ?? 1 } };
	if (framework === 'pytorch' && (communicator === 'nccl' || communicator === 'gloo'))
		return { distribution: { type: 'pytorch', processCount: countOf(section('pytorch'), 'processCount') || nodeCount } };
	if (communicator === 'parameterserver') {
		const counts = section('tensorflow');
		return {
			distribution: {
				type: 'tensorflow',
				workerCount: countOf(counts, 'workerCount') || 1,
				parameterServerCount: countOf(counts, 'parameterServerCount') ?? 0,
			},
		};
	}
	return {};
}

/** Undefined where it asks for nothing: the job runs with the Python of its node. */
function environmentOf(fields: Fields): JobEnvironment | undefined {
	const specification = specificationOf(fields);
	if (Object.keys(specification).length === 0) return undefined;
	return { name: textOf(fields, 'name') ?? 'environment', specification };
}

/** @throws {RunsteadError} invalid-request. */
export function specificationOf(fields: Fields): EnvironmentSpecification {
	const python = objectOf(fields.python ?? {}, 'python');
	const variables = withoutNulls(textsOf(fields, 'environmentVariables') ?? {});
	if (variables[EXAMPLE_VARIABLE.name] === EXAMPLE_VARIABLE.value) delete variables[EXAMPLE_VARIABLE.name];
	const withVariables = Object.keys(variables).length > 0 && { environmentVariables: variables };
	if (python.userManagedDependencies === true) {
		const interpreterPath = textOf(python, 'interpreterPath') ?? DEFAULT_INTERPRETER;
		// The Python of the node, which need not have that name.
		if (interpreterPath === DEFAULT_INTERPRETER) return { ...withVariables };
		return { userManaged: true, interpreterPath, ...withVariables };
	}
	return { ...packagesOf(objectOf(python.condaDependencies ?? {}, 'condaDependencies')), ...withVariables };
}

function packagesOf(dependencies: Fields): EnvironmentSpecification {
	const packages: string[] = [];
	const requirements: string[] = [];
	for (const one of listOf(dependencies.dependencies ?? [], 'dependencies')) {
		if (typeof one === 'string') packages.push(one);
		else requirements.push(...listOf(objectOf(one, 'dependencies[]').pip ?? [], 'pip').map(String));
	}
	const conda = packages.filter((one) => !DEFAULT_PYTHON.test(one));
	const pip = requirements.map((one) => one.trim()).filter((one) => !DEFAULT_PACKAGES.includes(one) && !DEFAULT_PIP_OPTION.test(one));
	if (conda.length === 0 && pip.length === 0) return {};
	const channels = listOf(dependencies.channels ?? [], 'channels').map(String);
	return {
		...(pip.length > 0 && { pipRequirements: pip }),
		...(conda.length > 0 && { condaPackages: conda }),
		...(channels.length > 0 && channels.join() !== DEFAULT_CHANNELS && { condaChannels: channels }),
	};
}
