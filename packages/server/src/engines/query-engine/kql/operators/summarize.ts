/** `summarize`: rows by groups. */
import { aggregateOf } from '../aggregates.ts';
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import { resultColumns } from '../relations.ts';
import type { Column, Relation, Scope } from '../translation.ts';
import type { Translator } from '../translator.ts';
import type { Scalar } from '../values.ts';
import type { Operator } from './operator.ts';

/** The values that an aggregate expression makes: several for `arg_max(x, *)` and `percentiles(x, 5, 95)`. */
export function aggregated(
	expression: SyntaxNode,
	scope: Scope,
	translator: Translator,
	groupedBy: ReadonlySet<string>,
): readonly Scalar[] {
	const { translation } = translator;
	const kind = translation.kindOf(expression);
	if (kind === 'SimpleNamedExpression' || kind === 'CompoundNamedExpression' || kind === 'ParenthesizedExpression')
		return aggregated(expression.Expression, scope, translator, groupedBy);
	const aggregate = kind === 'FunctionCallExpression' ? aggregateOf(expression.Name.SimpleName) : null;
	if (aggregate && scope.environment.get(expression.Name.SimpleName) === undefined)
		return aggregate.many(expression, scope, translator, groupedBy);
	return [translator.scalar(expression, { ...scope, aggregates: scope })];
}

export function grouped(
	source: Relation,
	by: readonly { readonly column: Column; readonly sql: string }[],
	aggregates: readonly { readonly column: Column; readonly sql: string }[],
): Relation {
	const selected = [...by, ...aggregates].map(({ column, sql }) => `${sql} AS ${column.id}`);
	const groups = by.length > 0 ? ` GROUP BY ${by.map((_, index) => index + 1).join(', ')}` : '';
	return {
		sql: `SELECT ${selected.join(', ') || '1'} FROM (${source.sql})${groups}`,
		columns: [...by, ...aggregates].map(({ column }) => column),
		hidden: [],
		order: [],
	};
}

export const summarize: Operator = ({ node, source, scope, translator }) => {
	const names = resultColumns(node);
	let next = 0;
	const column = (value: Scalar): { column: Column; sql: string } => ({
		column: translator.translation.column(names[next++]?.name ?? `Column${next}`, value.type),
		sql: value.sql,
	});
	const by = elementsOf(node.ByClause?.Expressions ?? null).map((one) => column(translator.scalar(one, scope)));
	const groupedBy = new Set(
		elementsOf(node.ByClause?.Expressions ?? null).flatMap((one) =>
			translator.translation.kindOf(one) === 'NameReference' ? [one.SimpleName] : [],
		),
	);
	const inOrder = { ...scope, order: source.order };
	const aggregates = elementsOf(node.Aggregates).flatMap((one) => aggregated(one, inOrder, translator, groupedBy).map(column));
	if (aggregates.length > 0 || by.length === 0) return grouped(source, by, aggregates);
	return grouped(source, by, []);
};
