/** Experiments: groups B of the calls. What is deleted lies in the trash here. */
import { resolve } from 'node:path';
import { checkLimit, type Tags } from '@runstead/contract';
import type {
	ExperimentCondition,
	ExperimentField,
	ExperimentOrder,
	ExperimentRecord,
	ExperimentService,
} from '../../capabilities/experiments/service.ts';
import type { WorkspaceRecord } from '../../capabilities/workspaces/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { type Clause, type Identifier, isLike, type OrderClause, parseFilter, parseOrderBy } from '../../formats/mlflow-filter.ts';
import { invalidParameter, MlflowError, nullIfNotFound } from './errors.ts';
import { LIFECYCLES_OF_VIEW, lifecycleStage, VIEW_TYPES } from './lifecycle.ts';
import { experimentIdText, integer, keyValue, listOf, message, oneOf, text } from './message.ts';
import { checkExperimentName, checkExperimentTag } from './names.ts';
import { checkMaxResults, offsetOf, pageToken } from './paging.ts';
import { NOTE_TAG } from './present-run.ts';
import { microsOf, millisOf } from './times.ts';
import type { MlflowToolbox } from './toolbox.ts';

const SEARCH_RESULTS_MAX = 50_000;

const OneExperiment = message({ experiment_id: experimentIdText }, ['experiment_id']);
const aboutExperiment = ({ experiment_id }: { readonly experiment_id: string }) => ({ experiment: experiment_id });

/** Where artifacts of its runs go. */
function artifactLocationOf({ id, artifact_location }: ExperimentRecord): string {
	return artifact_location ?? `mlflow-artifacts:/${id}`;
}

/** An experiment as MLflow shows it. */
function presentExperiment(experiment: ExperimentRecord): object {
	const { id, name, lifecycle, created_time, modified_time, description } = experiment;
	const tags = Object.entries({ ...(JSON.parse(experiment.tags) as Tags), ...(description === '' ? {} : { [NOTE_TAG]: description }) });
	return {
		experiment_id: id,
		name,
		artifact_location: artifactLocationOf(experiment),
		lifecycle_stage: lifecycleStage(lifecycle),
		creation_time: millisOf(created_time),
		last_update_time: millisOf(modified_time),
		...(tags.length > 0 && { tags: tags.map(([key, value]) => ({ key, value: value ?? '' })) }),
	};
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE for one in the trash. */
export function checkExperimentIsActive({ id, lifecycle }: ExperimentRecord): void {
	if (lifecycle === 'trashed') throw invalidParameter(`The experiment ${id} must be in the 'active' state. Current state is deleted.`);
}

const DEFAULT_NAME = 'Default';

/** The id of a workspace's own Default, by which MLflow's clients know it as 0. */
export function createDefaultExperimentFinder(experiments: ExperimentService) {
	return async (workspace: WorkspaceRecord): Promise<string> => (await experiments.byName(workspace, DEFAULT_NAME))?.id ?? '0';
}

/** Keys of those of the experiments that are there: in any other nothing is found. @throws {RunsteadError} forbidden, limit-exceeded. */
export async function keysOfExperiments(
	experiments: ExperimentService,
	ids: readonly string[],
	authorize: (about: { experiment: string }) => Promise<void>,
): Promise<number[]> {
	checkLimit('The number of experiment_ids', ids.length, 'experimentsPerSearch');
	const keys: number[] = [];
	for (const id of new Set(ids)) {
		const experiment = await experiments.find(id).catch(nullIfNotFound);
		if (!experiment) continue;
		await authorize({ experiment: id });
		keys.push(experiment.key);
	}
	return keys;
}

export function serveExperiments({ serve }: MlflowToolbox, { experiments }: Capabilities): void {
	/** @throws {MlflowError} RESOURCE_DOES_NOT_EXIST for an experiment that is not in that stage. */
	const findIn = async (id: string, stage: 'active' | 'deleted'): Promise<ExperimentRecord> => {
		const experiment = await experiments.find(id);
		if (lifecycleStage(experiment.lifecycle) !== stage)
			throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${id} exists`);
		return experiment;
	};

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/experiments/create',
			permission: 'workspace.write',
			message: message({ name: text, artifact_location: text, tags: listOf(keyValue) }, ['name']),
		},
		async ({ message: { name, artifact_location, tags = [] }, workspace, principal }) => {
			checkExperimentName(name);
			for (const { key = '', value = '' } of tags) checkExperimentTag(key, value);
			const artifactLocation = artifact_location ? checkedArtifactLocation(artifact_location) : undefined;
			const own = Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));
			const { [NOTE_TAG]: description = '', ...others } = own;
			const { record } = await experiments.create(
				await workspace(),
				{ name, description, tags: others, ...(artifactLocation && { artifactLocation }) },
				principal.name,
			);
			return { experiment_id: record.id };
		},
	);

	serve(
		{ method: 'GET', path: '/2.0/mlflow/experiments/get', permission: 'workspace.read', message: OneExperiment, about: aboutExperiment },
		async ({ message: { experiment_id } }) => ({ experiment: presentExperiment(await experiments.find(experiment_id)) }),
	);

	serve(
		{
			method: 'GET',
			path: '/2.0/mlflow/experiments/get-by-name',
			permission: 'workspace.read',
			message: message({ experiment_name: text }, ['experiment_name']),
		},
		async ({ message: { experiment_name }, workspace }) => {
			const experiment = await experiments.byName(await workspace(), experiment_name);
			if (!experiment) throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Could not find experiment with name '${experiment_name}'`);
			return { experiment: presentExperiment(experiment) };
		},
	);

	for (const [verb, from, lifecycle] of [
		['delete', 'active', 'trashed'],
		['restore', 'deleted', 'active'],
	] as const) {
		serve(
			{
				method: 'POST',
				path: `/2.0/mlflow/experiments/${verb}`,
				permission: 'workspace.write',
				message: OneExperiment,
				about: aboutExperiment,
			},
			async ({ message: { experiment_id }, principal }) => {
				await findIn(experiment_id, from);
				await experiments.update(experiment_id, { lifecycle }, principal.name);
				return {};
			},
		);
	}

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/experiments/update',
			permission: 'workspace.write',
			message: message({ experiment_id: experimentIdText, new_name: text }, ['experiment_id', 'new_name']),
			about: aboutExperiment,
		},
		async ({ message: { experiment_id, new_name }, principal }) => {
			checkExperimentName(new_name);
			const experiment = await experiments.find(experiment_id);
			if (experiment.lifecycle === 'trashed') throw invalidParameter('Cannot rename a non-active experiment.');
			await experiments.update(experiment_id, { name: new_name }, principal.name);
			return {};
		},
	);

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/experiments/set-experiment-tag',
			permission: 'workspace.write',
			message: message({ experiment_id: experimentIdText, key: text, value: text }, ['experiment_id', 'key']),
			about: aboutExperiment,
		},
		async ({ message: { experiment_id, key, value = '' }, principal }) => {
			checkExperimentTag(key, value);
			checkExperimentIsActive(await experiments.find(experiment_id));
			const change = key === NOTE_TAG ? { description: value } : { tags: { [key]: value } };
			await experiments.update(experiment_id, change, principal.name);
			return {};
		},
	);

	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/experiments/delete-experiment-tag',
			permission: 'workspace.write',
			message: message({ experiment_id: experimentIdText, key: text }, ['experiment_id', 'key']),
			about: aboutExperiment,
		},
		async ({ message: { experiment_id, key }, principal }) => {
			const experiment = await experiments.find(experiment_id);
			checkExperimentIsActive(experiment);
			const isThere = key === NOTE_TAG ? experiment.description !== '' : Object.hasOwn(JSON.parse(experiment.tags) as Tags, key);
			if (!isThere) throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No tag with name: ${key} in experiment with id ${experiment_id}`);
			await experiments.update(experiment_id, key === NOTE_TAG ? { description: '' } : { removeTags: [key] }, principal.name);
			return {};
		},
	);

	const Search = message({
		max_results: integer,
		page_token: text,
		filter: text,
		order_by: listOf(text),
		view_type: oneOf(VIEW_TYPES),
	});
	for (const method of ['GET', 'POST'] as const) {
		serve(
			{ method, path: '/2.0/mlflow/experiments/search', permission: 'workspace.read', message: Search },
			async ({ message: { max_results = 0, page_token, filter = '', order_by = [], view_type = 'ACTIVE_ONLY' }, workspace }) => {
				const limit = checkMaxResults(max_results, SEARCH_RESULTS_MAX);
				const offset = offsetOf(page_token);
				const found = await experiments.search(await workspace(), {
					lifecycles: LIFECYCLES_OF_VIEW[view_type],
					conditions: parseFilter(filter).map(conditionOf),
					order: parseOrderBy(order_by).map(orderOf),
					offset,
					limit: limit + 1,
				});
				return {
					...(found.length > 0 && { experiments: found.slice(0, limit).map(presentExperiment) }),
					...(found.length > limit && { next_page_token: pageToken(offset + limit) }),
				};
			},
		);
	}
}

/** A path without a scheme is one of the folder that the server was started in, as MLflow's own takes it. @throws {MlflowError} INVALID_PARAMETER_VALUE. */
function checkedArtifactLocation(location: string): string {
	if (location.startsWith('runs:')) throw invalidParameter(`Artifact location cannot be a runs:/ URI. Given: '${location}'`);
	if (/[?#]/.test(location) || location.split(/[/\\]|%2f|%5c/i).some((segment) => /^(\.|%2e){2}$/i.test(segment)))
		throw invalidParameter(`Invalid value ${JSON.stringify(location)} for parameter 'artifact_location' supplied.`);
	return (/^[a-z][a-z0-9+.-]*:/i.test(location) ? location : resolve(location)).replace(/\/+$/, '');
}

const ATTRIBUTES = {
	name: { kind: 'attribute', name: 'name' },
	experiment_id: { kind: 'attribute', name: 'id' },
	creation_time: { kind: 'attribute', name: 'createdTime' },
	last_update_time: { kind: 'attribute', name: 'modifiedTime' },
} as const satisfies Readonly<Record<string, ExperimentField>>;

function fieldOf({ entity, key }: Identifier): ExperimentField {
	if (entity === 'tag' || entity === 'tags') return key === NOTE_TAG ? { kind: 'attribute', name: 'description' } : { kind: 'tag', key };
	if (entity !== null && entity !== 'attribute' && entity !== 'attributes')
		throw invalidParameter(`Invalid entity type '${entity}'. Valid entity types are ('attribute', 'tag', 'tags')`);
	if (!Object.hasOwn(ATTRIBUTES, key))
		throw invalidParameter(`Invalid attribute key '${key}' specified. Valid keys are '${Object.keys(ATTRIBUTES).join("', '")}'`);
	return ATTRIBUTES[key as keyof typeof ATTRIBUTES];
}

function orderOf({ identifier, ascending }: OrderClause): ExperimentOrder {
	const field = fieldOf(identifier);
	if (isTag(field)) throw invalidParameter(`Invalid order_by entity: tag`);
	return { field, descending: !ascending };
}

/** A description is a tag to MLflow. */
function isTag(field: ExperimentField): boolean {
	return field.kind === 'tag' || field.name === 'description';
}

/** Times of ours are in microseconds, those of MLflow in milliseconds. */
function isTime(field: ExperimentField): boolean {
	return field.kind === 'attribute' && field.name.endsWith('Time');
}

function conditionOf({ identifier, comparator, value }: Clause): ExperimentCondition {
	const field = fieldOf(identifier);
	const refuse = (): never => {
		throw invalidParameter(`Invalid comparator '${comparator}' for '${identifier.text}'.`);
	};
	if (comparator === 'IS NULL' || comparator === 'IS NOT NULL') {
		if (!isTag(field)) throw invalidParameter(`IS NULL / IS NOT NULL is only supported for tags, not for attribute '${identifier.key}'`);
		return { field, passes: (given) => (given === null) === (comparator === 'IS NULL') };
	}
	if (isTime(field)) {
		if (typeof value !== 'number')
			throw invalidParameter(`Expected numeric value type for numeric attribute: ${identifier.key}. Found ${JSON.stringify(value)}`);
		const number = microsOf(value);
		const test = NUMBER_TESTS[comparator as keyof typeof NUMBER_TESTS] ?? refuse();
		// What it is compared with is in whole milliseconds.
		return { field, passes: (given) => test(Math.floor(Number(given) / 1_000) * 1_000, number) };
	}
	if (typeof value === 'number') throw invalidParameter(`Expected a quoted string value for attributes. Got value ${value}`);
	const isId = field.kind === 'attribute' && field.name === 'id';
	if (comparator === 'IN' || comparator === 'NOT IN') {
		if (!isId || !Array.isArray(value))
			throw invalidParameter(`Only ['experiment_id'] attributes support comparison with a list of quoted string values.`);
		return { field, passes: (given) => (value as readonly string[]).includes(String(given)) === (comparator === 'IN') };
	}
	if (typeof value !== 'string')
		throw invalidParameter(`Only ['experiment_id'] attributes support comparison with a list of quoted string values.`);
	switch (comparator) {
		case '=':
			return { field, passes: (given) => given === value };
		case '!=':
			return { field, passes: (given) => given !== null && given !== value };
		case 'LIKE':
		case 'ILIKE':
			if (isId) refuse();
			checkLimit('The length of a pattern', value.length, 'filterCharacters');
			return { field, passes: (given) => given !== null && isLike(String(given), value, comparator === 'ILIKE') };
		default:
			return refuse();
	}
}

const NUMBER_TESTS = {
	'=': (one: number, other: number) => one === other,
	'!=': (one: number, other: number) => one !== other,
	'<': (one: number, other: number) => one < other,
	'<=': (one: number, other: number) => one <= other,
	'>': (one: number, other: number) => one > other,
	'>=': (one: number, other: number) => one >= other,
} as const;
