/**
 * The filters of MLflow's searches: comparisons joined by AND, such as ``metrics.acc > 0.9 and params.`batch size` = '32'``.
 * Each search says which entities and attributes it has; here are the words alone, and refusals in the words that MLflow's users know.
 */
import { checkLimit, RunsteadError } from '@runstead/contract';

/** What a comparison is about: `metrics.acc` is key `acc` of entity `metrics`; a name alone has no entity. */
export interface Identifier {
	readonly entity: string | null;
	readonly key: string;
	/** As it was written. */
	readonly text: string;
	/** Of its first character, from 1. */
	readonly position: number;
}

const COMPARATORS = [
	'>=',
	'<=',
	'!=',
	'=',
	'>',
	'<',
	'NOT ILIKE',
	'NOT LIKE',
	'ILIKE',
	'LIKE',
	'RLIKE',
	'NOT IN',
	'IN',
	'IS NOT NULL',
	'IS NULL',
] as const;
export type Comparator = (typeof COMPARATORS)[number];

export interface Clause {
	readonly identifier: Identifier;
	readonly comparator: Comparator;
	/** Null where the comparator takes none. */
	readonly value: string | number | readonly string[] | null;
}

const NAME = String.raw`(?:\x60[^\x60]*\x60|"[^"]*"|'[^']*'|[\p{L}\p{N}_$@#:]+)`;
const IDENTIFIER = new RegExp(String.raw`${NAME}(?:\.${NAME})*`, 'uy');
const COMPARATOR = /(?:>=|<=|!=|==|<>|=|>|<|(?:not\s+)?i?like\b|rlike\b|not\s+in\b|in\b|is\s+not\s+null\b|is\s+null\b)/iy;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\w.])/iy;
/** As SQL writes texts; a quote within stays doubled, as MLflow has it. */
const TEXT = /'(?:''|\\'|[^'])*'|"(?:""|\\"|[^"])*"/y;
const LIST = /\(([^()]*)\)/y;
const AND = /and\b/iy;
const SPACE = /\s*/y;

/** @throws {RunsteadError} invalid-mlflow-filter, saying where it cannot be read and why; limit-exceeded. */
export function parseFilter(text: string): Clause[] {
	if (text.trim() === '') return [];
	const reader = new Reader(text);
	const clauses = [reader.clause()];
	while (!reader.isAtEnd()) {
		if (reader.take(AND) === null)
			throw reader.refusal(`Invalid clause(s) in filter string: '${reader.rest()}'. Comparisons are joined by AND alone`);
		clauses.push(reader.clause());
	}
	checkLimit('The number of comparisons of the filter', clauses.length, 'filterComparisons');
	const listed = clauses.reduce((count, { value }) => count + (Array.isArray(value) ? value.length : 0), 0);
	checkLimit('The number of texts in lists of the filter', listed, 'filterListValues');
	return clauses;
}

export interface OrderClause {
	readonly identifier: Identifier;
	readonly ascending: boolean;
}

/** Reads the entries of `order_by`. @throws {RunsteadError} invalid-mlflow-filter, limit-exceeded. */
export function parseOrderBy(clauses: readonly string[]): OrderClause[] {
	checkOrderCount(clauses.length);
	return clauses.map(orderClause);
}

/** @throws {RunsteadError} limit-exceeded. */
export function checkOrderCount(count: number): void {
	checkLimit('The number of entries of order_by', count, 'orderClauses');
}

function orderClause(text: string): OrderClause {
	const reader = new Reader(text);
	const identifier = reader.identifierOrNull();
	if (identifier === null) throw invalidFilter(`Invalid order_by clause '${text}'. Could not be parsed.`);
	const direction = reader.take(/[a-z]+/iy)?.toLowerCase() ?? 'asc';
	if (!reader.isAtEnd()) throw invalidFilter(`Invalid order_by clause '${text}'. Could not be parsed.`);
	if (direction !== 'asc' && direction !== 'desc') throw invalidFilter(`Invalid ordering key in order_by clause '${text}'.`);
	return { identifier, ascending: direction === 'asc' };
}

class Reader {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
		this.#skipSpace();
	}

	isAtEnd(): boolean {
		return this.#at >= this.#text.length;
	}

	rest(): string {
		const rest = this.#text.slice(this.#at);
		return rest.length > 60 ? `${rest.slice(0, 60)}…` : rest;
	}

	/** What the pattern matches here, and the space after it, are gone then; null where it does not match. */
	take(pattern: RegExp): string | null {
		pattern.lastIndex = this.#at;
		const found = pattern.exec(this.#text)?.[0];
		if (found === undefined) return null;
		this.#at += found.length;
		this.#skipSpace();
		return found;
	}

	refusal(what: string): RunsteadError<'invalid-mlflow-filter'> {
		return invalidFilter(`${what} (at character ${this.#at + 1} of the filter).`);
	}

	identifierOrNull(): Identifier | null {
		const position = this.#at + 1;
		const text = this.take(IDENTIFIER);
		if (text === null) return null;
		const [, entity = '', dotted] = /^(`[^`]*`|"[^"]*"|'[^']*'|[^.`"']+)(?:\.(.*))?$/s.exec(text) ?? [];
		if (dotted === undefined) return { entity: null, key: unquoted(entity), text, position };
		return { entity: unquoted(entity), key: unquoted(dotted), text, position };
	}

	clause(): Clause {
		const identifier = this.identifierOrNull();
		if (identifier === null)
			throw this.refusal(
				this.isAtEnd()
					? 'Invalid clause(s) in filter string: it ends where a comparison should begin'
					: `Invalid clause(s) in filter string: '${this.rest()}'`,
			);
		const given = this.take(COMPARATOR)?.toUpperCase().replace(/\s+/g, ' ');
		if (given === undefined) throw this.refusal(`Invalid comparison clause. Expected a comparator after '${identifier.text}'`);
		const comparator = COMPARATORS.find((one) => one === given);
		if (comparator === undefined) throw this.refusal(`Invalid comparator '${given}' not one of '${COMPARATORS.join(', ')}'`);
		if (comparator === 'IS NULL' || comparator === 'IS NOT NULL') return { identifier, comparator, value: null };
		return { identifier, comparator, value: this.#value(identifier) };
	}

	#value({ text: name }: Identifier): string | number | readonly string[] {
		const number = this.take(NUMBER);
		if (number !== null) return Number(number);
		const text = this.take(TEXT);
		if (text !== null) return text.slice(1, -1);
		const list = this.take(LIST);
		if (list !== null) return this.#list(list.slice(1, -1));
		throw this.refusal(
			`Invalid comparison clause. Expected a number or a quoted string value for '${name}' ` +
				`(Parameter value is either not quoted or unidentified quote types used for string value ${this.rest() || 'that is missing'})`,
		);
	}

	#list(inner: string): readonly string[] {
		const reader = new Reader(inner);
		const values: string[] = [];
		while (!reader.isAtEnd()) {
			const value = reader.take(TEXT);
			if (value === null)
				throw this.refusal(
					'While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list',
				);
			values.push(value.slice(1, -1));
			if (reader.take(/,/y) === null && !reader.isAtEnd())
				throw this.refusal('While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list');
		}
		if (values.length === 0)
			throw this.refusal('While parsing a list in the query, expected a non-empty list of string values, but got empty list');
		return values;
	}

	#skipSpace(): void {
		SPACE.lastIndex = this.#at;
		this.#at += SPACE.exec(this.#text)?.[0].length ?? 0;
	}
}

function unquoted(name: string): string {
	return /^(`[^`]*`|"[^"]*"|'[^']*')$/s.test(name) ? name.slice(1, -1) : name;
}

/** Whether a text is as the pattern of a LIKE says: `%` is anything, `_` one character. It goes back to the last `%` alone, and so ends soon. */
export function isLike(text: string, pattern: string, ignoreCase: boolean): boolean {
	const [given, wanted] = (ignoreCase ? [text.toLowerCase(), pattern.toLowerCase()] : [text, pattern]).map((one) => [...one]) as [
		string[],
		string[],
	];
	let at = 0;
	let place = 0;
	/** Where the pattern goes on behind the last `%`, and what that stands for so far ends. */
	let behind = -1;
	let taken = 0;
	while (at < given.length) {
		if (wanted[place] === '%') {
			behind = ++place;
			taken = at;
		} else if (place < wanted.length && (wanted[place] === '_' || wanted[place] === given[at])) {
			at++;
			place++;
		} else if (behind >= 0) {
			at = ++taken;
			place = behind;
		} else return false;
	}
	return wanted.slice(place).every((character) => character === '%');
}

/** What cannot be looked for. */
export function invalidFilter(what: string): RunsteadError<'invalid-mlflow-filter'> {
	return new RunsteadError('invalid-mlflow-filter', { what });
}
