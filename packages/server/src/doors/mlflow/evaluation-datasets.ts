/** Evaluation datasets: records by which answers are judged. Records, tags, schema and profile travel as texts that hold JSON. */

import { recordsJson } from '../../capabilities/evaluation-datasets/present-records.ts';
import type {
	EvaluationDataset,
	EvaluationDatasetCondition,
	EvaluationDatasetOrder,
} from '../../capabilities/evaluation-datasets/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { type Clause, parseFilter, parseOrderBy } from '../../formats/mlflow-filter.ts';
import { invalidParameter, notFoundAs, nullIfNotFound } from './errors.ts';
import { keysOfExperiments } from './experiments.ts';
import { experimentIdText, integer, listOf, message, text } from './message.ts';
import { checkMaxResults, offsetOf, pageToken } from './paging.ts';
import { millisOf } from './times.ts';
import type { MlflowToolbox } from './toolbox.ts';

const SEARCH_RESULTS_DEFAULT = 1_000;
const RECORDS_DEFAULT = 1_000;
const RESULTS_MAX = 50_000;

const PREFIX = '/3.0/mlflow/datasets';
const USER_TAG = 'mlflow.user';

function present(dataset: EvaluationDataset): object {
	const { createdBy, modifiedBy, experimentIds, recordCount, schema } = dataset;
	return {
		dataset_id: dataset.id,
		name: dataset.name,
		digest: dataset.digest,
		tags: JSON.stringify(dataset.tags),
		...(schema !== null && { schema }),
		...(recordCount > 0 && { profile: JSON.stringify({ num_records: recordCount }) }),
		created_time: millisOf(dataset.createdTime),
		last_update_time: millisOf(dataset.modifiedTime),
		...(createdBy !== null && { created_by: createdBy }),
		...(modifiedBy !== null && { last_updated_by: modifiedBy }),
		...(experimentIds.length > 0 && { experiment_ids: experimentIds }),
	};
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE. */
function tagsIn(json: string): Record<string, string> {
	let tags: unknown;
	try {
		tags = JSON.parse(json);
	} catch (error) {
		throw invalidParameter(`Invalid value for parameter 'tags' supplied: it is no JSON: ${(error as Error).message}.`);
	}
	if (typeof tags !== 'object' || tags === null || Array.isArray(tags))
		throw invalidParameter("Invalid value for parameter 'tags' supplied: it is no JSON object of keys and values.");
	return Object.fromEntries(Object.entries(tags).flatMap(([key, value]) => (value === null ? [] : [[key, tagText(value)]])));
}

/** As Python writes the value. */
function tagText(value: unknown): string {
	if (typeof value === 'boolean') return value ? 'True' : 'False';
	return typeof value === 'string' ? value : JSON.stringify(value);
}

const notFound = (id: string) => notFoundAs(`Evaluation dataset with id '${id}' not found`);

const ById = message({ dataset_id: text }, ['dataset_id']);

export function serveEvaluationDatasets(toolbox: MlflowToolbox, capabilities: Capabilities): void {
	const { serve } = toolbox;
	const { evaluationDatasets } = capabilities;

	serve(
		{
			method: 'POST',
			path: `${PREFIX}/create`,
			permission: 'model.write',
			message: message({ name: text, experiment_ids: listOf(experimentIdText), tags: text }, ['name']),
		},
		async ({ message: { name, experiment_ids: experimentIds = [], tags: json = '' }, workspace }) => {
			const tags = json === '' ? {} : tagsIn(json);
			const given = { name, tags, experimentIds };
			return { dataset: present(await evaluationDatasets.create(await workspace(), given, tags[USER_TAG] ?? null)) };
		},
	);

	serve(
		{ method: 'GET', path: `${PREFIX}/:dataset_id`, permission: 'run.read', message: ById },
		async ({ message: { dataset_id: id }, workspace }) => ({
			dataset: present(await evaluationDatasets.get(await workspace(), id).catch(notFound(id))),
		}),
	);

	// One that is not there is as good as deleted.
	serve(
		{ method: 'DELETE', path: `${PREFIX}/:dataset_id`, permission: 'workspace.write', message: ById },
		async ({ message: { dataset_id: id }, workspace }) => {
			await evaluationDatasets.remove(await workspace(), id);
			return {};
		},
	);

	serveSearch(toolbox, capabilities);
	serveTags(toolbox, capabilities);
	serveExperimentsOfDatasets(toolbox, capabilities);
	serveRecords(toolbox, capabilities);
}

function serveSearch({ serve }: MlflowToolbox, { evaluationDatasets, experiments }: Capabilities): void {
	for (const method of ['GET', 'POST'] as const)
		serve(
			{
				method,
				path: `${PREFIX}/search`,
				permission: 'run.read',
				message: message({
					experiment_ids: listOf(experimentIdText),
					filter_string: text,
					max_results: integer,
					order_by: listOf(text),
					page_token: text,
				}),
			},
			async ({ message: { experiment_ids = [], filter_string = '', max_results, order_by = [], page_token }, workspace, authorize }) => {
				const limit = checkMaxResults(max_results || SEARCH_RESULTS_DEFAULT, RESULTS_MAX);
				const offset = offsetOf(page_token);
				const conditions = parseFilter(filter_string).map(conditionOf);
				const order = parseOrderBy(order_by).map(({ identifier, ascending }): EvaluationDatasetOrder => {
					const by = identifier.entity === null && Object.hasOwn(ORDERS, identifier.key) ? ORDERS[identifier.key] : undefined;
					if (by === undefined)
						throw invalidParameter(
							`Invalid attribute key '${identifier.text}' specified. Valid keys are: ${Object.keys(ORDERS).join(', ')}`,
						);
					return { by, descending: !ascending };
				});
				const experimentKeys = experiment_ids.length === 0 ? null : await keysOfExperiments(experiments, experiment_ids, authorize);
				const found = await evaluationDatasets.search(await workspace(), {
					experimentKeys,
					conditions,
					order,
					limit: limit + 1,
					offset,
				});
				return {
					...(found.length > 0 && { datasets: found.slice(0, limit).map(present) }),
					...(found.length > limit && { next_page_token: pageToken(offset + limit) }),
				};
			},
		);
}

const ORDERS: Readonly<Record<string, EvaluationDatasetOrder['by']>> = {
	name: 'name',
	created_time: 'createdTime',
	last_update_time: 'modifiedTime',
};
const TEXTS: Readonly<Record<string, 'name' | 'createdBy' | 'modifiedBy'>> = {
	name: 'name',
	created_by: 'createdBy',
	last_updated_by: 'modifiedBy',
};
const TIMES: Readonly<Record<string, 'createdTime' | 'modifiedTime'>> = { created_time: 'createdTime', last_update_time: 'modifiedTime' };
const TEXT_OPERATORS = { '=': '=', '!=': '!=', LIKE: 'like', ILIKE: 'ilike' } as const;
const NUMBER_OPERATORS = { '=': '=', '!=': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;

function conditionOf({ identifier, comparator, value }: Clause): EvaluationDatasetCondition {
	const { entity, key, text: name } = identifier;
	if (entity !== null && entity !== 'tags')
		throw invalidParameter(`Invalid identifier token '${entity}' specified: it is 'tags', or none.`);
	if (entity === null && Object.hasOwn(TIMES, key)) {
		const operator = NUMBER_OPERATORS[comparator as keyof typeof NUMBER_OPERATORS];
		if (operator === undefined) throw invalidParameter(`Invalid comparator for numeric attribute: ${comparator}`);
		const millis = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
		if (typeof millis !== 'number' || !Number.isSafeInteger(millis))
			throw invalidParameter(`Invalid value for numeric attribute '${key}': ${JSON.stringify(value)}`);
		return { field: TIMES[key] as 'createdTime', operator, value: millis };
	}
	if (entity === null && !Object.hasOwn(TEXTS, key))
		throw invalidParameter(
			`Invalid attribute key '${key}' specified. Valid keys are: ${[...Object.keys(TEXTS), ...Object.keys(TIMES)].join(', ')}`,
		);
	if (entity === null && key === 'name' && comparator === 'IN' && Array.isArray(value))
		return { field: 'name', operator: 'in', value: value as readonly string[] };
	const operator = TEXT_OPERATORS[comparator as keyof typeof TEXT_OPERATORS];
	if (operator === undefined)
		throw invalidParameter(`Invalid comparator for ${entity === null ? 'string attribute' : 'tag'}: ${comparator}`);
	if (typeof value !== 'string')
		throw invalidParameter(`Expected a quoted string value to compare ${name} with. Got ${JSON.stringify(value)}`);
	return entity === null ? { field: TEXTS[key] as 'name', operator, value } : { tag: key, operator, value };
}

function serveTags({ serve }: MlflowToolbox, { evaluationDatasets }: Capabilities): void {
	serve(
		{
			method: 'PATCH',
			path: `${PREFIX}/:dataset_id/tags`,
			permission: 'model.write',
			message: message({ dataset_id: text, tags: text }, ['dataset_id', 'tags']),
		},
		async ({ message: { dataset_id: id, tags }, workspace }) => {
			await evaluationDatasets
				.setTags(await workspace(), id, tagsIn(tags))
				.catch(notFoundAs(`Could not find evaluation dataset with ID ${id}`));
			return {};
		},
	);

	serve(
		{
			method: 'DELETE',
			path: `${PREFIX}/:dataset_id/tags/:key`,
			permission: 'model.write',
			message: message({ dataset_id: text, key: text }, ['dataset_id', 'key']),
		},
		async ({ message: { dataset_id: id, key }, workspace }) => {
			await evaluationDatasets.removeTag(await workspace(), id, key).catch(nullIfNotFound);
			return {};
		},
	);
}

function serveExperimentsOfDatasets({ serve }: MlflowToolbox, { evaluationDatasets }: Capabilities): void {
	serve(
		{ method: 'GET', path: `${PREFIX}/:dataset_id/experiment-ids`, permission: 'run.read', message: ById },
		async ({ message: { dataset_id: id }, workspace }) => {
			const { experimentIds } = await evaluationDatasets.get(await workspace(), id).catch(notFound(id));
			return experimentIds.length === 0 ? {} : { experiment_ids: experimentIds };
		},
	);

	for (const [call, method] of [
		['add-experiments', evaluationDatasets.addExperiments],
		['remove-experiments', evaluationDatasets.removeExperiments],
	] as const)
		serve(
			{
				method: 'POST',
				path: `${PREFIX}/:dataset_id/${call}`,
				permission: 'model.write',
				message: message({ dataset_id: text, experiment_ids: listOf(experimentIdText) }, ['dataset_id']),
			},
			async ({ message: { dataset_id: id, experiment_ids = [] }, workspace }) => {
				const within = await workspace();
				await evaluationDatasets.get(within, id).catch(notFoundAs(`Dataset '${id}' not found`));
				return { dataset: present(await method(within, id, experiment_ids)) };
			},
		);
}

function serveRecords({ serve }: MlflowToolbox, { evaluationDatasets }: Capabilities): void {
	const path = `${PREFIX}/:dataset_id/records`;
	serve(
		{ method: 'POST', path, permission: 'model.write', message: message({ dataset_id: text, records: text }, ['dataset_id', 'records']) },
		async ({ message: { dataset_id: id, records }, workspace }) => {
			const { inserted, updated } = await evaluationDatasets.merge(await workspace(), id, records).catch(notFound(id));
			return { inserted_count: inserted, updated_count: updated };
		},
	);

	serve(
		{
			method: 'GET',
			path,
			permission: 'run.read',
			message: message({ dataset_id: text, max_results: integer, page_token: text }, ['dataset_id']),
		},
		async ({ message: { dataset_id: id, max_results, page_token = '' }, workspace }) => {
			const limit = checkMaxResults(max_results || RECORDS_DEFAULT, RESULTS_MAX);
			const cursor = page_token === '' ? undefined : page_token;
			const page = await evaluationDatasets.records(await workspace(), id, limit, cursor).catch(notFound(id));
			return {
				records: recordsJson(id, page.records),
				...(page.nextCursor !== null && { next_page_token: page.nextCursor }),
			};
		},
	);

	serve(
		{
			method: 'DELETE',
			path,
			permission: 'model.write',
			message: message({ dataset_id: text, dataset_record_ids: listOf(text) }, ['dataset_id']),
		},
		async ({ message: { dataset_id: id, dataset_record_ids = [] }, workspace }) => ({
			deleted_count: await evaluationDatasets.removeRecords(await workspace(), id, dataset_record_ids).catch(notFound(id)),
		}),
	);
}
