/** The search of runs: MLflow's filters and orders in the words of ours. */
import { type ComparisonOperator, DATASET_PARTS, type Filter, type FilterField } from '@runstead/contract';
import type { RunOrder } from '../../capabilities/search/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { type Clause, type Identifier, isLike, parseFilter, parseOrderBy } from '../../formats/mlflow-filter.ts';
import { artifactUriFilter } from './artifact-uri.ts';
import { invalidParameter } from './errors.ts';
import { LIFECYCLE_OF_VIEW, VIEW_TYPES } from './lifecycle.ts';
import { experimentIdText, integer, listOf, message, oneOf, text } from './message.ts';
import { checkMaxResults } from './paging.ts';
import { NAME_TAG, NOTE_TAG, PARENT_TAG, presentRun, USER_PROPERTY } from './present-run.ts';
import type { ExtrasOf } from './runs.ts';
import { MLFLOW_STATUSES, type MlflowStatus, SHOWN_AS, statusesShownAs } from './status.ts';
import type { MlflowToolbox } from './toolbox.ts';

const RESULTS_DEFAULT = 1_000;
const RESULTS_MAX = 50_000;

export function serveRunSearch({ serve }: MlflowToolbox, { search }: Capabilities, extrasOf: ExtrasOf): void {
	serve(
		{
			method: 'POST',
			path: '/2.0/mlflow/runs/search',
			permission: 'workspace.read',
			message: message({
				experiment_ids: listOf(experimentIdText),
				filter: text,
				run_view_type: oneOf(VIEW_TYPES),
				max_results: integer,
				order_by: listOf(text),
				page_token: text,
			}),
		},
		async ({ message: given, workspace }) => {
			const { experiment_ids = [], filter = '', run_view_type = 'ACTIVE_ONLY', order_by = [], page_token = '' } = given;
			const { runs, nextCursor } = await search.find(await workspace(), {
				filter: runFilter(filter, experiment_ids),
				order: runOrders(order_by),
				experimentIds: experiment_ids,
				lifecycle: LIFECYCLE_OF_VIEW[run_view_type],
				limit: checkMaxResults(given.max_results ?? RESULTS_DEFAULT, RESULTS_MAX),
				...(page_token !== '' && { cursor: page_token }),
			});
			const extras = await extrasOf(runs.map(({ id }) => id));
			return {
				...(runs.length > 0 && { runs: runs.map((run) => presentRun(run, extras.get(run.id))) }),
				...(nextCursor !== null && { next_page_token: nextCursor }),
			};
		},
	);
}

type Entity = 'attribute' | 'metric' | 'param' | 'tag';

const ENTITIES: Readonly<Record<string, Entity>> = {
	attribute: 'attribute',
	attributes: 'attribute',
	attr: 'attribute',
	run: 'attribute',
	metric: 'metric',
	metrics: 'metric',
	parameter: 'param',
	parameters: 'param',
	param: 'param',
	params: 'param',
	tag: 'tag',
	tags: 'tag',
};

/** Of runs, by MLflow's names; those of long ago are still sent. */
const ATTRIBUTES: Readonly<Record<string, FilterField & { kind: 'attribute' }>> = {
	run_id: { kind: 'attribute', name: 'id' },
	run_name: { kind: 'attribute', name: 'displayName' },
	'run name': { kind: 'attribute', name: 'displayName' },
	'Run name': { kind: 'attribute', name: 'displayName' },
	'Run Name': { kind: 'attribute', name: 'displayName' },
	user_id: { kind: 'attribute', name: 'submittedBy' },
	status: { kind: 'attribute', name: 'status' },
	artifact_uri: { kind: 'attribute', name: 'id' },
	start_time: { kind: 'attribute', name: 'startTime' },
	created: { kind: 'attribute', name: 'startTime' },
	Created: { kind: 'attribute', name: 'startTime' },
	end_time: { kind: 'attribute', name: 'endTime' },
};

function entityOf({ entity }: Identifier): Entity {
	const known = ENTITIES[entity ?? 'attribute'];
	if (known === undefined)
		throw invalidParameter(`Invalid entity type '${entity}'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset'].`);
	return known;
}

function attributeOf(key: string): FilterField & { kind: 'attribute' } {
	const field = Object.hasOwn(ATTRIBUTES, key) ? ATTRIBUTES[key] : undefined;
	if (field === undefined)
		throw invalidParameter(`Invalid attribute key '${key}' specified. Valid keys are '${Object.keys(ATTRIBUTES).join("', '")}'`);
	return field;
}

function fieldOf(entity: Entity, key: string): FilterField {
	switch (entity) {
		case 'attribute':
			return attributeOf(key);
		case 'metric':
			return { kind: 'metric', name: key, statistic: 'last' };
		default:
			return ownField(entity, key) ?? { kind: entity, key };
	}
}

/** Tags that are something of a run's own here. */
function ownField(entity: 'param' | 'tag', key: string): FilterField | null {
	if (entity === 'param') return null;
	if (key === NAME_TAG) return { kind: 'attribute', name: 'displayName' };
	return key === NOTE_TAG ? { kind: 'attribute', name: 'description' } : null;
}

/** @param experimentIds of those that are searched. @throws {MlflowError} INVALID_PARAMETER_VALUE. */
function runFilter(filter: string, experimentIds: readonly string[]): Filter | null {
	const operands = parseFilter(filter).map((clause) => conditionOf(clause, experimentIds));
	if (operands.length === 0) return null;
	return operands.length === 1 ? (operands[0] as Filter) : { type: 'and', operands };
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE. */
function runOrders(clauses: readonly string[]): RunOrder[] {
	const orders = parseOrderBy(clauses).map(({ identifier, ascending }) => {
		const entity = entityOf(identifier);
		const field = fieldOf(entity, identifier.key);
		// The time of creation is that of the start, and an index has it.
		const indexed: FilterField =
			field.kind === 'attribute' && field.name === 'startTime' ? { kind: 'attribute', name: 'createdTime' } : field;
		return { field: indexed, descending: !ascending, asText: true, ...othersOf(entity, identifier.key, field) };
	});
	const names = orders.map(({ field }) => JSON.stringify(field));
	if (new Set(names).size < names.length) throw invalidParameter(`\`order_by\` contains duplicate fields: [${clauses.join(', ')}]`);
	return orders;
}

/** What is ordered otherwise than by the field alone. */
function othersOf(entity: Entity, key: string, field: FilterField): Partial<RunOrder> {
	if (isParent(entity, key)) return { otherwise: PARENT_FIELD };
	if (field.kind !== 'attribute') return {};
	if (field.name === 'submittedBy') return { field: NAMED_USER, otherwise: field };
	return field.name === 'status' ? { shownAs: SHOWN_AS } : {};
}

const DATASET_ENTITIES = new Set<string | null | undefined>(['dataset', 'datasets']);
const DATASET_COMPARATORS = ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'];

/** Of any dataset that a run read. */
function datasetCondition(clause: Clause): Filter {
	const { identifier, comparator, value } = clause;
	const part = DATASET_PARTS.find((one) => one === identifier.key);
	if (part === undefined)
		throw invalidParameter(`Invalid dataset key '${identifier.key}' specified. Valid keys are '${DATASET_PARTS.join("', '")}'`);
	if (!DATASET_COMPARATORS.includes(comparator)) refuseComparator(clause, DATASET_COMPARATORS);
	if (value === null || typeof value === 'number')
		throw invalidParameter(`Expected a quoted string value for datasets. Got value ${JSON.stringify(value)}`);
	if (typeof value === 'string') return { type: 'dataset', part, operator: comparator.toLowerCase() as ComparisonOperator, value };
	const among: Filter = { type: 'or', operands: value.map((one) => ({ type: 'dataset', part, operator: '=', value: one })) };
	return comparator === 'IN' ? among : { type: 'not', operand: among };
}

function conditionOf(clause: Clause, experimentIds: readonly string[]): Filter {
	if (DATASET_ENTITIES.has(clause.identifier.entity)) return datasetCondition(clause);
	const entity = entityOf(clause.identifier);
	switch (entity) {
		case 'metric':
			return metricCondition(clause);
		case 'attribute':
			return attributeCondition(clause, experimentIds);
		default:
			return textCondition(clause, entity);
	}
}

const NUMBER_OPERATORS = new Set(['=', '!=', '<', '<=', '>', '>=']);

function refuseComparator({ comparator, identifier }: Clause, allowed: readonly string[]): never {
	throw invalidParameter(`Invalid comparator '${comparator}' not one of '${allowed.join("', '")}' for '${identifier.text}'.`);
}

function metricCondition(clause: Clause): Filter {
	const { identifier, comparator, value } = clause;
	refuseNullTest(clause);
	if (!NUMBER_OPERATORS.has(comparator)) refuseComparator(clause, [...NUMBER_OPERATORS]);
	if (typeof value !== 'number') throw invalidParameter(`Expected numeric value type for metric. Found ${JSON.stringify(value)}`);
	const field: FilterField = { kind: 'metric', name: identifier.key, statistic: 'last' };
	const compared: Filter = { type: 'compare', field, operator: comparator as ComparisonOperator, value };
	if (comparator !== '!=') return compared;
	// NaN is unlike every number.
	const unequal: Filter = {
		type: 'and',
		operands: [
			{ type: 'has', field },
			{ type: 'not', operand: { type: 'present', field } },
		],
	};
	return { type: 'or', operands: [compared, unequal] };
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE where it is asked of anything but a tag or a param. */
function refuseNullTest({ comparator, identifier }: Clause): void {
	if (comparator === 'IS NULL' || comparator === 'IS NOT NULL')
		throw invalidParameter(`IS NULL / IS NOT NULL is only supported for tags and params, not for '${identifier.text}'`);
}

const TEXT_COMPARATORS = ['=', '!=', 'LIKE', 'ILIKE', 'IS NULL', 'IS NOT NULL'];

function textCondition(clause: Clause, entity: 'param' | 'tag'): Filter {
	const { identifier, comparator, value } = clause;
	const field = fieldOf(entity, identifier.key);
	if (!TEXT_COMPARATORS.includes(comparator)) refuseComparator(clause, TEXT_COMPARATORS);
	if (comparator === 'IS NULL' || comparator === 'IS NOT NULL') {
		const has = hasTag(entity, identifier.key, field);
		return comparator === 'IS NULL' ? { type: 'not', operand: has } : has;
	}
	if (typeof value !== 'string')
		throw invalidParameter(`Expected a quoted string value for ${entity} (e.g. 'my-value'). Got value ${JSON.stringify(value)}`);
	const compare = (of: FilterField): Filter => ({
		type: 'compare',
		field: of,
		operator: comparator.toLowerCase() as ComparisonOperator,
		value,
	});
	if (isParent(entity, identifier.key)) return eitherParent(compare(field), compare(PARENT_FIELD));
	return isNote(field) ? { type: 'and', operands: [compare(field), HAS_NOTE] } : compare(field);
}

function hasTag(entity: 'param' | 'tag', key: string, field: FilterField): Filter {
	if (isNote(field)) return HAS_NOTE;
	const has: Filter = { type: 'has', field };
	return isParent(entity, key) ? eitherParent(has, { type: 'has', field: PARENT_FIELD }) : has;
}

/** Every run has a description; an empty one is shown as no note. */
const HAS_NOTE: Filter = { type: 'compare', field: { kind: 'attribute', name: 'description' }, operator: '!=', value: '' };

function isNote(field: FilterField): boolean {
	return field.kind === 'attribute' && field.name === 'description';
}

const PARENT_FIELD: FilterField = { kind: 'attribute', name: 'parentId' };

function isParent(entity: Entity, key: string): boolean {
	return entity === 'tag' && key === PARENT_TAG;
}

/** A parent that was there when its child was made is more than a tag. */
function eitherParent(tag: Filter, parent: Filter): Filter {
	return { type: 'or', operands: [parent, tag] };
}

const ATTRIBUTE_COMPARATORS = ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'];

function attributeCondition(clause: Clause, experimentIds: readonly string[]): Filter {
	const { identifier, comparator, value } = clause;
	const field = attributeOf(identifier.key);
	refuseNullTest(clause);
	if (field.name === 'startTime' || field.name === 'endTime') return timeCondition(clause, field);
	if (!ATTRIBUTE_COMPARATORS.includes(comparator)) refuseComparator(clause, ATTRIBUTE_COMPARATORS);
	if (typeof value === 'number') throw invalidParameter(`Expected a quoted string value for attributes. Got value ${value}`);
	if (comparator === 'IN' || comparator === 'NOT IN' || typeof value !== 'string') {
		if (identifier.key !== 'run_id' || typeof value === 'string' || value === null)
			throw invalidParameter(`Only ['run_id'] attributes support comparison with a list of quoted string values (${identifier.text}).`);
		const among: Filter = { type: 'in', field, values: value };
		if (comparator !== 'IN' && comparator !== 'NOT IN') refuseComparator(clause, ['IN', 'NOT IN']);
		return comparator === 'IN' ? among : { type: 'not', operand: among };
	}
	if (field.name === 'status') return statusCondition(clause, value);
	const operator = comparator.toLowerCase() as '=' | '!=' | 'like' | 'ilike';
	if (identifier.key === 'artifact_uri') return artifactUriFilter(operator, value, experimentIds);
	const compared: Filter = { type: 'compare', field, operator, value };
	return field.name === 'submittedBy' ? userCondition(compared, { ...compared, field: NAMED_USER }) : compared;
}

/** Whom the client named, which is shown in place of who submitted the run. */
const NAMED_USER: FilterField = { kind: 'property', key: USER_PROPERTY };

function userCondition(ofSubmitter: Filter, ofNamed: Filter): Filter {
	const isNamed: Filter = { type: 'has', field: NAMED_USER };
	return { type: 'or', operands: [ofNamed, { type: 'and', operands: [{ type: 'not', operand: isNamed }, ofSubmitter] }] };
}

/** Times are compared in whole milliseconds, ours are finer. */
function timeCondition(clause: Clause, field: FilterField): Filter {
	const { identifier, comparator, value } = clause;
	if (!NUMBER_OPERATORS.has(comparator)) refuseComparator(clause, [...NUMBER_OPERATORS]);
	if (typeof value !== 'number')
		throw invalidParameter(`Expected numeric value type for numeric attribute: ${identifier.key}. Found ${JSON.stringify(value)}`);
	const millis = Math.min(Math.max(value, -TIME_MAX), TIME_MAX);
	const at = (time: number, operator: ComparisonOperator): Filter => ({
		type: 'compare',
		field,
		operator,
		value: new Date(time).toISOString(),
	});
	const [from, after] = [Math.ceil(millis), Math.floor(millis) + 1];
	switch (comparator) {
		case '=':
			return { type: 'and', operands: [at(from, '>='), at(after, '<')] };
		case '!=':
			return { type: 'or', operands: [at(from, '<'), at(after, '>=')] };
		case '<':
			return at(from, '<');
		case '<=':
			return at(after, '<');
		case '>':
			return at(after, '>=');
		default:
			return at(from, '>=');
	}
}

/** Of what a date can hold. */
const TIME_MAX = 8.64e15 - 1;

function testOf({ comparator }: Clause, value: string): (given: string) => boolean {
	switch (comparator) {
		case '=':
			return (given) => given === value;
		case '!=':
			return (given) => given !== value;
		default:
			return (given) => isLike(given, value, comparator === 'ILIKE');
	}
}

function statusCondition(clause: Clause, value: string): Filter {
	const passes = testOf(clause, value);
	const statuses = statusesShownAs((shown: MlflowStatus) => Object.hasOwn(MLFLOW_STATUSES, shown) && passes(shown));
	const field: FilterField = { kind: 'attribute', name: 'status' };
	return statuses.length === 0 ? NOTHING : { type: 'in', field, values: statuses };
}

const NOTHING: Filter = { type: 'compare', field: { kind: 'attribute', name: 'id' }, operator: '=', value: '' };
