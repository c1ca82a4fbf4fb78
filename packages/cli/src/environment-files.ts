/** Requirements files and conda environment files, as the API takes what they ask for. */
import { readFile } from 'node:fs/promises';
import type { EnvironmentSpecification } from '@runstead/contract';
import { CommandError } from './command.ts';
import { condaSpecificationOf } from './run-configuration/job-environment.ts';
import { readYamlFields } from './run-configuration/yaml-fields.ts';

/** @throws {CommandError} when there is no such file. */
export async function readRequirements(path: string): Promise<EnvironmentSpecification> {
	// A line may go on in the next one.
	const text = (await read(path)).replaceAll('\\\n', ' ');
	return { pipRequirements: text.split(/\r?\n/) };
}

/** @throws {CommandError} when there is no such file, or it is no conda environment file. */
export async function readCondaFile(path: string): Promise<EnvironmentSpecification> {
	const fields = readYamlFields(path, await read(path));
	const variables = fields.textMap('variables');
	if (!fields.isSet('dependencies')) throw new CommandError(`${path} has no list of dependencies.`, 'Give a conda environment file.');
	return { ...condaSpecificationOf(fields), environmentVariables: variables };
}

async function read(path: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		throw new CommandError(`${path} cannot be read: ${(error as Error).message}`, 'Name a file that is there.');
	}
}
