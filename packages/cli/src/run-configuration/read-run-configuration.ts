/** Reads runconfig files as azureml-core writes them, and says what of them counts for nothing here. */
import { readFile } from 'node:fs/promises';
import {
	DATA_MODES,
	type DataReference,
	type Distribution,
	type JobDefinition,
	type JobEnvironment,
	type NodeLossPolicy,
} from '@runstead/contract';
import { CommandError } from '../command.ts';
import { jobEnvironmentOf } from './job-environment.ts';
import { readYamlFields, type YamlFields } from './yaml-fields.ts';

export interface RunConfiguration {
	definition: JobDefinition;
	/** What the file asks for and does not get, for people. */
	remarks: string[];
}

/** Fields that say how Azure is to do what happens here by itself, or that count only for what is refused below. */
const WITHOUT_MEANING = [
	'useAbsolutePath',
	'autoPrepareEnvironment',
	'history',
	'hdi',
	'spark',
	'databricks',
	'batchAi',
	'containerInstance',
	'amlcompute',
	'aiSuperComputer',
	'kubernetesCompute',
	'kubernetescompute',
	'autoClusterComputeSpecification',
	'cmAksCompute',
	'cmk8sCompute',
	'itpcompute',
	'parallelTask',
	'paralleltask',
	'commandReturnCodeConfig',
	'jobName',
	'exposedPorts',
	'applicationEndpoints',
	'parameters',
] as const;

/** What Azure has and we do not: named when it is used. */
const NOT_OFFERED: Readonly<Record<string, string>> = {
	data: 'data sets',
	outputData: 'data sets',
	datacaches: 'data caches',
	sourceDirectoryDataStore: 'data stores',
	instanceTypes: 'instance types',
	identity: 'identities',
	credentialPassthrough: 'identities',
};

/** Every file has such a section; it asks for a container only where it says so. */
function remarksOnDocker(fields: YamlFields, prefix: string, switchName: string): string[] {
	const docker = fields.section('docker');
	const inContainer = docker.truth(switchName) ?? false;
	docker.passOver();
	return inContainer ? [`${prefix}docker is not used: there are no containers: the job runs in its Python environment on the node.`] : [];
}

const WITHOUT_MEANING_IN_ENVIRONMENT = ['inferencingStackVersion', 'spark', 'databricks', 'r', 'autoRebuild', 'assetId'] as const;

function notOffered(fields: YamlFields, prefix: string, names: readonly string[]): string[] {
	return names.filter((name) => fields.isSet(name)).map((name) => `${prefix}${name} is not used: there are no ${NOT_OFFERED[name]}.`);
}

interface EnvironmentPart {
	interpreter: string | undefined;
	environment: JobEnvironment | undefined;
	variables: Record<string, string>;
	remarks: string[];
}

async function readEnvironment(environment: YamlFields, folder: string): Promise<EnvironmentPart> {
	const python = environment.section('python');
	const userManaged = python.truth('userManagedDependencies') ?? false;
	const interpreter = python.text('interpreterPath') ?? 'python';
	const variables = environment.textMap('environmentVariables');
	environment.passOver(...WITHOUT_MEANING_IN_ENVIRONMENT);
	python.passOver('baseCondaEnvironment');
	return {
		interpreter: userManaged ? interpreter : undefined,
		environment: await jobEnvironmentOf(environment, folder),
		variables,
		remarks: remarksOnDocker(environment, 'environment.', 'enabled'),
	};
}

function checkFramework(path: string, framework: string | null): void {
	if (framework === null || /^(python|tensorflow|pytorch|cntk)$/i.test(framework)) return;
	throw new CommandError(
		`${path} asks for the framework ${framework}, which is not offered.`,
		'Jobs run Python scripts: framework: Python.',
	);
}

/** How the processes of the job find one another: MPI, parameter servers of TensorFlow, or PyTorch's own ways. */
function distributionOf(path: string, fields: YamlFields, nodeCount: number): Distribution | undefined {
	const communicator = fields.text('communicator') ?? 'None';
	const mpi = fields.section('mpi');
	const tensorflow = fields.section('tensorflow');
	const pytorch = fields.section('pytorch');
	// A file has them all, and the communicator says which one counts.
	mpi.passOver('processCountPerNode', 'nodeCount');
	tensorflow.passOver('workerCount', 'parameterServerCount');
	pytorch.passOver('communicationBackend', 'processCount', 'nodeCount');
	if (/^none$/i.test(communicator)) return undefined;
	if (/^(open|intel)?mpi$/i.test(communicator)) return { type: 'mpi', processCountPerNode: mpi.wholeNumber('processCountPerNode') ?? 1 };
	if (/^parameterserver$/i.test(communicator)) {
		const parameterServerCount = tensorflow.wholeNumber('parameterServerCount') ?? 1;
		return { type: 'tensorflow', workerCount: tensorflow.wholeNumber('workerCount') ?? 1, parameterServerCount };
	}
	if (/^(nccl|gloo)$/i.test(communicator)) return { type: 'pytorch', processCount: pytorch.wholeNumber('processCount') ?? nodeCount };
	throw new CommandError(
		`${path} asks for the communicator ${communicator}, which is not offered.`,
		'There is None, OpenMpi, IntelMpi, ParameterServer, Nccl, Gloo.',
	);
}

/** What becomes of the job when a node is lost, how often, and after how long a silence. */
function nodeLossOf(path: string, fields: YamlFields): NodeLossPolicy | undefined {
	if (!fields.isSet('nodeLoss')) return undefined;
	const section = fields.section('nodeLoss');
	const action = section.text('action') ?? 'fail';
	if (action !== 'fail' && action !== 'requeue')
		throw new CommandError(`${path}: nodeLoss.action is ${action}; there is fail, requeue.`, 'Mend the file there.');
	const [requeuesMax, afterSeconds] = [section.wholeNumber('requeuesMax'), section.wholeNumber('afterSeconds')];
	const unknown = section.unread()[0];
	if (unknown !== undefined) throw new CommandError(`${unknown} is not known.`, 'It has action, requeuesMax and afterSeconds.');
	return { action, ...(requeuesMax !== null && { requeuesMax }), ...(afterSeconds !== null && { afterSeconds }) };
}

/** Paths of datastores that the job reads or writes. */
function dataOf(path: string, fields: YamlFields): DataReference[] | undefined {
	const data = fields.sections('dataReferences').map(([name, reference]): DataReference => {
		const given = reference.text('mode') ?? 'mount';
		const mode = DATA_MODES.find((one) => one === given.toLowerCase());
		if (mode === undefined)
			throw new CommandError(
				`${path}: dataReferences.${name}.mode is ${given}; there is ${DATA_MODES.join(', ')}.`,
				'Mend the file there.',
			);
		const pathOnCompute = reference.text('pathOnCompute') ?? undefined;
		return {
			name,
			datastore: reference.text('dataStoreName') ?? undefined,
			path: (reference.text('pathOnDataStore') ?? '').replace(/^\/+|\/+$/g, ''),
			mode,
			pathOnCompute,
			overwrite: reference.truth('overwrite') ?? undefined,
		};
	});
	return data.length === 0 ? undefined : data;
}

/**
 * @param folder that is submitted.
 * @throws {CommandError} for what cannot be read, with line and column, and for what would run otherwise than it says.
 */
export async function readRunConfiguration(path: string, folder: string): Promise<RunConfiguration> {
	const text = await readFile(path, 'utf8').catch((error: Error) => {
		throw new CommandError(`${path} cannot be read: ${error.message}.`, 'Check the name and its permissions.');
	});
	const fields = readYamlFields(path, text);
	checkFramework(path, fields.text('framework'));
	const environment = await readEnvironment(fields.section('environment'), folder);
	const command = fields.text('command');
	const nodeCount = fields.wholeNumber('nodeCount') ?? 1;
	const definition: JobDefinition = {
		script: fields.text('script') ?? undefined,
		command: command === null || command.trim() === '' ? undefined : ['sh', '-c', command],
		arguments: fields.texts('arguments') ?? undefined,
		target: fields.text('target') ?? undefined,
		interpreter: environment.interpreter,
		environment: environment.environment,
		nodeCount: nodeCount === 1 ? undefined : nodeCount,
		distribution: distributionOf(path, fields, nodeCount),
		environmentVariables: { ...environment.variables, ...fields.textMap('environmentVariables') },
		maxRunDurationSeconds: fields.wholeNumber('maxRunDurationSeconds') ?? undefined,
		data: dataOf(path, fields),
		priority: fields.wholeNumber('priority') ?? undefined,
		nodeLoss: nodeLossOf(path, fields),
	};
	const remarks = [
		...environment.remarks,
		...remarksOnDocker(fields, '', 'useDocker'),
		...notOffered(fields, '', Object.keys(NOT_OFFERED)),
	];
	fields.passOver(...WITHOUT_MEANING);
	return { definition, remarks: [...remarks, ...fields.unread().map((field) => `${field} is not known and not used.`)] };
}
