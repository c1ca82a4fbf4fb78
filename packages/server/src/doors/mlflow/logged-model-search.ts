/** Filters and orders of the search of logged models. */
import type { LoggedModelCondition, LoggedModelOrder } from '../../capabilities/logged-models/service.ts';
import type { Clause } from '../../formats/mlflow-filter.ts';
import { invalidParameter } from './errors.ts';

const TEXTS = {
	model_id: 'id',
	name: 'name',
	model_name: 'name',
	model_type: 'modelType',
	source_run_id: 'sourceRunId',
	status: 'status',
} as const;
const TIMES = {
	creation_timestamp: 'createdTime',
	creation_time: 'createdTime',
	creation_timestamp_ms: 'createdTime',
	last_updated_timestamp: 'modifiedTime',
	last_updated_timestamp_ms: 'modifiedTime',
} as const;

const NUMBER_OPERATORS = { '<': '<', '<=': '<=', '>': '>', '>=': '>=', '=': '=', '!=': '!=' } as const;
const TEXT_OPERATORS = { '=': '=', '!=': '!=', LIKE: 'like', ILIKE: 'ilike', IN: 'in', 'NOT IN': 'not in' } as const;

const ENTITIES = new Set(['attributes', 'metrics', 'params', 'tags']);

/** Statuses are numbers or names in MLflow. */
const STATUSES: Readonly<Record<string, string>> = {
	'0': 'unspecified',
	'1': 'pending',
	'2': 'ready',
	'3': 'failed',
	UNSPECIFIED: 'unspecified',
	PENDING: 'pending',
	READY: 'ready',
	FAILED: 'failed',
};

/** @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function conditionOf({ identifier, comparator, value }: Clause): LoggedModelCondition {
	const { entity, key, text } = identifier;
	if (entity !== null && !ENTITIES.has(entity))
		throw invalidParameter(`Invalid entity type: '${entity}'. Expected one of ['attributes', 'metrics', 'params', 'tags'].`);
	const refuse = (operators: object): never => {
		throw invalidParameter(
			`Invalid comparison operator for ${text}: '${comparator}'. Expected one of ${Object.keys(operators).join(', ')}.`,
		);
	};
	const isTime = (entity === null || entity === 'attributes') && Object.hasOwn(TIMES, key);
	if (entity === 'metrics' || isTime) {
		const operator = NUMBER_OPERATORS[comparator as keyof typeof NUMBER_OPERATORS] ?? refuse(NUMBER_OPERATORS);
		if (typeof value !== 'number') throw invalidParameter(`Expected a number to compare ${text} with, not ${JSON.stringify(value)}.`);
		if (entity === 'metrics') return { metric: key, operator, value };
		return { field: TIMES[key as keyof typeof TIMES], operator, value };
	}
	const operator = TEXT_OPERATORS[comparator as keyof typeof TEXT_OPERATORS] ?? refuse(TEXT_OPERATORS);
	if (entity === 'params' || entity === 'tags') return textCondition({ kind: entity === 'params' ? 'param' : 'tag', key }, operator, value);
	if (!Object.hasOwn(TEXTS, key)) throw invalidParameter(`Invalid attribute name: ${key}`);
	const field = TEXTS[key as keyof typeof TEXTS];
	if (field !== 'status') return textCondition({ field }, operator, value);
	const ours = (given: string): string => STATUSES[given.toUpperCase()] ?? given;
	return textCondition({ field }, operator, Array.isArray(value) ? value.map(ours) : ours(String(value)));
}

function textCondition(
	what: { readonly field: (typeof TEXTS)[keyof typeof TEXTS] } | { readonly kind: 'tag' | 'param'; readonly key: string },
	operator: (typeof TEXT_OPERATORS)[keyof typeof TEXT_OPERATORS],
	value: Clause['value'],
): LoggedModelCondition {
	if (operator === 'in' || operator === 'not in') {
		if (!Array.isArray(value)) throw invalidParameter(`Expected a list of quoted texts, not ${JSON.stringify(value)}.`);
		return { ...what, operator, value: value as readonly string[] };
	}
	if (value === null || Array.isArray(value)) throw invalidParameter(`Expected a quoted text, not ${JSON.stringify(value)}.`);
	return { ...what, operator, value: String(value) };
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function orderOf({
	field_name: name = '',
	ascending = true,
	dataset_name,
	dataset_digest,
}: {
	readonly field_name?: string | undefined;
	readonly ascending?: boolean | undefined;
	readonly dataset_name?: string | undefined;
	readonly dataset_digest?: string | undefined;
}): LoggedModelOrder {
	const descending = !ascending;
	const dot = name.indexOf('.');
	if (dot < 0) {
		if (Object.hasOwn(TEXTS, name)) return { by: TEXTS[name as keyof typeof TEXTS], descending };
		if (Object.hasOwn(TIMES, name)) return { by: TIMES[name as keyof typeof TIMES], descending };
		throw invalidParameter(`Invalid order by field name: ${name}`);
	}
	if (name.slice(0, dot) !== 'metrics') throw invalidParameter(`Invalid order by field name: ${name}. Only metrics are supported.`);
	const dataset = { ...(dataset_name && { name: dataset_name }), ...(dataset_digest && { digest: dataset_digest }) };
	return { metric: name.slice(dot + 1), dataset, descending };
}
