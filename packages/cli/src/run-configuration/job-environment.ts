/** The environment that a run configuration describes, as a job names it. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JobEnvironment } from '@runstead/contract';
import { CommandError } from '../command.ts';
import { readYamlFields, type YamlFields } from './yaml-fields.ts';

/** What azureml-core calls an environment that nobody named. */
const UNNAMED = ['default-environment', 'project_environment'];
/** Names that the server keeps for its own. */
const RESERVED = /^(azureml|microsoft)/i;

/** The packages of a conda file, or of the same written into the configuration. */
export function condaSpecificationOf(conda: YamlFields) {
	const { texts, pip } = conda.packages('dependencies');
	const channels = conda.texts('channels') ?? undefined;
	return {
		// pip itself is always there.
		condaPackages: texts.filter((line) => !/^pip(\s*[=<>!~].*)?$/.test(line)),
		pipRequirements: pip,
		condaChannels: channels,
	};
}

async function condaFile(folder: string, name: string): Promise<YamlFields> {
	const path = resolve(folder, name);
	const text = await readFile(path, 'utf8').catch((error: Error) => {
		throw new CommandError(
			`The conda file ${path} cannot be read: ${error.message}.`,
			'condaDependenciesFile names it by its path within the folder.',
		);
	});
	return readYamlFields(path, text);
}

/**
 * @param folder that is submitted: a conda file lies in it.
 * @throws {CommandError} for a conda file that cannot be read.
 */
export async function jobEnvironmentOf(environment: YamlFields, folder: string): Promise<JobEnvironment | undefined> {
	const python = environment.section('python');
	const file = python.text('condaDependenciesFile');
	const written = python.section('condaDependencies');
	written.passOver();
	const name = environment.text('name');
	const version = environment.text('version');
	if (python.truth('userManagedDependencies')) return undefined;
	const conda = file === null ? written : await condaFile(folder, file);
	if (conda.isEmpty) {
		if (name === null || UNNAMED.includes(name)) return undefined;
		return version !== null && /^[1-9]\d*$/.test(version) ? { name, version: Number(version) } : { name };
	}
	const given = name === null || RESERVED.test(name) ? 'run-configuration' : name.replace(/[^\w.-]/g, '-');
	return { name: given, specification: condaSpecificationOf(conda) };
}
