/** Filters and orders of the searches of the model registry. */
import { IS_PROMPT, NO_PROMPTS, ONLY_PROMPTS } from '../../capabilities/models/prompts.ts';
import type { ModelCondition, ModelField, ModelOrder } from '../../capabilities/models/service.ts';
import { type Clause, type Identifier, parseFilter, parseOrderBy } from '../../formats/mlflow-filter.ts';
import { invalidParameter } from './errors.ts';

/** What can be compared, by MLflow's name. */
type Attributes = Readonly<Record<string, ModelField>>;

const MODEL_ATTRIBUTES: Attributes = { name: 'name' };
const VERSION_ATTRIBUTES: Attributes = {
	name: 'name',
	version_number: 'version',
	run_id: 'runId',
	source_path: 'source',
};
const MODEL_ORDERS: Attributes = {
	name: 'name',
	timestamp: 'modifiedTime',
	last_updated_timestamp: 'modifiedTime',
	creation_timestamp: 'createdTime',
};
const VERSION_ORDERS: Attributes = {
	name: 'name',
	version_number: 'version',
	creation_timestamp: 'createdTime',
	last_updated_timestamp: 'modifiedTime',
};

const TEXT_OPERATORS = { '=': '=', '!=': '!=', LIKE: 'like', ILIKE: 'ilike' } as const;
const NUMBER_OPERATORS = { '=': '=', '!=': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;
const LISTED = new Set<ModelField>(['name', 'runId']);

/** Conditions on registered models. Prompts are models too; they are found only by a filter that asks for them. */
export function modelConditions(filter: string): ModelCondition[] {
	return conditionsOf(filter, MODEL_ATTRIBUTES);
}

export function versionConditions(filter: string): ModelCondition[] {
	return conditionsOf(filter, VERSION_ATTRIBUTES);
}

export function modelOrder(clauses: readonly string[]): ModelOrder[] {
	return withTieBreak(ordersOf(clauses, MODEL_ORDERS), [{ by: 'name', descending: false }]);
}

export function versionOrder(clauses: readonly string[]): ModelOrder[] {
	const given = clauses.length > 0 ? ordersOf(clauses, VERSION_ORDERS) : [{ by: 'modifiedTime', descending: true } as const];
	return withTieBreak(given, [
		{ by: 'name', descending: false },
		{ by: 'version', descending: true },
	]);
}

function withTieBreak(order: readonly ModelOrder[], breaks: readonly ModelOrder[]): ModelOrder[] {
	return [...order, ...breaks.filter(({ by }) => !order.some((one) => one.by === by))];
}

function ordersOf(clauses: readonly string[], attributes: Attributes): ModelOrder[] {
	const order: ModelOrder[] = [];
	for (const { identifier, ascending } of parseOrderBy(clauses)) {
		const by = isAttribute(identifier) && Object.hasOwn(attributes, identifier.key) ? attributes[identifier.key] : undefined;
		if (by === undefined)
			throw invalidParameter(
				`Invalid order by key '${identifier.text}' specified. Valid keys are '${Object.keys(attributes).join("', '")}'`,
			);
		if (order.some((one) => one.by === by)) throw invalidParameter(`\`order_by\` contains duplicate fields: ${JSON.stringify(clauses)}`);
		order.push({ by, descending: !ascending });
	}
	return order;
}

function isAttribute({ entity }: Identifier): boolean {
	return entity === null || entity === 'attribute' || entity === 'attributes';
}

function conditionsOf(filter: string, attributes: Attributes): ModelCondition[] {
	const clauses = parseFilter(filter);
	const ofPrompt = clauses.find(({ identifier }) => isTag(identifier) && identifier.key === IS_PROMPT);
	const wanted = typeof ofPrompt?.value === 'string' ? ofPrompt.value.toLowerCase() : '';
	const wantsPrompts = (ofPrompt?.comparator === '=' && wanted === 'true') || (ofPrompt?.comparator === '!=' && wanted === 'false');
	if (wantsPrompts) return clauses.map((clause) => (clause === ofPrompt ? ONLY_PROMPTS : conditionOf(clause, attributes)));
	return [...clauses.filter((clause) => clause !== ofPrompt).map((clause) => conditionOf(clause, attributes)), NO_PROMPTS];
}

function isTag({ entity }: Identifier): boolean {
	return entity === 'tag' || entity === 'tags';
}

function conditionOf({ identifier, comparator, value }: Clause, attributes: Attributes): ModelCondition {
	const { entity, key } = identifier;
	if (isTag(identifier)) {
		const operator = TEXT_OPERATORS[comparator as keyof typeof TEXT_OPERATORS];
		if (operator === undefined) throw invalidParameter(`Invalid comparator for tag: ${comparator}`);
		if (typeof value !== 'string') throw invalidParameter(`Expected a quoted string value for tag (e.g. 'my-value'). Got value ${value}`);
		return { tag: key, operator, value };
	}
	if (!isAttribute(identifier))
		throw invalidParameter(`Invalid entity type '${entity}'. Valid entity types are ('attribute', 'tag', 'tags')`);
	const field = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
	if (field === undefined)
		throw invalidParameter(`Invalid attribute key '${key}' specified. Valid keys are '${Object.keys(attributes).join("', '")}'`);
	if (field === 'version') {
		const operator = NUMBER_OPERATORS[comparator as keyof typeof NUMBER_OPERATORS];
		if (operator === undefined) throw invalidParameter(`Invalid comparator for attribute ${key}: ${comparator}`);
		if (!Number.isSafeInteger(Number(value)) || value === null || value === '')
			throw invalidParameter(`Invalid value for numeric attribute '${key}': ${JSON.stringify(value)}`);
		return { field, operator, value: Number(value) };
	}
	if (comparator === 'IN' || comparator === 'NOT IN') {
		if (!LISTED.has(field) || !Array.isArray(value)) throw invalidParameter(`Invalid comparator for attribute: ${comparator}`);
		return { field: field as 'name' | 'runId', operator: comparator === 'IN' ? 'in' : 'not in', value: value as readonly string[] };
	}
	const operator = TEXT_OPERATORS[comparator as keyof typeof TEXT_OPERATORS];
	if (operator === undefined) throw invalidParameter(`Invalid comparator for attribute: ${comparator}`);
	if (typeof value !== 'string')
		throw invalidParameter(
			`Parameter value is either not quoted or unidentified quote types used for string value ${value}. Use either single or double quotes.`,
		);
	return { field, operator, value };
}
