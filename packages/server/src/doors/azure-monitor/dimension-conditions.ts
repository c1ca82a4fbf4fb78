/**
 * Azure Monitor's filters of dimensions: `ClusterName eq 'a' or ClusterName eq 'b'`, `(A eq 'a' or A eq 'b') and B eq '*'`. A dimension that is
 * named splits the answer, and `'*'` does nothing else. See "Metrics - List" of its REST reference.
 */
import { type DimensionFilter, type DimensionOperator, RunsteadError } from '@runstead/contract';

const OPERATORS: Readonly<Record<string, DimensionOperator>> = { eq: 'eq', ne: 'ne', sw: 'startswith', startswith: 'startswith' };
const TOKEN = /\s*(?:(\()|(\))|'((?:[^']|'')*)'|([^\s()']+))/y;

type Token = { readonly kind: 'open' | 'close' } | { readonly kind: 'text' | 'word'; readonly text: string };

/** @throws {RunsteadError} invalid-request. */
function refuse(filter: string, reason: string): never {
	throw new RunsteadError('invalid-request', {
		what: `The filter ${JSON.stringify(filter)} ${reason}; write ClusterName eq 'a' or ClusterName eq 'b', and ExperimentName eq '*' to split.`,
	});
}

function tokensOf(filter: string): Token[] {
	const tokens: Token[] = [];
	TOKEN.lastIndex = 0;
	const end = filter.trimEnd().length;
	while (TOKEN.lastIndex < end) {
		const at = TOKEN.lastIndex;
		const match = TOKEN.exec(filter);
		if (!match) return refuse(filter, `cannot be read at character ${at + 1}`);
		const [, open, close, quoted, word] = match;
		if (open !== undefined) tokens.push({ kind: 'open' });
		else if (close !== undefined) tokens.push({ kind: 'close' });
		else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll("''", "'") });
		else tokens.push({ kind: 'word', text: word as string });
	}
	return tokens;
}

/** Conditions that all hold, each of one dimension. */
export function parseDimensionConditions(filter: string): { filter: DimensionFilter[]; splitBy: string[] } {
	const tokens = tokensOf(filter);
	let at = 0;
	const isWord = (word: string): boolean => {
		const token = tokens[at];
		return token?.kind === 'word' && token.text.toLowerCase() === word;
	};
	const take = (kind: Token['kind']): Token => {
		const token = tokens[at++];
		return token?.kind === kind ? token : refuse(filter, `has a ${kind} missing`);
	};
	const takeText = (kind: 'word' | 'text'): string => (take(kind) as { text: string }).text;

	const condition = (): DimensionFilter => {
		const dimension = takeText('word');
		const operator = OPERATORS[takeText('word').toLowerCase()] ?? refuse(filter, 'has an operator that is none of eq, ne and sw');
		return { dimension, operator, values: [takeText('text')] };
	};
	/** Conditions joined by `or`: all of one dimension. */
	const alternatives = (): DimensionFilter => {
		const isOpen = tokens[at]?.kind === 'open';
		if (isOpen) at++;
		const first = condition();
		const values = [...first.values];
		while (isWord('or') || (isOpen && isWord('and') && first.operator === 'ne')) {
			at++;
			const next = condition();
			if (next.dimension.toLowerCase() !== first.dimension.toLowerCase() || next.operator !== first.operator)
				refuse(filter, 'joins conditions on several dimensions with "or"');
			values.push(...next.values);
		}
		if (isOpen) take('close');
		return { ...first, values };
	};

	const all: DimensionFilter[] = [];
	if (tokens.length > 0) all.push(alternatives());
	while (at < tokens.length) {
		if (!isWord('and')) refuse(filter, 'has conditions that nothing joins');
		at++;
		all.push(alternatives());
	}
	const isEverything = ({ operator, values }: DimensionFilter): boolean => operator === 'eq' && values.includes('*');
	return { filter: all.filter((one) => !isEverything(one)), splitBy: [...new Set(all.map(({ dimension }) => dimension))] };
}
