/** Reads filters and orders: `metrics.mse.min < 3000 and (tags.quality = 'good' or not status = 'Failed')`. */
import { RunsteadError } from '../errors.ts';
import { nearestNameOrNull } from '../nearest-name.ts';
import {
	type ComparisonOperator,
	DATASET_PARTS,
	type Filter,
	type FilterField,
	type FilterValue,
	METRIC_STATISTICS,
	type MetricStatistic,
	RUN_ATTRIBUTES,
	type RunAttribute,
} from './grammar.ts';
import { type Token, tokenize } from './tokens.ts';

const OPERATORS: Readonly<Record<string, ComparisonOperator>> = {
	'=': '=',
	'==': '=',
	'!=': '!=',
	'<>': '!=',
	'<': '<',
	'<=': '<=',
	'>': '>',
	'>=': '>=',
};

const EQUALITY: Readonly<Record<string, ComparisonOperator>> = { '=': '=', '==': '=', '!=': '!=', '<>': '!=' };

/** Brackets and nots within one another; a filter of a person never comes near. */
const DEPTH_MAX = 100;

/**
 * Reads a filter. Words of the grammar (and, or, not, in, is, null, like, ilike, has) may be in upper or lower case.
 * @throws {RunsteadError} invalid-filter, with the place (from 1) and what was expected there.
 * @example parseFilter("params.alpha >= 0.5 and has tags.best")
 */
export function parseFilter(text: string): Filter {
	const parser = new Parser(tokenize(text));
	const filter = parser.either(0);
	parser.expectEnd();
	return filter;
}

/**
 * Reads what runs are ordered by: a field as a filter names it.
 * @throws {RunsteadError} invalid-order
 */
export function parseOrder(text: string): FilterField {
	try {
		const parser = new Parser(tokenize(text));
		const field = parser.field();
		parser.expectEnd();
		return field;
	} catch (error) {
		throw new RunsteadError('invalid-order', { given: JSON.stringify(text) }, { cause: error });
	}
}

/** What a list of fields names: one field, or all of a kind. */
export type FieldSelection = FilterField | { readonly kind: 'every'; readonly of: Exclude<FilterField['kind'], 'attribute'> };

const EVERY = { tags: 'tag', properties: 'property', params: 'param', metrics: 'metric' } as const;

/**
 * Reads fields with commas between; a kind alone (`tags`) means all of it.
 * @throws {RunsteadError} invalid-fields, with the place (from 1).
 * @example parseFields('displayName, metrics.mse.min, tags')
 */
export function parseFields(text: string): FieldSelection[] {
	if (text.trim() === '') return [];
	try {
		const parser = new Parser(tokenize(text));
		const fields = [parser.selection()];
		while (parser.takeComma()) fields.push(parser.selection());
		parser.expectEnd('","');
		return fields;
	} catch (error) {
		if (!(error instanceof RunsteadError)) throw error;
		const { position, reason } = error.details as { position: number; reason: string };
		throw new RunsteadError('invalid-fields', { position, reason }, { cause: error });
	}
}

class Parser {
	readonly #tokens: readonly Token[];
	#next = 0;

	constructor(tokens: readonly Token[]) {
		this.#tokens = tokens;
	}

	either(depth: number): Filter {
		const operands = [this.#both(depth)];
		while (this.#takeWord('or')) operands.push(this.#both(depth));
		return operands.length === 1 ? (operands[0] as Filter) : { type: 'or', operands };
	}

	field(): FilterField {
		const start = this.#peek();
		const first = this.#name('an attribute, tags.KEY, properties.KEY, params.KEY or metrics.NAME');
		const rest: { text: string; quoted: boolean }[] = [];
		while (this.#takeSymbol('.')) {
			const quoted = this.#peek().type === 'quoted';
			rest.push({ text: this.#name('a name after the dot'), quoted });
		}
		return (
			fieldOf(first, rest) ??
			this.#fail(
				`${JSON.stringify(first)} is no attribute of a run${meantField(first, rest)}; there are ${Object.keys(RUN_ATTRIBUTES).join(', ')}, tags.KEY, properties.KEY, params.KEY, metrics.NAME, and in filters datasets.${DATASET_PARTS.join(', datasets.')}`,
				start,
			)
		);
	}

	selection(): FieldSelection {
		const token = this.#peek();
		const next = this.#tokens[this.#next + 1];
		const isWhole = token.type === 'word' && Object.hasOwn(EVERY, token.text) && !(next?.type === 'symbol' && next.text === '.');
		if (!isWhole) return this.field();
		this.#next++;
		return { kind: 'every', of: EVERY[token.text as keyof typeof EVERY] };
	}

	takeComma(): boolean {
		return this.#takeSymbol(',');
	}

	expectEnd(continuations = '"and", "or"'): void {
		const token = this.#peek();
		if (token.type !== 'end') this.#fail(`expected ${continuations} or the end, found ${JSON.stringify(token.text)}`, token);
	}

	#both(depth: number): Filter {
		const operands = [this.#negation(depth)];
		while (this.#takeWord('and')) operands.push(this.#negation(depth));
		return operands.length === 1 ? (operands[0] as Filter) : { type: 'and', operands };
	}

	#negation(depth: number): Filter {
		if (depth > DEPTH_MAX) this.#fail('it is nested too deeply', this.#peek());
		if (this.#takeWord('not')) return { type: 'not', operand: this.#negation(depth + 1) };
		if (this.#takeSymbol('(')) {
			const inner = this.either(depth + 1);
			if (!this.#takeSymbol(')')) this.#fail('expected ")"', this.#peek());
			return inner;
		}
		if (this.#takeWord('has')) return { type: 'has', field: this.field() };
		return this.#comparison();
	}

	#comparison(): Filter {
		const next = this.#tokens[this.#next + 1];
		if (this.#peek().type === 'word' && this.#peek().text === 'datasets' && next?.type === 'symbol' && next.text === '.') {
			this.#next += 2;
			return this.#datasetComparison();
		}
		const field = this.field();
		if (this.#takeWord('is')) {
			const negated = this.#takeWord('not');
			if (!this.#takeWord('null')) this.#fail('expected "null" or "not null" after "is"', this.#peek());
			const present: Filter = { type: 'present', field };
			return negated ? present : { type: 'not', operand: present };
		}
		if (this.#takeWord('not')) {
			const operand = this.#membershipOrPattern(field);
			return operand ? { type: 'not', operand } : this.#fail('expected "in", "like" or "ilike" after "not"', this.#peek());
		}
		const membership = this.#membershipOrPattern(field);
		if (membership) return membership;
		const token = this.#peek();
		const operator = token.type === 'symbol' ? OPERATORS[token.text] : undefined;
		if (!operator)
			return this.#fail(
				`expected a comparison (= != < <= > >= like ilike in is), found ${token.text === '' ? 'the end' : JSON.stringify(token.text)}`,
				token,
			);
		this.#next++;
		return { type: 'compare', field, operator, value: this.#value(field) };
	}

	#datasetComparison(): Filter {
		const named = this.#peek();
		const part = DATASET_PARTS.find((one) => one === named.text);
		if (part === undefined) return this.#fail(`expected ${DATASET_PARTS.join(', ')} after "datasets."`, named);
		this.#next++;
		const token = this.#peek();
		const pattern = (['like', 'ilike'] as const).find((word) => token.type === 'word' && token.text.toLowerCase() === word);
		const operator = pattern ?? (token.type === 'symbol' ? EQUALITY[token.text] : undefined);
		if (operator === undefined) return this.#fail('expected = != like or ilike', token);
		this.#next++;
		const value = this.#peek();
		if (!isText(value)) this.#fail('expected a text in quotes', value);
		this.#next++;
		return { type: 'dataset', part, operator, value: value.text };
	}

	#membershipOrPattern(field: FilterField): Filter | null {
		for (const operator of ['like', 'ilike'] as const) {
			if (!this.#takeWord(operator)) continue;
			const token = this.#peek();
			if (!isText(token)) this.#fail(`"${operator}" takes a pattern in quotes, such as 'ridge%'`, token);
			return { type: 'compare', field, operator, value: this.#value(field, true) };
		}
		if (!this.#takeWord('in')) return null;
		if (!this.#takeSymbol('(')) this.#fail('expected "(" after "in"', this.#peek());
		const values = [this.#value(field)];
		while (this.#takeSymbol(',')) values.push(this.#value(field));
		if (!this.#takeSymbol(')')) this.#fail('expected "," or ")"', this.#peek());
		return { type: 'in', field, values };
	}

	#value(field: FilterField, pattern = false): FilterValue {
		const token = this.#peek();
		if (!isText(token) && token.type !== 'number')
			return this.#fail(
				`expected a number or a text in quotes, found ${token.text === '' ? 'the end' : JSON.stringify(token.text)}`,
				token,
			);
		this.#next++;
		if (pattern) return token.text;
		const type = field.kind === 'metric' ? 'number' : field.kind === 'attribute' ? RUN_ATTRIBUTES[field.name] : 'any';
		if (type === 'number' && token.type !== 'number')
			this.#fail(`${token.text === '' ? 'an empty text' : JSON.stringify(token.text)} is not a number`, token);
		if (type === 'time' && (!isText(token) || Number.isNaN(Date.parse(token.text))))
			this.#fail(`expected a time such as '2026-11-21T08:00:00Z'`, token);
		if (type === 'text' && token.type === 'number') return token.text;
		return token.type === 'number' ? token.value : token.text;
	}

	#name(expected: string): string {
		const token = this.#peek();
		if (token.type !== 'word' && token.type !== 'quoted')
			return this.#fail(`expected ${expected}, found ${token.text === '' ? 'the end' : JSON.stringify(token.text)}`, token);
		this.#next++;
		return token.text;
	}

	#peek(): Token {
		return this.#tokens[this.#next] as Token;
	}

	#takeWord(word: string): boolean {
		const token = this.#peek();
		if (token.type !== 'word' || token.text.toLowerCase() !== word) return false;
		this.#next++;
		return true;
	}

	#takeSymbol(symbol: string): boolean {
		const token = this.#peek();
		if (token.type !== 'symbol' || token.text !== symbol) return false;
		this.#next++;
		return true;
	}

	#fail(reason: string, token: Token): never {
		throw new RunsteadError('invalid-filter', { position: token.at + 1, reason });
	}
}

/** Where a value stands, double quotes hold a text as single ones do; a name cannot stand there. */
function isText(token: Token): boolean {
	return token.type === 'string' || (token.type === 'quoted' && token.mark === '"');
}

const KEYED: Readonly<Record<string, 'tag' | 'property' | 'param'>> = { tags: 'tag', properties: 'property', params: 'param' };

/** What MLflow calls `attributes.run_name`, by our names where they are others. */
const MLFLOW_ATTRIBUTES: Readonly<Record<string, RunAttribute>> = {
	run_id: 'id',
	run_name: 'displayName',
	user_id: 'submittedBy',
	created: 'createdTime',
	start_time: 'startTime',
	end_time: 'endTime',
};

/** What was probably meant by the word that a field begins with. */
function meantField(first: string, rest: readonly { text: string }[]): string {
	const [attribute, ...more] = /^(attributes?|attr|run)$/.test(first) ? rest.map(({ text }) => text) : [first];
	const known = Object.hasOwn(MLFLOW_ATTRIBUTES, attribute ?? '') ? MLFLOW_ATTRIBUTES[attribute ?? ''] : attribute;
	if (more.length === 0 && known !== undefined && Object.hasOwn(RUN_ATTRIBUTES, known)) return ` (did you mean ${known}?)`;
	const meant = nearestNameOrNull(first, rest.length > 0 ? Object.keys(EVERY) : Object.keys(RUN_ATTRIBUTES));
	return meant === null ? '' : ` (did you mean ${[meant, ...rest.map(({ text }) => text)].join('.')}?)`;
}

function fieldOf(first: string, rest: readonly { text: string; quoted: boolean }[]): FilterField | null {
	if (rest.length === 0) return Object.hasOwn(RUN_ATTRIBUTES, first) ? { kind: 'attribute', name: first as RunAttribute } : null;
	const keyed = Object.hasOwn(KEYED, first) ? KEYED[first] : undefined;
	if (keyed) return { kind: keyed, key: rest.map(({ text }) => text).join('.') };
	if (first !== 'metrics') return null;
	const last = rest.at(-1) as { text: string; quoted: boolean };
	const named = rest.length > 1 && !last.quoted && (METRIC_STATISTICS as readonly string[]).includes(last.text);
	const name = (named ? rest.slice(0, -1) : rest).map(({ text }) => text).join('.');
	return { kind: 'metric', name, statistic: named ? (last.text as MetricStatistic) : 'last' };
}
