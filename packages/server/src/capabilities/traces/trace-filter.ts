/** The words in which traces are looked for and ordered: those of MLflow's search of traces. */
import { type Clause, invalidFilter, parseFilter, parseOrderBy } from '../../formats/mlflow-filter.ts';
import { LINKED_PROMPTS_TAG, linkText } from './linked-prompts.ts';
import type { TraceCondition, TraceOrder } from './trace-search.ts';

const NUMBERS = {
	timestamp: 'requestTime',
	timestamp_ms: 'requestTime',
	execution_time: 'durationMs',
	execution_time_ms: 'durationMs',
	end_time: 'endTime',
	end_time_ms: 'endTime',
} as const;
const TEXTS = { request_id: 'id', trace_id: 'id', status: 'state', state: 'state', client_request_id: 'clientRequestId' } as const;

const NUMBER_OPERATORS = { '=': '=', '!=': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;
const TEXT_OPERATORS = { '=': '=', '!=': '!=', LIKE: 'like', ILIKE: 'ilike' } as const;
const LIST_OPERATORS = { IN: 'in', 'NOT IN': 'not in' } as const;
const PRESENCE = { 'IS NULL': 'is null', 'IS NOT NULL': 'is not null' } as const;

const TRACE_NAME_TAG = 'mlflow.traceName';
const SPAN_FIELDS = new Set(['name', 'type', 'status', 'content']);

export function traceConditions(filter: string): TraceCondition[] {
	return parseFilter(filter).map(conditionOf);
}

type Given = { operator: TraceCondition['operator']; value: TraceCondition['value'] };

function conditionOf(clause: Clause): TraceCondition {
	const { entity, key, text } = clause.identifier;
	switch (entity) {
		case null:
		case 'attribute':
		case 'attributes':
		case 'trace':
			return ofTrace(clause, key.toLowerCase());
		case 'tag':
		case 'tags':
			return { kind: 'tag', key, ...textOrPresence(clause) } as TraceCondition;
		case 'metadata':
		case 'request_metadata':
			return (
				key === 'mlflow.sourceRun' && clause.comparator === '='
					? { run: true, ...textOrPresence(clause) }
					: { kind: 'metadata', key, ...textOrPresence(clause) }
			) as TraceCondition;
		case 'span': {
			if (key.startsWith('attributes.'))
				return { spanAttribute: key.slice('attributes.'.length).replaceAll('`', ''), ...textOnly(clause) } as TraceCondition;
			if (!SPAN_FIELDS.has(key))
				throw invalidFilter(`Invalid span attribute '${key}'. Supported attributes: name, status, type, attributes.<attribute_name>.`);
			return key === 'content' ? ofContent(clause) : ({ span: key, ...textOnly(clause) } as TraceCondition);
		}
		case 'feedback':
		case 'expectation':
			return {
				assessment: key,
				of: entity,
				...(typeof clause.value === 'number' ? numeric(clause) : textOrPresence(clause)),
			} as TraceCondition;
		default:
			throw invalidFilter(
				`Invalid identifier type '${entity}' in '${text}'. Use attributes, tags, metadata, span, feedback or expectation.`,
			);
	}
}

function ofTrace(clause: Clause, key: string): TraceCondition {
	if (Object.hasOwn(NUMBERS, key)) {
		const field = NUMBERS[key as keyof typeof NUMBERS];
		const { operator, value } = numeric(clause);
		return { field, operator, value } as TraceCondition;
	}
	if (key === 'name') return { kind: 'tag', key: TRACE_NAME_TAG, ...textOrPresence(clause) } as TraceCondition;
	if (key === 'run_id') return { run: true, ...textOrPresence(clause) } as TraceCondition;
	if (key === 'prompt') return usesPrompt(clause);
	if (key === 'text') return ofContent(clause);
	if (Object.hasOwn(TEXTS, key)) return { field: TEXTS[key as keyof typeof TEXTS], ...textOnly(clause) } as TraceCondition;
	throw invalidFilter(
		`Invalid attribute key '${clause.identifier.key}' specified. Valid keys are '${[...Object.keys(NUMBERS), ...Object.keys(TEXTS), 'name', 'run_id', 'text'].join("', '")}'`,
	);
}

/** The whole of a span is never just one text. */
function ofContent(clause: Clause): TraceCondition {
	if (clause.comparator !== 'LIKE' && clause.comparator !== 'ILIKE')
		throw invalidFilter(`span.content comparator '${clause.comparator}' not one of 'LIKE', 'ILIKE'`);
	return { span: 'content', ...textOnly(clause) } as TraceCondition;
}

/** Versions are named `name/version`; in a pattern, what stands for any character is that character too. */
function usesPrompt({ comparator, value }: Clause): TraceCondition {
	const [, name, version] = /^(.+)\/(\d+)$/s.exec(typeof value === 'string' ? value : '') ?? [];
	if (comparator !== '=' || name === undefined || version === undefined)
		throw invalidFilter(
			`Invalid comparator '${comparator}' for prompts filter. Only '=' is supported with format: prompt = "name/version"`,
		);
	return { kind: 'tag', key: LINKED_PROMPTS_TAG, operator: 'like', value: `%${linkText({ name, version })}%` };
}

function refuse({ comparator, identifier }: Clause): never {
	throw invalidFilter(`Invalid comparator '${comparator}' for '${identifier.text}'.`);
}

function numeric(clause: Clause): Given {
	const operator = NUMBER_OPERATORS[clause.comparator as keyof typeof NUMBER_OPERATORS] ?? refuse(clause);
	if (typeof clause.value !== 'number')
		throw invalidFilter(
			`Expected numeric value type for numeric attribute: ${clause.identifier.text}. Found ${JSON.stringify(clause.value)}`,
		);
	return { operator, value: clause.value };
}

function textOnly(clause: Clause): Given {
	const { comparator, value, identifier } = clause;
	const listed = LIST_OPERATORS[comparator as keyof typeof LIST_OPERATORS];
	if (listed !== undefined) {
		if (!Array.isArray(value)) throw invalidFilter(`Expected a list of quoted texts for '${identifier.text}'.`);
		return { operator: listed, value: value as readonly string[] };
	}
	const operator = TEXT_OPERATORS[comparator as keyof typeof TEXT_OPERATORS] ?? refuse(clause);
	if (typeof value !== 'string')
		throw invalidFilter(`Expected a quoted string value for '${identifier.text}' (e.g. 'my-value'). Got value ${value}`);
	return { operator, value };
}

function textOrPresence(clause: Clause): Given {
	const presence = PRESENCE[clause.comparator as keyof typeof PRESENCE];
	return presence === undefined ? textOnly(clause) : { operator: presence, value: null };
}

const ORDER_ENTITIES = new Set(['attribute', 'attributes', 'trace', 'tag', 'tags', 'metadata', 'request_metadata']);

export function traceOrder(clauses: readonly string[]): TraceOrder[] {
	return parseOrderBy(clauses).map(({ identifier, ascending }) => {
		const { entity, key } = identifier;
		const descending = !ascending;
		if (entity !== null && !ORDER_ENTITIES.has(entity))
			throw invalidFilter(`Invalid identifier type '${entity}' in order by key '${identifier.text}'.`);
		if (entity === 'tag' || entity === 'tags') return { kind: 'tag', key, descending };
		if (entity === 'metadata' || entity === 'request_metadata') return { kind: 'metadata', key, descending };
		if (Object.hasOwn(NUMBERS, key)) return { by: NUMBERS[key as keyof typeof NUMBERS], descending };
		if (Object.hasOwn(TEXTS, key)) return { by: TEXTS[key as keyof typeof TEXTS], descending };
		if (key === 'name') return { kind: 'tag', key: TRACE_NAME_TAG, descending };
		if (key === 'experiment_id') return { by: 'experiment', descending };
		if (key === 'run_id') return { kind: 'metadata', key: 'mlflow.sourceRun', descending };
		throw invalidFilter(`Invalid order by key '${identifier.text}' specified.`);
	});
}
