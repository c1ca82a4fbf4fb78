/** Reads runconfig files as azureml-core writes them, and says what of them counts for nothing here. */
import { readFile } from 'node:fs/promises';
import type { JobDefinition } from '@runstead/contract';
import { CommandError } from '../command.ts';
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
	'cmAksCompute',
	'cmk8sCompute',
	'itpcompute',
	'parallelTask',
	'commandReturnCodeConfig',
	'jobName',
	'exposedPorts',
	'applicationEndpoints',
	'parameters',
] as const;

/** What Azure has and we do not: named when it is used. */
const NOT_OFFERED: Readonly<Record<string, string>> = {
	data: 'data sets',
	dataReferences: 'data stores',
	outputData: 'data sets',
	datacaches: 'data caches',
	sourceDirectoryDataStore: 'data stores',
	instanceTypes: 'instance types',
	identity: 'identities',
	credentialPassthrough: 'identities',
	docker: 'containers: the job runs in its Python environment on the node',
};

const WITHOUT_MEANING_IN_ENVIRONMENT = ['inferencingStackVersion', 'spark', 'databricks', 'r', 'autoRebuild', 'assetId'] as const;

function notOffered(fields: YamlFields, prefix: string, names: readonly string[]): string[] {
	return names.filter((name) => fields.isSet(name)).map((name) => `${prefix}${name} is not used: there are no ${NOT_OFFERED[name]}.`);
}

interface EnvironmentPart {
	interpreter: string | undefined;
	variables: Record<string, string>;
	remarks: string[];
}

function readEnvironment(environment: YamlFields): EnvironmentPart {
	const python = environment.section('python');
	const userManaged = python.truth('userManagedDependencies') ?? false;
	const interpreter = python.text('interpreterPath') ?? 'python';
	const variables = environment.textMap('environmentVariables');
	environment.text('name');
	environment.text('version');
	for (const name of WITHOUT_MEANING_IN_ENVIRONMENT) environment.isSet(name);
	const docker = environment.section('docker');
	const inContainer = docker.truth('enabled') ?? false;
	return {
		interpreter: userManaged ? interpreter : undefined,
		variables,
		remarks: [...(inContainer ? [`environment.docker is not used: there are no ${NOT_OFFERED.docker}.`] : []), ...environment.unread()],
	};
}

function checkFramework(path: string, framework: string | null): void {
	if (framework === null || /^(python|tensorflow|pytorch|cntk)$/i.test(framework)) return;
	throw new CommandError(
		`${path} asks for the framework ${framework}, which is not offered.`,
		'Jobs run Python scripts: framework: Python.',
	);
}

/** @throws {CommandError} for what cannot be read, with line and column, and for what would run otherwise than it says. */
export async function readRunConfiguration(path: string): Promise<RunConfiguration> {
	const text = await readFile(path, 'utf8').catch((error: Error) => {
		throw new CommandError(`${path} cannot be read: ${error.message}.`, 'Check the name and its permissions.');
	});
	const fields = readYamlFields(path, text);
	checkFramework(path, fields.text('framework'));
	const environment = readEnvironment(fields.section('environment'));
	const command = fields.text('command');
	const definition: JobDefinition = {
		script: fields.text('script') ?? undefined,
		command: command === null || command.trim() === '' ? undefined : ['sh', '-c', command],
		arguments: fields.texts('arguments') ?? undefined,
		target: fields.text('target') ?? undefined,
		interpreter: environment.interpreter,
		environmentVariables: { ...environment.variables, ...fields.textMap('environmentVariables') },
		maxRunDurationSeconds: fields.wholeNumber('maxRunDurationSeconds') ?? undefined,
		priority: fields.wholeNumber('priority') ?? undefined,
	};
	const remarks = [...environment.remarks, ...notOffered(fields, '', Object.keys(NOT_OFFERED))];
	for (const name of WITHOUT_MEANING) fields.isSet(name);
	return { definition, remarks: [...remarks, ...fields.unread().map((field) => `${field} is not known and not used.`)] };
}
