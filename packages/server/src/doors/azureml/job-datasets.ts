/**
 * The datasets of a run configuration as data references of a job: what a script is to find as a folder is brought to its node, or taken
 * from it when it has ended; what it reads itself it is told by its id. The variables are those by which azureml-core finds them in a run.
 */
import { type DataReference, DEFAULT_DATASTORE, RunsteadError } from '@runstead/contract';
import type { DatasetPlace } from './dataflow.ts';
import { type Fields, objectOf, textOf } from './fields.ts';

/** Stands for the local path of a data reference in arguments and environment variables of a job. */
const PLACEHOLDER = '$AZUREML_DATAREFERENCE_';
const INPUTS_VARIABLE = 'AZUREML_DATASET_ENVIRONMENT_VARS';
const OUTPUTS_VARIABLE = 'AZUREML_DATASET_FILE_OUTPUTS';
const DIRECT = 'direct';
/** Where an output goes that says nothing of it. */
const OUTPUT_PATH = 'dataset/{run-id}/{output-name}';

export interface JobDatasets {
	readonly data: readonly DataReference[];
	readonly variables: Readonly<Record<string, string>>;
	/** An argument as the script is to get it. */
	argumentOf(word: string): string;
}

export interface DatasetResolution {
	readonly runId: string;
	/** Where the files of a definition lie. @throws {RunsteadError} not-found, invalid-request. */
	placeOf(definitionId: string, input: string): Promise<DatasetPlace>;
}

/** @throws {RunsteadError} not-found, invalid-request. */
export async function datasetsOf(configuration: Fields, { runId, placeOf }: DatasetResolution): Promise<JobDatasets> {
	const data: DataReference[] = [];
	const variables: Record<string, string> = {};
	const words = new Map<string, string>();
	const inputs: string[] = [];
	const outputs: string[] = [];

	for (const [name, given] of Object.entries(objectOf(configuration.data ?? {}, 'data'))) {
		const input = objectOf(given, `data.${name}`);
		const id = definitionIdOf(input, name);
		const mode = (textOf(input, 'mechanism') ?? DIRECT).toLowerCase();
		const variable = textOf(input, 'environmentVariableName') ?? name;
		if (mode === DIRECT) variables[variable] = id;
		else if (mode === 'mount' || mode === 'download') {
			data.push({
				name,
				mode,
				...(await placeOf(id, name)),
				...pathOnComputeOf(input),
				...(input.overwrite === true && { overwrite: true }),
			});
			variables[variable] = PLACEHOLDER + name;
		} else throw new RunsteadError('invalid-request', { what: `There is no mode ${JSON.stringify(mode)} of a dataset.` });
		inputs.push(`${variable}:${mode}`);
		words.set(`DatasetConsumptionConfig:${name}`, variables[variable] as string);
	}

	for (const [name, given] of Object.entries(objectOf(configuration.outputData ?? {}, 'outputData'))) {
		const output = objectOf(given, `outputData.${name}`);
		const options = objectOf(output.additionalOptions ?? {}, 'additionalOptions');
		refuseRegistration(options, name);
		const overwrite = objectOf(options.uploadOptions ?? {}, 'uploadOptions').overwrite === true;
		const place = outputPlaceOf(output, { runId, name });
		data.push({ name, mode: 'upload', createFolder: true, ...place, ...pathOnComputeOf(options), ...(overwrite && { overwrite: true }) });
		variables[name] = PLACEHOLDER + name;
		outputs.push(name);
		words.set(`DatasetOutputConfig:${name}`, PLACEHOLDER + name);
	}

	if (inputs.length > 0) variables[INPUTS_VARIABLE] = inputs.join(',');
	if (outputs.length > 0) variables[OUTPUTS_VARIABLE] = outputs.join(';');
	return { data, variables, argumentOf: (word) => words.get(word) ?? word };
}

function definitionIdOf(input: Fields, name: string): string {
	const location = objectOf(input.dataLocation ?? {}, 'dataLocation');
	const id = textOf(objectOf(location.dataset ?? {}, 'dataset'), 'id');
	if (id === undefined || id === '') throw new RunsteadError('invalid-request', { what: `The input ${name} has no dataset.` });
	return id;
}

function pathOnComputeOf(fields: Fields): Pick<DataReference, 'pathOnCompute'> {
	const pathOnCompute = textOf(fields, 'pathOnCompute') ?? '';
	return pathOnCompute === '' ? {} : { pathOnCompute };
}

/** A folder, which is there when the script begins. */
function outputPlaceOf(output: Fields, { runId, name }: { runId: string; name: string }): DatasetPlace {
	const location = objectOf(output.outputLocation ?? {}, 'outputLocation');
	const path = objectOf(location.dataPath ?? {}, 'dataPath');
	const given = textOf(path, 'relativePath') ?? '';
	const named = (given === '' ? OUTPUT_PATH : given).replaceAll('{run-id}', runId).replaceAll('{output-name}', name);
	return { datastore: textOf(path, 'datastoreName') ?? DEFAULT_DATASTORE, path: named.replace(/^\/+|\/+$/g, '') };
}

function refuseRegistration(options: Fields, name: string): void {
	const registration = objectOf(options.registrationOptions ?? {}, 'registrationOptions');
	if (textOf(registration, 'name') !== undefined)
		throw new RunsteadError('invalid-request', {
			what: `The output ${name} is to be registered when the run has ended, which is not done here. Leave register_on_complete away, and register a dataset of its path afterwards.`,
		});
}
