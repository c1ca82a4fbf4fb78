/** Logged models: group E of the calls. */
import { checkFilePath, checkLimit, type LoggedModel } from '@runstead/contract';
import type { Capabilities } from '../../create-capabilities.ts';
import { checkOrderCount, parseFilter } from '../../formats/mlflow-filter.ts';
import { decodeCursor } from '../../http/cursor.ts';
import type { ResolveArtifact } from './artifacts.ts';
import { invalidParameter, MlflowError, notFoundAs } from './errors.ts';
import { checkExperimentIsActive, keysOfExperiments } from './experiments.ts';
import { conditionOf, orderOf } from './logged-model-search.ts';
import { experimentIdText, flag, integer, keyValue, listOf, message, oneOf, part, text } from './message.ts';
import { checkMaxResults } from './paging.ts';
import { keyValues, millisOfWire } from './registry-shapes.ts';
import type { MlflowToolbox } from './toolbox.ts';

const SEARCH_RESULTS_DEFAULT = 100;
const SEARCH_RESULTS_MAX = 50_000;

const PREFIX = '/2.0/mlflow/logged-models';

const STATUSES = {
	LOGGED_MODEL_STATUS_UNSPECIFIED: 0,
	LOGGED_MODEL_PENDING: 1,
	LOGGED_MODEL_READY: 2,
	LOGGED_MODEL_UPLOAD_FAILED: 3,
} as const;
const OUR_STATUSES = {
	LOGGED_MODEL_STATUS_UNSPECIFIED: 'unspecified',
	LOGGED_MODEL_PENDING: 'pending',
	LOGGED_MODEL_READY: 'ready',
	LOGGED_MODEL_UPLOAD_FAILED: 'failed',
} as const;
const THEIR_STATUSES = {
	unspecified: 'LOGGED_MODEL_STATUS_UNSPECIFIED',
	pending: 'LOGGED_MODEL_PENDING',
	ready: 'LOGGED_MODEL_READY',
	failed: 'LOGGED_MODEL_UPLOAD_FAILED',
} as const;

function loggedModelArtifacts(experimentId: string, modelId: string): string {
	return `mlflow-artifacts:/${experimentId}/models/${modelId}/artifacts`;
}

function present(model: LoggedModel): object {
	const [tags, params] = [keyValues(model.tags), keyValues(model.params)];
	const metrics = model.metrics.map((metric) => ({
		key: metric.name,
		value: metric.value ?? 'NaN',
		timestamp: millisOfWire(metric.time),
		step: metric.step,
		model_id: model.id,
		run_id: metric.runId,
		...(metric.datasetName !== null && { dataset_name: metric.datasetName }),
		...(metric.datasetDigest !== null && { dataset_digest: metric.datasetDigest }),
	}));
	return {
		info: {
			model_id: model.id,
			experiment_id: model.experimentId,
			name: model.name,
			creation_timestamp_ms: millisOfWire(model.createdTime),
			last_updated_timestamp_ms: millisOfWire(model.modifiedTime),
			artifact_uri: loggedModelArtifacts(model.experimentId, model.id),
			status: THEIR_STATUSES[model.status],
			...(model.statusMessage !== null && { status_message: model.statusMessage }),
			...(model.modelType !== null && { model_type: model.modelType }),
			...(model.sourceRunId !== null && { source_run_id: model.sourceRunId }),
			...(tags.length > 0 && { tags }),
		},
		data: { ...(params.length > 0 && { params }), ...(metrics.length > 0 && { metrics }) },
	};
}

function mapOf(pairs: readonly { readonly key?: string | undefined; readonly value?: string | undefined }[]): Record<string, string> {
	return Object.fromEntries(pairs.map(({ key = '', value = '' }) => [key, value]));
}

export function serveLoggedModels(toolbox: MlflowToolbox, capabilities: Capabilities, artifacts: ResolveArtifact): void {
	const { serve } = toolbox;
	const { loggedModels, experiments } = capabilities;

	/** Asks for the permission where the model is. @throws {MlflowError} RESOURCE_DOES_NOT_EXIST. */
	const reach = async (modelId: string, authorize: (about: { experiment: string }) => Promise<void>): Promise<void> => {
		const { id } = await loggedModels.experimentOf(modelId).catch(notFoundAs(`Logged model with ID '${modelId}' not found.`));
		await authorize({ experiment: id });
	};

	serve(
		{
			method: 'POST',
			path: PREFIX,
			permission: 'model.write',
			message: message(
				{
					experiment_id: experimentIdText,
					name: text,
					model_type: text,
					source_run_id: text,
					params: listOf(keyValue),
					tags: listOf(keyValue),
				},
				['experiment_id'],
			),
			about: ({ experiment_id }) => ({ experiment: experiment_id }),
		},
		async ({ message: { experiment_id, name, model_type = null, source_run_id = null, params = [], tags = [] } }) => {
			checkName(name);
			const experiment = await experiments.find(experiment_id);
			checkExperimentIsActive(experiment);
			const fields = { modelType: model_type, sourceRunId: source_run_id, params: mapOf(params), tags: mapOf(tags) };
			return { model: present(await loggedModels.create(experiment, { name: name || madeUpName(), ...fields })) };
		},
	);

	serve(
		{
			method: 'GET',
			path: `${PREFIX}/:model_id`,
			permission: 'run.read',
			message: message({ model_id: text, allow_deleted: flag }, ['model_id']),
		},
		async ({ message: { model_id, allow_deleted: deleted = false }, authorize }) => {
			await reach(model_id, authorize);
			return { model: present(await ofLoggedModel(loggedModels.get(model_id, { deleted }), model_id)) };
		},
	);

	serve(
		{
			method: 'PATCH',
			path: `${PREFIX}/:model_id`,
			permission: 'model.write',
			message: message({ model_id: text, status: oneOf(STATUSES) }, ['model_id', 'status']),
		},
		async ({ message: { model_id, status }, authorize }) => {
			await reach(model_id, authorize);
			return { model: present(await loggedModels.finalize(model_id, OUR_STATUSES[status])) };
		},
	);

	serve(
		{ method: 'DELETE', path: `${PREFIX}/:model_id`, permission: 'model.write', message: message({ model_id: text }, ['model_id']) },
		async ({ message: { model_id }, authorize }) => {
			await reach(model_id, authorize);
			await loggedModels.remove(model_id);
			return {};
		},
	);

	serve(
		{
			method: 'POST',
			path: `${PREFIX}/:model_id/params`,
			permission: 'model.write',
			message: message({ model_id: text, params: listOf(keyValue) }, ['model_id']),
		},
		async ({ message: { model_id, params = [] }, authorize }) => {
			await reach(model_id, authorize);
			await loggedModels.logParams(model_id, mapOf(params));
			return {};
		},
	);

	serve(
		{
			method: 'PATCH',
			path: `${PREFIX}/:model_id/tags`,
			permission: 'model.write',
			message: message({ model_id: text, tags: listOf(keyValue) }, ['model_id']),
		},
		async ({ message: { model_id, tags = [] }, authorize }) => {
			await reach(model_id, authorize);
			await loggedModels.setTags(model_id, mapOf(tags));
			return {};
		},
	);

	serve(
		{
			method: 'DELETE',
			path: `${PREFIX}/:model_id/tags/:tag_key`,
			permission: 'model.write',
			message: message({ model_id: text, tag_key: text }, ['model_id', 'tag_key']),
		},
		async ({ message: { model_id, tag_key }, authorize }) => {
			await reach(model_id, authorize);
			if (await loggedModels.removeTag(model_id, tag_key)) return {};
			throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No tag with key '${tag_key}' found for model with ID '${model_id}'.`);
		},
	);

	serve(
		{
			method: 'GET',
			path: `${PREFIX}/:model_id/artifacts/directories`,
			permission: 'run.read',
			message: message({ model_id: text, artifact_directory_path: text }, ['model_id']),
		},
		async ({ message: { model_id, artifact_directory_path: folder = '' }, authorize }) => {
			if (folder !== '') checkFilePath(folder.replace(/\/$/, ''));
			await reach(model_id, authorize);
			const prefix = folder === '' ? '' : `${folder.replace(/\/+$/, '')}/`;
			const files = await loggedModels.files(model_id, { prefix, limit: FILES_MAX });
			const { experimentId } = await loggedModels.get(model_id, { deleted: true });
			return { root_uri: loggedModelArtifacts(experimentId, model_id), files: childrenOf(files, prefix) };
		},
	);

	serve(
		{
			method: 'GET',
			path: `${PREFIX}/:model_id/artifacts/files`,
			permission: 'run.read',
			message: message({ model_id: text, artifact_file_path: text }, ['model_id']),
		},
		async ({ message: { model_id, artifact_file_path: path = '' }, authorize, request, reply }) => {
			if (path === '') throw new MlflowError('BAD_REQUEST', 'Request must include the "artifact_file_path" query parameter.');
			checkFilePath(path);
			await reach(model_id, authorize);
			const { experimentId } = await loggedModels.get(model_id, { deleted: true });
			const { root, path: within } = artifacts(`${experimentId}/models/${model_id}/artifacts/${path}`);
			return root.send(request, reply, within);
		},
	);

	serveSearch(toolbox, capabilities);
}

/** More than one folder of a model has. */
const FILES_MAX = 1_000_000;

/** What lies directly in a folder: files, and folders with what is in them left out. */
function childrenOf(files: readonly { readonly path: string; readonly size_bytes: number }[], prefix: string): object[] {
	const folders = new Set<string>();
	const children: { path: string; is_dir: boolean; file_size?: number }[] = [];
	for (const { path, size_bytes } of files) {
		const [name = '', ...below] = path.slice(prefix.length).split('/');
		if (below.length === 0) children.push({ path, is_dir: false, file_size: size_bytes });
		else folders.add(prefix + name);
	}
	return [...[...folders].map((path) => ({ path, is_dir: true })), ...children].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function ofLoggedModel<T>(work: Promise<T>, modelId: string): Promise<T> {
	return work.catch((error: unknown) => {
		if ((error as { code?: string }).code !== 'not-found') throw error;
		throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Logged model with ID '${modelId}' not found.`);
	});
}

const OrderBy = part({ field_name: text, ascending: flag, dataset_name: text, dataset_digest: text });
const DatasetFilter = part({ dataset_name: text, dataset_digest: text });

function serveSearch({ serve }: MlflowToolbox, { loggedModels, experiments }: Capabilities): void {
	serve(
		{
			method: 'POST',
			path: `${PREFIX}/search`,
			permission: 'run.read',
			message: message({
				experiment_ids: listOf(experimentIdText),
				filter: text,
				datasets: listOf(DatasetFilter),
				max_results: integer,
				order_by: listOf(OrderBy),
				page_token: text,
			}),
		},
		async ({ message: { experiment_ids = [], filter = '', datasets = [], max_results, order_by = [], page_token = '' }, authorize }) => {
			if (experiment_ids.length === 0)
				throw invalidParameter(
					"Missing value for required parameter 'experiment_ids'. See the API docs for more information about request parameters.",
				);
			if (datasets.some(({ dataset_name = '' }) => dataset_name === ''))
				throw invalidParameter('`dataset_name` in the `datasets` clause must be specified.');
			const limit = checkMaxResults(
				max_results === undefined || max_results === 0 ? SEARCH_RESULTS_DEFAULT : max_results,
				SEARCH_RESULTS_MAX,
			);
			const asked = JSON.stringify([experiment_ids, filter, order_by]);
			const offset = page_token === '' ? 0 : offsetIn(page_token, asked);
			checkOrderCount(order_by.length);
			checkLimit('The number of datasets', datasets.length, 'filterComparisons');
			const keys = await keysOfExperiments(experiments, experiment_ids, authorize);
			const found = await loggedModels.search(keys, {
				conditions: parseFilter(filter).map(conditionOf),
				datasets: datasets.map(({ dataset_name = '', dataset_digest }) => ({
					name: dataset_name,
					...(dataset_digest && { digest: dataset_digest }),
				})),
				order: order_by.map(orderOf),
				limit: limit + 1,
				offset,
			});
			return {
				...(found.length > 0 && { models: found.slice(0, limit).map(present) }),
				...(found.length > limit && { next_page_token: Buffer.from(JSON.stringify([offset + limit, asked])).toString('base64url') }),
			};
		},
	);
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE for a token of another search. */
function offsetIn(token: string, asked: string): number {
	try {
		const [offset, of] = decodeCursor(token, ['integer', 'text']);
		if (of === asked && offset > 0) return offset;
	} catch {
		// No token of ours.
	}
	throw invalidParameter(`Invalid page token: ${token.slice(0, 100)}. It belongs to a search with other experiments, filter or order.`);
}

function checkName(name: string | undefined): void {
	if (name === undefined || name === '') return;
	if (/[/:.%"']/.test(name))
		throw invalidParameter(
			`Invalid model name ('${name}') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '"', "'")`,
		);
}

const ADJECTIVES = ['able', 'bold', 'calm', 'dapper', 'eager', 'fair', 'gentle', 'hardy', 'intelligent', 'jolly', 'kind', 'lively'];
const NOUNS = ['ant', 'bear', 'crane', 'deer', 'elk', 'finch', 'goat', 'hare', 'ibis', 'jay', 'kite', 'lark'];

/** A name for those that were given none, as MLflow makes one. */
function madeUpName(): string {
	const one = (words: readonly string[]): string => words[Math.floor(Math.random() * words.length)] as string;
	return `${one(ADJECTIVES)}-${one(NOUNS)}-${Math.floor(Math.random() * 1_000)}`;
}
