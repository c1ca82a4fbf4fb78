/** Runs: made, stated, tagged, deleted and restored. Their metrics, their search and their artifacts have files of their own. */
import { RunsteadError } from '@runstead/contract';
import type { Capabilities } from '../../create-capabilities.ts';
import { invalidParameter, MlflowError, nullIfNotFound } from './errors.ts';
import { checkExperimentIsActive } from './experiments.ts';
import { experimentIdText, integer, keyValue, listOf, message, oneOf, text } from './message.ts';
import { checkKey, paramValue, tagValue } from './names.ts';
import {
	ARTIFACT_URI_PROPERTY,
	NAME_TAG,
	NOTE_TAG,
	PARENT_TAG,
	presentRecord,
	presentRun,
	type RunExtras,
	USER_PROPERTY,
} from './present-run.ts';
import { MLFLOW_STATUSES, statedStatus } from './status.ts';
import { attributesOfTags } from './tags.ts';
import { checkedMillis, microsOf } from './times.ts';
import type { MlflowToolbox } from './toolbox.ts';

const ORIGIN = 'mlflow';
const NAME_CHARACTERS_MAX = 256;

/** How a request names its run; the second is how clients of long ago do. */
export const RUN_FIELDS = { run_id: text, run_uuid: text };
interface NamedRun {
	readonly run_id?: string;
	readonly run_uuid?: string;
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE where it names none. */
export function runIdOf({ run_id, run_uuid }: NamedRun): string {
	const id = run_id || run_uuid;
	if (!id)
		throw invalidParameter(
			"Missing value for required parameter 'run_id'. See the API docs for more information about request parameters.",
		);
	return id;
}

export const aboutRun = (named: NamedRun) => ({ run: runIdOf(named) });

/** What other capabilities keep of runs, by id. */
export type ExtrasOf = (runIds: readonly string[]) => Promise<ReadonlyMap<string, RunExtras>>;

export function serveRuns({ serve }: MlflowToolbox, { runs, experiments, search }: Capabilities, extrasOf: ExtrasOf): void {
	const present = async (id: string): Promise<object> => {
		const [run, extras] = await Promise.all([search.run(id), extrasOf([id])]);
		return presentRun(run, extras.get(id));
	};

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/runs/create',
			permission: 'run.write',
			message: message({ experiment_id: experimentIdText, user_id: text, run_name: text, start_time: integer, tags: listOf(keyValue) }, [
				'experiment_id',
			]),
			about: ({ experiment_id }) => ({ experiment: experiment_id }),
		},
		async ({ message: { experiment_id, user_id, run_name, start_time, tags = [] }, principal, authorize }) => {
			const experiment = await experiments.find(experiment_id);
			checkExperimentIsActive(experiment);
			const { displayName, description, tags: given } = attributesOfTags(tags);
			if (run_name && displayName !== undefined && run_name !== displayName)
				throw invalidParameter(
					`Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${run_name}', mlflow.runName='${displayName}').`,
				);
			const name = (run_name || displayName || '').slice(0, NAME_CHARACTERS_MAX);
			// What a job logs without saying to which run is a child of its own.
			const parentId = given[PARENT_TAG] ?? principal.runId;
			const parent = parentId === null ? undefined : await runs.find(parentId).catch(nullIfNotFound);
			const isChild = parent?.experiment_key === experiment.key;
			if (isChild) await authorize({ run: parent.id });
			else if (principal.runId !== null) throw new RunsteadError('forbidden', { permission: 'run.write', where: ' outside its own run' });
			if (isChild) delete given[PARENT_TAG];
			const id = newRunId();
			const properties = {
				...(experiment.artifact_location !== null && { [ARTIFACT_URI_PROPERTY]: `${experiment.artifact_location}/${id}/artifacts` }),
				...(user_id && user_id !== principal.name && { [USER_PROPERTY]: user_id }),
			};
			const run = await runs.createRecord(
				experiment,
				{
					id,
					hasFreshId: true,
					...(isChild && { parentId: parent.id }),
					...(name && { name, displayName: name }),
					...(description && { description }),
					...(start_time && { startTime: new Date(checkedMillis('start_time', start_time)).toISOString() }),
					leaseSeconds: experiments.silenceSeconds(experiment),
					sendsHeartbeats: false,
					tags: given,
					properties,
				},
				ORIGIN,
				principal.name,
			);
			// As it was just written: nothing has to be read for it.
			const shown = {
				...given,
				[NAME_TAG]: run.display_name,
				...(description && { [NOTE_TAG]: description }),
				...(isChild && { [PARENT_TAG]: parent.id }),
			};
			return {
				run: {
					info: presentRecord(run, experiment.id, properties),
					data: { tags: Object.entries(shown).map(([key, value]) => ({ key, value })) },
					inputs: {},
					outputs: {},
				},
			};
		},
	);

	const OneRun = message(RUN_FIELDS);
	serve(
		{ method: 'GET', path: '/2.0/mlflow/runs/get', permission: 'run.read', message: OneRun, about: aboutRun },
		async ({ message: named }) => ({
			run: await present(runIdOf(named)),
		}),
	);

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/runs/update',
			permission: 'run.write',
			message: message({ ...RUN_FIELDS, status: oneOf(MLFLOW_STATUSES), end_time: integer, run_name: text }),
			about: aboutRun,
		},
		async ({ message: { status, end_time, run_name, ...named }, principal }) => {
			const run = await runs.state(
				runIdOf(named),
				{
					...(status && { status: (current) => statedStatus(status, current) }),
					...(end_time !== undefined && status !== 'RUNNING' && { time: microsOf(checkedMillis('end_time', end_time)) }),
					...(run_name && { displayName: run_name.slice(0, NAME_CHARACTERS_MAX) }),
				},
				principal.name,
			);
			const [experimentId, properties] = await Promise.all([experiments.idOf(run.experiment_key), runs.propertiesOf(run)]);
			return { run_info: presentRecord(run, experimentId, properties) };
		},
	);

	for (const [verb, lifecycle] of [
		['delete', 'trashed'],
		['restore', 'active'],
	] as const) {
		serve(
			{ method: 'POST', path: `/2.0/mlflow/runs/${verb}`, permission: 'run.write', message: OneRun, about: aboutRun },
			async ({ message: named, principal }) => {
				await runs.changeLifecycle(runIdOf(named), lifecycle, principal.name, { alone: true, evenActive: true });
				return {};
			},
		);
	}

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/runs/set-tag',
			permission: 'run.write',
			message: message({ ...RUN_FIELDS, key: text, value: text }, ['key']),
			about: aboutRun,
		},
		async ({ message: { key, value = '', ...named }, principal }) => {
			checkKey(key, 'key', 'key');
			await runs.state(runIdOf(named), attributesOfTags([{ key, value: tagValue(value) }]), principal.name);
			return {};
		},
	);

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/runs/delete-tag',
			permission: 'run.write',
			message: message({ ...RUN_FIELDS, key: text }, ['key']),
			about: aboutRun,
		},
		async ({ message: { key, ...named }, principal }) => {
			const id = runIdOf(named);
			const { tags, description, lifecycle } = await search.run(id);
			if (lifecycle === 'trashed') throw new RunsteadError('run-trashed', { run: id });
			const isNote = key === NOTE_TAG && description !== '';
			if (!isNote && key !== NAME_TAG && !Object.hasOwn(tags, key))
				throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No tag with name: ${key} in run with id ${id}`);
			await runs.state(id, isNote ? { description: '' } : { removeTags: [key] }, principal.name);
			return {};
		},
	);

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/runs/log-parameter',
			permission: 'run.write',
			message: message({ ...RUN_FIELDS, key: text, value: text }, ['key']),
			about: aboutRun,
		},
		async ({ message: { key, value = '', ...named }, principal }) => {
			checkKey(key, 'key', 'Param key');
			await runs.state(runIdOf(named), { params: { [key]: paramValue(value) } }, principal.name);
			return {};
		},
	);

	serveLogModel({ serve }, { runs, search });
}

const MODELS_TAG = 'mlflow.log-model.history';
const MODEL_FIELDS = ['artifact_path', 'flavors', 'run_id', 'utc_time_created'];

/** Clients of long ago say here that they logged a model: it becomes a tag. */
function serveLogModel({ serve }: Pick<MlflowToolbox, 'serve'>, { runs, search }: Pick<Capabilities, 'runs' | 'search'>): void {
	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/runs/log-model',
			permission: 'run.write',
			message: message({ ...RUN_FIELDS, model_json: text }, ['model_json']),
			about: aboutRun,
		},
		async ({ message: { model_json, ...named }, principal }) => {
			const model = jsonObjectOrNull(model_json);
			if (model === null) throw invalidParameter(`Malformed model info. \n ${model_json.slice(0, 1_000)} \n is not valid JSON.`);
			const missing = MODEL_FIELDS.filter((field) => !Object.hasOwn(model, field));
			if (missing.length > 0) throw invalidParameter(`Model json is missing mandatory fields: ${missing.join(', ')}`);
			const id = runIdOf(named);
			const before = JSON.parse((await search.run(id)).tags[MODELS_TAG] ?? '[]') as unknown[];
			await runs.state(id, { tags: { [MODELS_TAG]: tagValue(JSON.stringify([...before, model])) } }, principal.name);
			return {};
		},
	);
}

function jsonObjectOrNull(json: string): Record<string, unknown> | null {
	try {
		const value: unknown = JSON.parse(json);
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
	} catch {
		return null;
	}
}

/** As MLflow's own: 32 hexadecimal digits. */
function newRunId(): string {
	return crypto.randomUUID().replaceAll('-', '');
}
