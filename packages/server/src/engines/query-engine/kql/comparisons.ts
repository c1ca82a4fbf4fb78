/** Comparisons: of values that may be null, of texts by case, part, term and pattern, and with lists. */
import { commonType } from './functions/math-functions.ts';
import { elementsOf, type SyntaxNode } from './kusto.ts';
import type { Scope } from './translation.ts';
import { isTabular, type Translator } from './translator.ts';
import { convert, quoteText, type Scalar } from './values.ts';

/** Keys of a join: there a null is the same as another. */
export function sameKey(left: Scalar, right: Scalar): string {
	const [a, b] = comparable(left, right);
	return a.type === 'string' ? `(${a.sql} = ${b.sql})` : `(${a.sql} IS NOT DISTINCT FROM ${b.sql})`;
}

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

export const COMPARISONS: Readonly<Record<string, Comparison>> = {
	EqualExpression: '=',
	NotEqualExpression: '<>',
	LessThanExpression: '<',
	LessThanOrEqualExpression: '<=',
	GreaterThanExpression: '>',
	GreaterThanOrEqualExpression: '>=',
};

/**
 * Two nulls are neither equal nor unequal (null); one null is unequal to any value. In a condition, where null is as good as false,
 * plain SQL says the same and is understood by indexes.
 */
export function comparisonOf(comparison: Comparison, left: Scalar, right: Scalar, use: 'value' | 'condition'): string {
	const [a, b] = comparable(left, right);
	const sql = comparedSql(comparison, a, b, use);
	const side = notNumberSide(comparison, a, b);
	if (a.type !== 'real' || side.constant !== undefined) return sql;
	return comparison === '<>' ? `(${sql} OR isnan(${side.sql}))` : `(${sql} AND NOT isnan(${side.sql}))`;
}

/** Where NaN would be told otherwise: to SQL it is above any number and equal to itself, to Kusto neither. A constant is a number. */
function notNumberSide(comparison: Comparison, a: Scalar, b: Scalar): Scalar {
	if (comparison === '>' || comparison === '>=') return a;
	if (comparison === '<' || comparison === '<=') return b;
	return a.constant === undefined ? b : a;
}

function comparedSql(comparison: Comparison, a: Scalar, b: Scalar, use: 'value' | 'condition'): string {
	const cannotBeNull = (value: Scalar): boolean => value.type === 'string' || value.constant !== undefined;
	if ((comparison !== '=' && comparison !== '<>') || (cannotBeNull(a) && cannotBeNull(b))) return `(${a.sql} ${comparison} ${b.sql})`;
	if (use === 'condition') return comparison === '=' ? `(${a.sql} = ${b.sql})` : `(${a.sql} IS DISTINCT FROM ${b.sql})`;
	const sql = `(${a.sql} IS ${comparison === '=' ? 'NOT ' : ''}DISTINCT FROM ${b.sql})`;
	return cannotBeNull(a) || cannotBeNull(b) ? sql : `(CASE WHEN ${a.sql} IS NOT NULL OR ${b.sql} IS NOT NULL THEN ${sql} END)`;
}

/** A dynamic value is compared as what it is compared with. */
function comparable(left: Scalar, right: Scalar): [Scalar, Scalar] {
	if (left.type === right.type) return left.type === 'dynamic' ? [convert(left, 'string'), convert(right, 'string')] : [left, right];
	if (left.type === 'dynamic') return [convert(left, right.type), right];
	if (right.type === 'dynamic') return [left, convert(right, left.type)];
	const type = left.type === 'string' ? right.type : right.type === 'string' ? left.type : commonType([left.type, right.type]);
	return [convert(left, type), convert(right, type)];
}

type TextWord =
	| 'equal'
	| 'has'
	| 'hasCs'
	| 'hasPrefix'
	| 'hasPrefixCs'
	| 'hasSuffix'
	| 'hasSuffixCs'
	| 'contains'
	| 'containsCs'
	| 'startsWith'
	| 'startsWithCs'
	| 'endsWith'
	| 'endsWithCs'
	| 'matches';

const words: readonly (readonly [string, TextWord])[] = [
	['Has', 'has'],
	['HasCs', 'hasCs'],
	['HasPrefix', 'hasPrefix'],
	['HasPrefixCs', 'hasPrefixCs'],
	['HasSuffix', 'hasSuffix'],
	['HasSuffixCs', 'hasSuffixCs'],
	['Contains', 'contains'],
	['ContainsCs', 'containsCs'],
	['StartsWith', 'startsWith'],
	['StartsWithCs', 'startsWithCs'],
	['EndsWith', 'endsWith'],
	['EndsWithCs', 'endsWithCs'],
];

export const TEXT_COMPARISONS: Readonly<Record<string, { readonly word: TextWord; readonly negated: boolean }>> = {
	EqualTildeExpression: { word: 'equal', negated: false },
	BangTildeExpression: { word: 'equal', negated: true },
	MatchesRegexExpression: { word: 'matches', negated: false },
	...Object.fromEntries(
		words.flatMap(([name, word]) => [
			[`${name}Expression`, { word, negated: false }],
			[`Not${name}Expression`, { word, negated: true }],
		]),
	),
};

const escaped = (text: string): string => text.replace(/[\\.+*?()[\]{}^$|]/g, '\\$&');
const START = '(?:^|[^\\pL\\pN])';
const END = '(?:$|[^\\pL\\pN])';

/** A term that is a literal is looked for as a part first, which is several times quicker than the pattern. */
function term(
	text: string,
	{ constant, sql }: Scalar,
	options: { prefix: boolean; suffix: boolean; sensitive: boolean },
	macro: string,
): string {
	if (typeof constant !== 'string') return `${macro}(${text}, ${sql})`;
	if (constant === '') return 'true';
	const found = options.sensitive
		? `contains(${text}, ${quoteText(constant)})`
		: `contains(lower(${text}), ${quoteText(constant.toLowerCase())})`;
	const pattern = `${options.sensitive ? '' : '(?i)'}${options.prefix ? START : ''}${escaped(constant)}${options.suffix ? END : ''}`;
	return `(${found} AND regexp_matches(${text}, ${quoteText(pattern)}))`;
}

const TEXT_SQL: Readonly<Record<TextWord, (text: string, part: Scalar) => string>> = {
	equal: (text, { sql }) => `(lower(${text}) = lower(${sql}))`,
	has: (text, part) => term(text, part, { prefix: true, suffix: true, sensitive: false }, 'kql_has'),
	hasCs: (text, part) => term(text, part, { prefix: true, suffix: true, sensitive: true }, 'kql_has_cs'),
	hasPrefix: (text, part) => term(text, part, { prefix: true, suffix: false, sensitive: false }, 'kql_has_prefix'),
	hasPrefixCs: (text, part) => term(text, part, { prefix: true, suffix: false, sensitive: true }, 'kql_has_prefix_cs'),
	hasSuffix: (text, part) => term(text, part, { prefix: false, suffix: true, sensitive: false }, 'kql_has_suffix'),
	hasSuffixCs: (text, part) => term(text, part, { prefix: false, suffix: true, sensitive: true }, 'kql_has_suffix_cs'),
	contains: (text, { sql }) => `contains(lower(${text}), lower(${sql}))`,
	containsCs: (text, { sql }) => `contains(${text}, ${sql})`,
	startsWith: (text, { sql }) => `starts_with(lower(${text}), lower(${sql}))`,
	startsWithCs: (text, { sql }) => `starts_with(${text}, ${sql})`,
	endsWith: (text, { sql }) => `ends_with(lower(${text}), lower(${sql}))`,
	endsWithCs: (text, { sql }) => `ends_with(${text}, ${sql})`,
	matches: (text, { sql }) => `regexp_matches(${text}, ${sql})`,
};

export function textComparison(word: TextWord, text: Scalar, part: Scalar): string {
	return TEXT_SQL[word](text.sql, part);
}

/** `in` and `in~`: values, dynamic arrays of them, or the first column of a query. */
export function inSql(node: SyntaxNode, scope: Scope, translator: Translator, caseSensitive: boolean): string {
	const left = translator.scalar(node.Left, scope);
	const fold = (value: Scalar): string => (caseSensitive || value.type !== 'string' ? value.sql : `lower(${value.sql})`);
	const value = left.type === 'dynamic' ? convert(left, 'string') : left;
	const options = elementsOf(node.Right.Expressions);
	const parts: string[] = [];
	const single: string[] = [];
	for (const option of options) {
		if (isTabular(option)) {
			const { sql, columns } = translator.relation(option, { environment: scope.environment, columns: [] });
			const [first] = columns;
			if (first) parts.push(`(${fold(value)} IN (SELECT ${fold(convert({ sql: first.id, type: first.type }, value.type))} FROM (${sql})))`);
			continue;
		}
		const one = translator.scalar(option, scope);
		if (one.type === 'dynamic') {
			const element = fold(convert({ sql: 'e', type: 'dynamic' }, value.type));
			parts.push(`list_contains(list_transform(coalesce(kql_list(${one.sql}), [${one.sql}]), lambda e: ${element}), ${fold(value)})`);
		} else single.push(fold(convert(one, value.type)));
	}
	if (single.length > 0) parts.push(`(${fold(value)} IN (${single.join(', ')}))`);
	if (parts.length === 0) return 'false';
	return `coalesce(${parts.join(' OR ')}, false)`;
}
