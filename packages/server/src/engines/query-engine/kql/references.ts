/** What a name, a path or an index stands for: a column, a value bound by `let`, a part of a dynamic value, the first value of a query. */
import { type Expression, textOf } from './expression.ts';
import type { SyntaxNode } from './kusto.ts';
import { type Column, columnSql, type Scope } from './translation.ts';
import type { Translator } from './translator.ts';
import { convert, nullOf, quoteText, type Scalar } from './values.ts';

/** `a.b`, where `a` may be the side of a join. */
export const path: Expression = (node, scope, translator) => {
	const name = nameOf(node.Selector);
	const side = node.Expression.SimpleName;
	if (side === '$left' || side === '$right')
		return columnSql(findColumn(side === '$left' ? scope.columns : (scope.right ?? []), name, node, translator));
	const other = scope.others?.get(side);
	if (other) return columnSql(findColumn(other, name, node, translator));
	return { sql: `kql_json(json_extract(${dynamicOf(node.Expression, scope, translator)}, ${quoteText(pointer(name))}))`, type: 'dynamic' };
};

export const element: Expression = (node, scope, translator) => {
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

export const reference: Expression = (node, scope, translator) => {
	const { translation } = translator;
	const name = node.SimpleName;
	const column = scope.columns.find((one) => one.name === name);
	const symbolKind = node.ReferencedSymbol ? translation.options.parser.symbolKindOf(node.ReferencedSymbol) : 'ColumnSymbol';
	if (column && symbolKind === 'ColumnSymbol') return columnSql(column);
	const binding = scope.environment.get(name);
	if (binding?.kind === 'scalar') return binding.value;
	if (binding?.kind === 'relation') return firstValue(node, scope, translator);
	if (column) return columnSql(column);
	if (node.ReferencedSymbol && symbolKind === 'ColumnSymbol' && scope.columns.length === 0)
		throw translation.error('semantic', `A value that is the same for all rows is wanted here, not the column ${name}.`, node);
	throw translation.error('semantic', `There is no column ${name} here.`, node);
};

/** `toscalar(…)`: the first value of the first row. */
export function firstValue(query: SyntaxNode, scope: Scope, translator: Translator): Scalar {
	const binding = translator.translation.kindOf(query) === 'NameReference' ? scope.environment.get(query.SimpleName) : undefined;
	if (binding?.kind === 'scalar') return binding.value;
	const { sql, columns } = translator.relation(query, { environment: scope.environment, columns: [] });
	const [first] = columns;
	if (!first) return nullOf('dynamic');
	const value = `(SELECT ${first.id} FROM (${sql}) LIMIT 1)`;
	return { sql: first.type === 'string' ? `coalesce(${value}, '')` : value, type: first.type };
}
