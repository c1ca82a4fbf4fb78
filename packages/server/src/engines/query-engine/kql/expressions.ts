/** Expressions of one value. */
import { binary, product, quotient, remainder, sum } from './arithmetic.ts';
import { call } from './bindings.ts';
import { COMPARISONS, comparisonOf, inSql, TEXT_COMPARISONS, textComparison } from './comparisons.ts';
import { type Expression, textOf } from './expression.ts';
import { commonType } from './functions/math-functions.ts';
import { elementsOf, type SyntaxNode } from './kusto.ts';
import { LITERALS } from './literal-expressions.ts';
import { element, firstValue, path, reference } from './references.ts';
import { columnSql, type Scope } from './translation.ts';
import { isTabular, type Translator } from './translator.ts';
import { convert, kqlTypeOf, type Scalar } from './values.ts';

const logical = (word: 'AND' | 'OR'): Expression =>
	binary((a, b) => ({ sql: `(${convert(a, 'bool').sql} ${word} ${convert(b, 'bool').sql})`, type: 'bool' }));

const negated =
	(expression: Expression): Expression =>
	(node, scope, translator) => ({
		sql: `(NOT ${expression(node, scope, translator).sql})`,
		type: 'bool',
	});

const between: Expression = (node, scope, translator) => {
	const value = translator.scalar(node.Left, scope);
	const low = translator.scalar(node.Right.First, scope);
	const second = translator.scalar(node.Right.Second, scope);
	// `between (start .. 1h)`: the end is counted from the start.
	const high: Scalar =
		value.type === 'datetime' && second.type === 'timespan' ? { sql: `(${low.sql} + ${second.sql})`, type: 'datetime' } : second;
	const type = commonType([value.type, low.type, high.type]);
	const [x, from, to] = [value, low, high].map((part) => convert(part, type).sql);
	return { sql: `(${x} BETWEEN ${from} AND ${to})`, type: 'bool' };
};

const within =
	(caseSensitive: boolean): Expression =>
	(node, scope, translator) => ({ sql: inSql(node, scope, translator, caseSensitive), type: 'bool' });

const hasTerms =
	(word: 'OR' | 'AND'): Expression =>
	(node, scope, translator) => {
		const text = convert(translator.scalar(node.Left, scope), 'string');
		const terms = elementsOf(node.Right.Expressions);
		const [first] = terms;
		if (first && isTabular(first)) throw translator.translation.unsupported('A table of terms', first);
		const parts = terms.map((term) => {
			const value = translator.scalar(term, scope);
			if (value.type !== 'dynamic') return textComparison('has', text, convert(value, 'string'));
			const each = `list_transform(kql_list(${value.sql}), lambda e: kql_has(${text.sql}, kql_dynamic_text(e)))`;
			return word === 'OR' ? `coalesce(list_bool_or(${each}), false)` : `coalesce(list_bool_and(${each}), true)`;
		});
		return { sql: `(${parts.join(` ${word} `)})`, type: 'bool' };
	};

const EXPRESSIONS: Readonly<Record<string, Expression>> = {
	...LITERALS,
	NameReference: reference,
	ParenthesizedExpression: (node, scope, translator) => translator.scalar(node.Expression, scope),
	PathExpression: path,
	ElementExpression: element,
	SimpleNamedExpression: (node, scope, translator) => translator.scalar(node.Expression, scope),
	FunctionCallExpression: call,
	ToScalarExpression: (node, scope, translator) => firstValue(node.Expression, scope, translator),
	PipeExpression: firstValue,
	UnaryPlusExpression: (node, scope, translator) => translator.scalar(node.Expression, scope),
	UnaryMinusExpression: (node, scope, translator) => {
		const value = translator.scalar(node.Expression, scope);
		const constant = typeof value.constant === 'bigint' || typeof value.constant === 'number' ? { constant: -value.constant } : {};
		return { sql: `(-${value.sql})`, type: value.type === 'dynamic' ? 'real' : value.type, ...constant };
	},
	AddExpression: sum('+'),
	SubtractExpression: sum('-'),
	MultiplyExpression: product,
	DivideExpression: quotient,
	ModuloExpression: remainder,
	AndExpression: logical('AND'),
	OrExpression: logical('OR'),
	BetweenExpression: between,
	NotBetweenExpression: negated(between),
	InExpression: within(true),
	InCsExpression: within(false),
	NotInExpression: negated(within(true)),
	NotInCsExpression: negated(within(false)),
	HasAnyExpression: hasTerms('OR'),
	HasAllExpression: hasTerms('AND'),
};

/** Any expression, as the type that the parser says it has. */
export function translateScalar(node: SyntaxNode, scope: Scope, translator: Translator): Scalar {
	const value = translateAny(node, scope, translator);
	const expected = kqlTypeOf(node.ResultType);
	return expected === null || expected === value.type || translator.translation.kindOf(node) === 'NameReference'
		? value
		: convert(value, expected);
}

function translateAny(node: SyntaxNode, scope: Scope, translator: Translator): Scalar {
	const { translation } = translator;
	const kind = translation.kindOf(node);
	const compares = COMPARISONS[kind];
	if (compares)
		return {
			sql: comparisonOf(compares, translator.scalar(node.Left, scope), translator.scalar(node.Right, scope), 'value'),
			type: 'bool',
		};
	const textCompares = TEXT_COMPARISONS[kind];
	if (textCompares) {
		const value = convert(translator.scalar(node.Right, scope), 'string');
		const part = textCompares.word === 'matches' ? translation.pattern(value, node.Right) : value;
		const compared = textsOf(node.Left, scope, translator).map((text) => textComparison(textCompares.word, text, part));
		const sql = `(${compared.join(' OR ')})`;
		return { sql: textCompares.negated ? `(NOT ${sql})` : sql, type: 'bool' };
	}
	const expression = EXPRESSIONS[kind];
	if (!expression) throw translation.unsupported(`${kind.replace(/Expression$/, '')} ("${textOf(node).slice(0, 60)}")`, node);
	return expression(node, scope, translator);
}

/** What stands left of a comparison of texts: `*` is every column. */
function textsOf(node: SyntaxNode, scope: Scope, translator: Translator): Scalar[] {
	if (translator.translation.kindOf(node) !== 'StarExpression') return [convert(translator.scalar(node, scope), 'string')];
	return scope.columns.map((column) => convert(columnSql(column), 'string'));
}

/** A condition of `where`: null counts as false, so that comparisons can be plain ones. */
export function translateCondition(node: SyntaxNode, scope: Scope, translator: Translator): string {
	const kind = translator.translation.kindOf(node);
	if (kind === 'ParenthesizedExpression') return translateCondition(node.Expression, scope, translator);
	if (kind === 'AndExpression' || kind === 'OrExpression') {
		const [left, right] = [translateCondition(node.Left, scope, translator), translateCondition(node.Right, scope, translator)];
		return `(${left} ${kind === 'AndExpression' ? 'AND' : 'OR'} ${right})`;
	}
	const compares = COMPARISONS[kind];
	if (compares) return comparisonOf(compares, translator.scalar(node.Left, scope), translator.scalar(node.Right, scope), 'condition');
	return convert(translator.scalar(node, scope), 'bool').sql;
}
