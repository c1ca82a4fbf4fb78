/** What runs took in and made: datasets and logged models. Group C of the calls, as far as it is that. */
import type { DatasetInput as ReadDataset } from '@runstead/contract';
import type { RunModels } from '../../capabilities/logged-models/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { invalidParameter } from './errors.ts';
import { integer, keyValue, listOf, message, part, text } from './message.ts';
import type { RunExtras } from './present-run.ts';
import { keyValues } from './registry-shapes.ts';
import type { ExtrasOf } from './runs.ts';
import type { MlflowToolbox } from './toolbox.ts';

const DATASET_NAME_CHARACTERS_MAX = 500;
const DIGEST_CHARACTERS_MAX = 36;
const SOURCE_CHARACTERS_MAX = 65_535;
const SCHEMA_CHARACTERS_MAX = 1_048_575;
const PROFILE_CHARACTERS_MAX = 16_777_215;
const INPUT_TAG_KEY_CHARACTERS_MAX = 255;
const INPUT_TAG_VALUE_CHARACTERS_MAX = 500;

const Dataset = part({ name: text, digest: text, source_type: text, source: text, schema: text, profile: text });
const DatasetInput = part({ tags: listOf(keyValue), dataset: Dataset });
const ModelInput = part({ model_id: text });
const ModelOutput = part({ model_id: text, step: integer });

const aboutRun = ({ run_id }: { readonly run_id: string }) => ({ run: run_id });

const CONTEXT_TAG = 'mlflow.data.context';
const SEARCHED_EXPERIMENTS_MAX = 20;
const SUMMARIES_MAX = 1_000;

export function serveLineage({ serve }: MlflowToolbox, { datasets, experiments, loggedModels, runs }: Capabilities): void {
	const checkIsActive = async (runId: string): Promise<void> => {
		const { lifecycle } = await runs.find(runId);
		if (lifecycle === 'trashed') throw invalidParameter(`The run ${runId} must be in the 'active' state. Current state is deleted.`);
	};

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/runs/log-inputs',
			permission: 'run.write',
			message: message({ run_id: text, datasets: listOf(DatasetInput), models: listOf(ModelInput) }, ['run_id']),
			about: aboutRun,
		},
		async ({ message: { run_id, datasets: inputs = [], models = [] } }) => {
			await checkIsActive(run_id);
			const read = inputs.map(({ dataset, tags = [] }) => {
				if (dataset === undefined) throw invalidParameter('Dataset input must have a dataset associated with it.');
				const { name = '', digest = '', source_type: sourceType = '', source = '', schema = null, profile = null } = dataset;
				if (name === '') throw invalidParameter('Dataset name cannot be empty.');
				if (digest === '') throw invalidParameter('Dataset digest cannot be empty.');
				if (sourceType === '') throw invalidParameter('Dataset source_type cannot be empty.');
				if (source === '') throw invalidParameter('Dataset source cannot be empty.');
				checkLength('Dataset name', name, DATASET_NAME_CHARACTERS_MAX);
				checkLength('Dataset digest', digest, DIGEST_CHARACTERS_MAX);
				checkLength('Dataset source', source, SOURCE_CHARACTERS_MAX);
				checkLength('Dataset schema', schema ?? '', SCHEMA_CHARACTERS_MAX);
				checkLength('Dataset profile', profile ?? '', PROFILE_CHARACTERS_MAX);
				for (const { key = '', value = '' } of tags) {
					checkLength('InputTag key', key, INPUT_TAG_KEY_CHARACTERS_MAX);
					checkLength('InputTag value', value, INPUT_TAG_VALUE_CHARACTERS_MAX);
				}
				return {
					dataset: { name, digest, sourceType, source, schema, profile },
					tags: Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value])),
				};
			});
			if (read.length > 0) await datasets.logInputs(run_id, read);
			if (models.length > 0)
				await loggedModels.logInputs(
					run_id,
					models.map(({ model_id = '' }) => model_id),
				);
			return {};
		},
	);

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/experiments/search-datasets',
			permission: 'workspace.read',
			message: message({ experiment_ids: listOf(text) }),
			about: null,
		},
		async ({ message: { experiment_ids: ids = [] }, authorize }) => {
			if (ids.length === 0) throw invalidParameter('SearchDatasets request must specify at least one experiment_id.');
			if (ids.length > SEARCHED_EXPERIMENTS_MAX)
				throw invalidParameter(
					`SearchDatasets request cannot specify more than ${SEARCHED_EXPERIMENTS_MAX} experiment_ids. Received ${ids.length} experiment_ids.`,
				);
			const summaries: object[] = [];
			for (const experiment of new Set(ids)) {
				await authorize({ experiment });
				const uses = await datasets.usesIn(await experiments.find(experiment), SUMMARIES_MAX - summaries.length);
				for (const { name, digest, tags } of uses) {
					const context = tags[CONTEXT_TAG];
					summaries.push({ experiment_id: experiment, name, digest, ...(context !== undefined && { context }) });
				}
			}
			return { ...(summaries.length > 0 && { dataset_summaries: summaries }) };
		},
	);

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/runs/outputs',
			permission: 'run.write',
			message: message({ run_id: text, models: listOf(ModelOutput) }, ['run_id', 'models']),
			about: aboutRun,
		},
		async ({ message: { run_id, models } }) => {
			await checkIsActive(run_id);
			await loggedModels.logOutputs(
				run_id,
				models.map(({ model_id = '', step = 0 }) => ({ modelId: model_id, step })),
			);
			return {};
		},
	);
}

function checkLength(noun: string, given: string, max: number): void {
	if (given.length > max) throw invalidParameter(`${noun} exceeds the maximum length of ${max}`);
}

/** Ids of one query. */
const RUNS_AT_ONCE = 10_000;

/** `inputs` and `outputs` of runs as MLflow shows them, by their ids; those that have none are left out. */
export function createLineageReader({ datasets, loggedModels }: Pick<Capabilities, 'datasets' | 'loggedModels'>): ExtrasOf {
	return async (runIds) => {
		const shown = new Map<string, RunExtras>();
		for (let at = 0; at < runIds.length; at += RUNS_AT_ONCE) {
			const some = runIds.slice(at, at + RUNS_AT_ONCE);
			const [read, models] = await Promise.all([datasets.inputsOf(some), loggedModels.ofRuns(some)]);
			for (const id of new Set([...read.keys(), ...models.keys()])) shown.set(id, extrasOf(read.get(id) ?? [], models.get(id)));
		}
		return shown;
	};
}

function extrasOf(read: readonly ReadDataset[], models: RunModels = { inputs: [], outputs: [] }): RunExtras {
	const inputs = read.map(({ dataset, tags }) => ({
		...(Object.keys(tags).length > 0 && { tags: keyValues(tags) }),
		dataset: {
			name: dataset.name,
			digest: dataset.digest,
			source_type: dataset.sourceType,
			source: dataset.source,
			...(dataset.schema !== null && { schema: dataset.schema }),
			...(dataset.profile !== null && { profile: dataset.profile }),
		},
	}));
	const outputs = models.outputs.map(({ modelId, step }) => ({ model_id: modelId, step }));
	return {
		inputs: {
			...(inputs.length > 0 && { dataset_inputs: inputs }),
			...(models.inputs.length > 0 && { model_inputs: models.inputs.map((model_id) => ({ model_id })) }),
		},
		...(outputs.length > 0 && { outputs: { model_outputs: outputs } }),
	};
}
