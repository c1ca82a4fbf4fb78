/** Finds the runconfig file that a name means. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandError } from '../command.ts';
import { nearestOrNull } from '../nearest.ts';

const ENDING = '.runconfig';
/** In this order, as azureml-core looks. */
const FOLDERS = ['.azureml', 'aml_config', '.'];

async function isFile(path: string): Promise<boolean> {
	return (await stat(path).catch(() => null))?.isFile() ?? false;
}

async function namesIn(folder: string): Promise<string[]> {
	const files = await readdir(folder).catch(() => []);
	return files.filter((file) => file.endsWith(ENDING) && file !== ENDING).map((file) => file.slice(0, -ENDING.length));
}

/**
 * The path of the file: the name is the text before `.runconfig`, or a path to a file.
 * @throws {CommandError} with the names there are.
 */
export async function findRunConfiguration(folder: string, name: string): Promise<string> {
	const given = resolve(folder, name);
	if (await isFile(given)) return given;
	for (const inner of FOLDERS) {
		for (const file of [`${name}${ENDING}`, name]) {
			const path = join(folder, inner, file);
			if (await isFile(path)) return path;
		}
	}
	const names = [...new Set((await Promise.all(FOLDERS.map((inner) => namesIn(join(folder, inner))))).flat())].toSorted();
	const nearest = nearestOrNull(name, names);
	throw new CommandError(
		`There is no run configuration "${name}" in ${join(resolve(folder), '.azureml')}.`,
		names.length === 0
			? 'There is none at all: az ml folder attach writes examples.'
			: `There is: ${names.join(', ')}.${nearest === null ? '' : ` Did you mean ${nearest}?`}`,
	);
}
