/** Filters as a list of conditions that can be chosen by pointing, and back: one grammar, two ways to write it. */
import { type Filter, type FilterField, parseFilter, parseOrder, RUN_ATTRIBUTES } from '@runstead/contract';
import { writtenName } from './filter-complete.ts';

export interface Condition {
	/** As a filter writes it. */
	readonly field: string;
	readonly operator: ConditionOperator;
	/** As one types it: without quotes; several with commas between, for `in`. */
	readonly value: string;
}

export const CONDITION_OPERATORS = {
	'=': 'is',
	'!=': 'is not',
	'<': 'is less than',
	'<=': 'is at most',
	'>': 'is greater than',
	'>=': 'is at least',
	contains: 'contains',
	in: 'is one of',
	'is not null': 'has a value',
	'is null': 'has none',
} as const;
export type ConditionOperator = keyof typeof CONDITION_OPERATORS;

export const VALUELESS: ReadonlySet<ConditionOperator> = new Set(['is null', 'is not null']);

export interface Conditions {
	readonly join: 'and' | 'or';
	readonly conditions: readonly Condition[];
}

/** Null where a filter says more than such a list can: groups, patterns, not. */
export function conditionsOf(text: string): Conditions | null {
	if (text.trim() === '') return { join: 'and', conditions: [] };
	let filter: Filter;
	try {
		filter = parseFilter(text);
	} catch {
		return null;
	}
	const join = filter.type === 'or' ? 'or' : 'and';
	const operands = filter.type === 'and' || filter.type === 'or' ? filter.operands : [filter];
	const conditions = operands.map(conditionOf);
	return conditions.every((condition) => condition !== null) ? { join, conditions } : null;
}

/** The filter that the conditions say; those that lack a value are left out. */
export function filterOfConditions({ join, conditions }: Conditions): string {
	return conditions.flatMap((condition) => textOf(condition) ?? []).join(` ${join} `);
}

function fieldText(field: FilterField): string {
	switch (field.kind) {
		case 'attribute':
			return field.name;
		case 'metric':
			return `metrics.${writtenName(field.name)}.${field.statistic}`;
		case 'tag':
			return `tags.${writtenName(field.key)}`;
		case 'param':
			return `params.${writtenName(field.key)}`;
		case 'property':
			return `properties.${writtenName(field.key)}`;
	}
}

/** Whether a text names a field. */
export function isField(text: string): boolean {
	return fieldOrNull(text) !== null;
}

/** The name of a field without its kind; as it was written where it cannot be read. */
export function nameOfField(text: string): string {
	const field = fieldOrNull(text);
	if (field === null) return text;
	return field.kind === 'attribute' || field.kind === 'metric' ? field.name : field.key;
}

function fieldOrNull(text: string): FilterField | null {
	try {
		return parseOrder(text);
	} catch {
		return null;
	}
}

/** What values of a field are; `any` may be numbers or words. */
function typeOfField(text: string): 'text' | 'number' | 'time' | 'any' {
	const field = fieldOrNull(text);
	if (field === null) return 'any';
	if (field.kind === 'metric') return 'number';
	return field.kind === 'attribute' ? RUN_ATTRIBUTES[field.name] : 'any';
}

function conditionOf(filter: Filter): Condition | null {
	switch (filter.type) {
		case 'present':
			return { field: fieldText(filter.field), operator: 'is not null', value: '' };
		case 'not':
			return filter.operand.type === 'present' ? { field: fieldText(filter.operand.field), operator: 'is null', value: '' } : null;
		case 'in':
			return { field: fieldText(filter.field), operator: 'in', value: filter.values.join(', ') };
		case 'compare': {
			const field = fieldText(filter.field);
			if (filter.operator === 'like') return null;
			if (filter.operator !== 'ilike') return { field, operator: filter.operator, value: String(filter.value) };
			const held = /^%([^%_]+)%$/.exec(String(filter.value))?.[1];
			return held === undefined ? null : { field, operator: 'contains', value: held };
		}
		default:
			return null;
	}
}

function textOf({ field, operator, value }: Condition): string | null {
	if (field === '') return null;
	if (VALUELESS.has(operator)) return `${field} ${operator}`;
	const given = value.trim();
	if (given === '') return null;
	const type = typeOfField(field);
	const literal = (text: string): string => {
		const isNumber = type === 'number' || (type === 'any' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text));
		return isNumber && operator !== 'contains' ? text : `'${text.replaceAll("'", "''")}'`;
	};
	if (operator === 'contains') return `${field} ilike ${`'%${given.replaceAll("'", "''")}%'`}`;
	if (operator === 'in')
		return `${field} in (${given
			.split(',')
			.map((one) => literal(one.trim()))
			.join(', ')})`;
	return `${field} ${operator} ${literal(given)}`;
}
