/** Expressions of one value. */
import { aggregateOf } from './aggregates.ts';
import { COMPARISONS, comparisonOf, inSql, TEXT_COMPARISONS, textComparison } from './comparisons.ts';
import { SCALAR_FUNCTIONS } from './functions/catalogue.ts';
import { commonType } from './functions/math-functions.ts';
import { convertArguments } from './functions/scalar-function.ts';
import { elementsOf, type SyntaxNode } from './kusto.ts';
import { datetimeTicks, insideOf, timespanTicks } from './literals.ts';
import { type Column, columnSql, type Environment, Environment as NewEnvironment, type Scope } from './translation.ts';
import { isTabular, type Translator } from './translator.ts';
import { constantInteger, constantText, convert, isNumber, type KqlType, kqlTypeOf, nullOf, quoteText, type Scalar } from './values.ts';

type Expression = (node: SyntaxNode, scope: Scope, translator: Translator) => Scalar;

const literal =
	(type: KqlType, read: (text: string) => Scalar | null): Expression =>
	(node) => {
		const text = textOf(node);
		return (/^\w+\(\s*null\s*\)$/i.test(text) || text.toLowerCase() === 'null' ? null : read(text)) ?? nullOf(type);
	};

const textOf = (node: SyntaxNode): string => node.toString().trim();

const number = (type: 'int' | 'long'): Expression =>
	literal(type, (text) => {
		const inside = insideOf(text);
		return /^-?(\d+|0x[\da-f]+)$/i.test(inside)
			? constantInteger(BigInt(inside.replace(/^-/, '')) * (inside.startsWith('-') ? -1n : 1n), type)
			: null;
	});

const ticks = (type: 'datetime' | 'timespan', read: (text: string) => bigint | null): Expression =>
	literal(type, (text) => {
		const value = read(text);
		return value === null ? null : constantInteger(value, type);
	});

const real = literal('real', (text) => {
	const inside = insideOf(text);
	const special = { nan: 'NaN', '+inf': 'Infinity', inf: 'Infinity', '-inf': '-Infinity' }[inside.toLowerCase()];
	if (special) return { sql: `CAST('${special}' AS DOUBLE)`, type: 'real' };
	return Number.isNaN(Number(inside)) ? null : { sql: `CAST(${Number(inside)} AS DOUBLE)`, type: 'real', constant: Number(inside) };
});

const decimal = literal('decimal', (text) =>
	Number.isNaN(Number(insideOf(text))) ? null : { sql: `CAST(${quoteText(insideOf(text))} AS DECIMAL(38,18))`, type: 'decimal' },
);

const binary =
	(sql: (a: Scalar, b: Scalar, node: SyntaxNode, translator: Translator) => Scalar): Expression =>
	(node, scope, translator) =>
		sql(translator.scalar(node.Left, scope), translator.scalar(node.Right, scope), node, translator);

const isTime = ({ type }: Scalar): boolean => type === 'datetime' || type === 'timespan';

/** Numbers of two types are made one; dynamic values are numbers here. */
function numbers(a: Scalar, b: Scalar): { a: string; b: string; type: KqlType } {
	const [left, right] = [isNumber(a.type) ? a : convert(a, 'real'), isNumber(b.type) ? b : convert(b, 'real')];
	const common = commonType([left.type, right.type]);
	const type = common === 'int' ? 'long' : common;
	return { a: convert(left, type).sql, b: convert(right, type).sql, type };
}

const sum = (sign: '+' | '-'): Expression =>
	binary((a, b) => {
		if (isTime(a) || isTime(b)) {
			const [left, right] = [isTime(a) ? a : convert(a, b.type), isTime(b) ? b : convert(b, 'timespan')];
			const bothMoments = left.type === 'datetime' && right.type === 'datetime';
			const type = bothMoments ? 'timespan' : left.type === 'datetime' || right.type === 'datetime' ? 'datetime' : 'timespan';
			return { sql: `(${left.sql} ${sign} ${right.sql})`, type };
		}
		const both = numbers(a, b);
		return { sql: `(${both.a} ${sign} ${both.b})`, type: both.type };
	});

const product = binary((a, b) => {
	const span = a.type === 'timespan' ? a : b.type === 'timespan' ? b : null;
	if (span) {
		const factor = span === a ? b : a;
		return { sql: `CAST(${span.sql} * ${isNumber(factor.type) ? factor.sql : convert(factor, 'real').sql} AS BIGINT)`, type: 'timespan' };
	}
	const both = numbers(a, b);
	return { sql: `(${both.a} * ${both.b})`, type: both.type };
});

const quotient = binary((a, b) => {
	if (a.type === 'timespan' && b.type === 'timespan') return { sql: `(CAST(${a.sql} AS DOUBLE) / ${b.sql})`, type: 'real' };
	if (a.type === 'timespan') return { sql: `CAST(trunc(${a.sql} / CAST(${b.sql} AS DOUBLE)) AS BIGINT)`, type: 'timespan' };
	const both = numbers(a, b);
	if (both.type === 'long') return { sql: `(${both.a} // ${both.b})`, type: 'long' };
	return { sql: `(${both.a} / ${both.b})`, type: both.type };
});

/** Kusto's remainder is never negative. */
const remainder = binary((a, b) => {
	if (isTime(a)) return { sql: `(((${a.sql} % ${b.sql}) + ${b.sql}) % ${b.sql})`, type: 'timespan' };
	const both = numbers(a, b);
	return { sql: `(((${both.a} % ${both.b}) + abs(${both.b})) % abs(${both.b}))`, type: both.type };
});

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

/** `a.b`, where `a` may be the side of a join. */
const path: Expression = (node, scope, translator) => {
	const name = nameOf(node.Selector);
	const side = node.Expression.SimpleName;
	if (side === '$left' || side === '$right')
		return columnSql(findColumn(side === '$left' ? scope.columns : (scope.right ?? []), name, node, translator));
	return { sql: `kql_json(json_extract(${dynamicOf(node.Expression, scope, translator)}, ${quoteText(pointer(name))}))`, type: 'dynamic' };
};

const element: Expression = (node, scope, translator) => {
	const of = dynamicOf(node.Expression, scope, translator);
	const selector = translator.scalar(node.Selector.Expression ?? node.Selector, scope);
	if (typeof selector.constant === 'string')
		return { sql: `kql_json(json_extract(${of}, ${quoteText(pointer(selector.constant))}))`, type: 'dynamic' };
	if (selector.type === 'string') return { sql: `kql_json(json_extract(${of}, kql_key(${selector.sql})))`, type: 'dynamic' };
	if (selector.type === 'dynamic')
		return { sql: `kql_json(json_extract(${of}, kql_key(kql_dynamic_text(${selector.sql}))))`, type: 'dynamic' };
	return {
		sql: `kql_json((kql_list(${of}))[CAST(CASE WHEN ${selector.sql} < 0 THEN ${selector.sql} ELSE ${selector.sql} + 1 END AS BIGINT)])`,
		type: 'dynamic',
	};
};

const pointer = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

const dynamicOf = (node: SyntaxNode, scope: Scope, translator: Translator): string =>
	convert(translator.scalar(node, scope), 'dynamic').sql;

/** The name that a reference or a declaration stands for, also as `['a name']`. */
function nameOf(node: SyntaxNode): string {
	return node.SimpleName ?? String(node.LiteralValue ?? textOf(node));
}

function findColumn(columns: readonly Column[], name: string, node: SyntaxNode, { translation }: Translator): Column {
	const column = columns.find((one) => one.name === name);
	if (!column) throw translation.error('semantic', `There is no column ${name} here.`, node);
	return column;
}

const reference: Expression = (node, scope, translator) => {
	const { translation } = translator;
	const name = node.SimpleName;
	const column = scope.columns.find((one) => one.name === name);
	const symbolKind = node.ReferencedSymbol ? translation.options.parser.symbolKindOf(node.ReferencedSymbol) : 'ColumnSymbol';
	if (column && symbolKind === 'ColumnSymbol') return columnSql(column);
	const binding = scope.environment.get(name);
	if (binding?.kind === 'scalar') return binding.value;
	if (binding?.kind === 'relation') return firstValue(node, scope, translator);
	if (column) return columnSql(column);
	throw translation.error('semantic', `There is no column ${name} here.`, node);
};

/** `toscalar(…)`: the first value of the first row. */
function firstValue(query: SyntaxNode, scope: Scope, translator: Translator): Scalar {
	const { sql, columns } = translator.relation(query, { environment: scope.environment, columns: [] });
	const [first] = columns;
	if (!first) return nullOf('dynamic');
	const value = `(SELECT ${first.id} FROM (${sql}) LIMIT 1)`;
	return { sql: first.type === 'string' ? `coalesce(${value}, '')` : value, type: first.type };
}

const call: Expression = (node, scope, translator) => {
	const { translation } = translator;
	const name = node.Name.SimpleName;
	const binding = scope.environment.get(name);
	if (binding?.kind === 'function') return callScalar(node, binding, scope, translator);
	const aggregate = scope.aggregates && aggregateOf(name);
	if (aggregate && scope.aggregates) return aggregate.one(node, scope.aggregates, translator);
	const found = SCALAR_FUNCTIONS.get(name);
	if (!found) throw translation.unsupported(`The function ${name}()`, node);
	const nodes = elementsOf(node.ArgumentList.Expressions).map((arg) =>
		translation.kindOf(arg) === 'SimpleNamedExpression' ? arg.Expression : arg,
	);
	const typed = nodes.filter((arg) => translation.kindOf(arg) !== 'TypeOfLiteralExpression');
	const args = typed.map((arg) => translator.scalar(arg, scope));
	return found.make({ args: convertArguments(found.parameters, args), nodes: typed, node, scope, translation });
};

/** A function of the query's own: its body, with the arguments in place of the parameters. */
function callScalar(
	node: SyntaxNode,
	{ declaration, environment }: { declaration: SyntaxNode; environment: Environment },
	scope: Scope,
	translator: Translator,
): Scalar {
	const inner = bindParameters(node, declaration, environment, scope, translator);
	return translator.translation.deeper(node, () => {
		const body = node.GetCalledFunctionBody() ?? declaration.Body;
		for (const statement of elementsOf(body.Statements)) bindLet(statement, inner, translator);
		return translator.scalar(body.Expression, { environment: inner, columns: [] });
	});
}

/** The environment of a call: its parameters bound to its arguments, by place or by name. */
export function bindParameters(
	node: SyntaxNode,
	declaration: SyntaxNode,
	environment: Environment,
	scope: Scope,
	translator: Translator,
	first?: () => ReturnType<Translator['relation']>,
): Environment {
	const inner = new NewEnvironment(environment);
	const { translation } = translator;
	const args = elementsOf(node.ArgumentList.Expressions);
	const named = new Map(
		args.flatMap((arg) => (translation.kindOf(arg) === 'SimpleNamedExpression' ? [[arg.Name.SimpleName, arg.Expression] as const] : [])),
	);
	let next = 0;
	for (const [index, parameter] of elementsOf(declaration.Parameters.Parameters).entries()) {
		const { Name, Type } = parameter.NameAndType;
		const name = Name.SimpleName;
		if (index === 0 && first) {
			inner.set(name, { kind: 'relation', make: first });
			continue;
		}
		const arg = named.get(name) ?? args[next++] ?? parameter.DefaultValue?.Value;
		if (!arg) throw translation.error('semantic', `The parameter ${name} has no value.`, node);
		if (translation.kindOf(Type) === 'SchemaTypeExpression')
			inner.set(name, { kind: 'relation', make: () => translator.relation(arg, scope) });
		else inner.set(name, { kind: 'scalar', value: convert(translator.scalar(arg, scope), kqlTypeOf(Type.ReferencedSymbol) ?? 'dynamic') });
	}
	return inner;
}

/** `let name = …`, in the query or in a function. */
export function bindLet(statement: SyntaxNode, environment: Environment, translator: Translator): void {
	const { translation } = translator;
	if (translation.kindOf(statement) !== 'LetStatement') throw translation.unsupported('This statement', statement);
	const name = statement.Name.SimpleName;
	const scope: Scope = { environment: closed(environment), columns: [] };
	const value = statement.Expression;
	if (translation.kindOf(value) === 'FunctionDeclaration')
		environment.set(name, { kind: 'function', declaration: value, environment: scope.environment });
	else if (translation.kindOf(value) === 'MaterializeExpression') {
		const relation = translator.relation(value, scope);
		environment.set(name, { kind: 'relation', make: () => renamed(relation, translator) });
	} else if (isTabular(value)) environment.set(name, { kind: 'relation', make: () => translator.relation(value, scope) });
	else environment.set(name, { kind: 'scalar', value: translator.scalar(value, scope) });
}

/** What was bound before this statement: a later `let` of the same name does not reach back. */
function closed(environment: Environment): Environment {
	return environment.snapshot();
}

/** The same rows under new ids, so that they can be joined to themselves. */
function renamed(relation: ReturnType<Translator['relation']>, { translation }: Translator): ReturnType<Translator['relation']> {
	const columns = relation.columns.map((column) => ({ ...column, id: translation.id() }));
	const ids = columns.map(({ id }, index) => `${relation.columns[index]?.id} AS ${id}`);
	return { sql: `SELECT ${ids.join(', ')} FROM (${relation.sql})`, columns, hidden: [], order: [] };
}

const jsonValue: Expression = (node, scope, translator) => {
	const value = translator.scalar(node, scope);
	return { sql: `coalesce(${convert(value, 'dynamic').sql}, CAST('null' AS JSON))`, type: 'dynamic' };
};

const dynamicLiteral: Expression = (node, scope, translator) => {
	const inside = node.Expression;
	if (translator.translation.kindOf(inside) === 'NullLiteralExpression') return nullOf('dynamic');
	return convert(translator.scalar(inside, scope), 'dynamic');
};

const EXPRESSIONS: Readonly<Record<string, Expression>> = {
	BooleanLiteralExpression: literal('bool', (text) => ({
		sql: /^(bool\()?(true|1)/i.test(text) ? 'true' : 'false',
		type: 'bool',
		constant: /^(bool\()?(true|1)/i.test(text),
	})),
	IntLiteralExpression: number('int'),
	LongLiteralExpression: number('long'),
	RealLiteralExpression: real,
	DecimalLiteralExpression: decimal,
	DateTimeLiteralExpression: ticks('datetime', datetimeTicks),
	TimespanLiteralExpression: ticks('timespan', timespanTicks),
	GuidLiteralExpression: literal('guid', (text) => ({ sql: quoteText(insideOf(text).toLowerCase()), type: 'guid' })),
	StringLiteralExpression: (node) => constantText(String(node.LiteralValue ?? '')),
	CompoundStringLiteralExpression: (node) => constantText(String(node.LiteralValue ?? '')),
	NullLiteralExpression: () => nullOf('dynamic'),
	DynamicExpression: dynamicLiteral,
	JsonObjectExpression: (node, scope, translator) => {
		const pairs = elementsOf(node.Pairs).map((pair) => {
			const name = JSON.parse(JSON.stringify(String((pair.Name as SyntaxNode).ValueText ?? textOf(pair.Name)))) as string;
			return `${quoteText(name)}, ${jsonValue(pair.Value, scope, translator).sql}`;
		});
		return { sql: `CAST(json_object(${pairs.join(', ')}) AS JSON)`, type: 'dynamic' };
	},
	JsonArrayExpression: (node, scope, translator) => ({
		sql: `CAST(json_array(${elementsOf(node.Values)
			.map((value) => jsonValue(value, scope, translator).sql)
			.join(', ')}) AS JSON)`,
		type: 'dynamic',
	}),
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
		const [text, part] = [convert(translator.scalar(node.Left, scope), 'string'), convert(translator.scalar(node.Right, scope), 'string')];
		const sql = textComparison(textCompares.word, text, part);
		return { sql: textCompares.negated ? `(NOT ${sql})` : sql, type: 'bool' };
	}
	const expression = EXPRESSIONS[kind];
	if (!expression) throw translation.unsupported(`${kind.replace(/Expression$/, '')} ("${textOf(node).slice(0, 60)}")`, node);
	return expression(node, scope, translator);
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
