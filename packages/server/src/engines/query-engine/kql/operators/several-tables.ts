/** `fork` and `facet`, which end a query with several tables: each of them is made of the same rows. */
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import type { Relation, Scope } from '../translation.ts';
import type { Translator } from '../translator.ts';
import type { Operator } from './operator.ts';

/** Where one stands elsewhere. */
export const onlyAtTheEnd: Operator = ({ node, translator: { translation } }) => {
	const what = translation.kindOf(node) === 'ForkOperator' ? 'fork' : 'facet';
	throw translation.error('unsupported', `Here ${what} is not supported: it ends a query, and stands in no other.`, node);
};

export interface NamedTable {
	/** Null: the query gives it none. */
	readonly name: string | null;
	readonly relation: Relation;
}

/** Null: the query ends with one table, as others do. */
export function severalTablesOrNull(query: SyntaxNode, scope: Scope, translator: Translator): NamedTable[] | null {
	const { translation } = translator;
	if (translation.kindOf(query) !== 'PipeExpression') return null;
	const { Operator } = query;
	const make = { ForkOperator: forked, FacetOperator: faceted }[translation.kindOf(Operator)];
	if (!make) return null;
	const source = translator.relation(query.Expression, scope);
	const rows: Relation = { ...source, sql: `SELECT * FROM ${translation.madeOnce(source.sql)}` };
	return make(Operator, rows, { ...scope, columns: rows.columns, order: rows.order }, translator);
}

function forked(node: SyntaxNode, rows: Relation, scope: Scope, translator: Translator): NamedTable[] {
	return elementsOf(node.Expressions).map((leg) => ({
		name: leg.NameEquals?.Name.SimpleName ?? namedBy(leg.Expression, translator) ?? null,
		relation: translator.apply(leg.Expression, rows, scope),
	}));
}

/** `as` at its end names a table. */
function namedBy(leg: SyntaxNode, { translation }: Translator): string | undefined {
	const last = translation.kindOf(leg) === 'PipeExpression' ? leg.Operator : leg;
	return translation.kindOf(last) === 'AsOperator' ? last.Name.SimpleName : undefined;
}

/** How often each value of each column is there; before them what stands behind `with`. */
function faceted(node: SyntaxNode, rows: Relation, scope: Scope, translator: Translator): NamedTable[] {
	const { translation } = translator;
	const counts = elementsOf(node.Expressions).map((one): Relation => {
		const { sql, type } = translator.scalar(one, scope);
		const [value, count] = [translation.column(one.SimpleName, type), translation.column(`count_${one.SimpleName}`, 'long')];
		return {
			sql: `SELECT ${sql} AS ${value.id}, count(*) AS ${count.id} FROM (${rows.sql}) GROUP BY 1`,
			columns: [value, count],
			hidden: [],
			order: [{ id: value.id, descending: false, nullsFirst: true }],
		};
	});
	const filter = node.WithClause && (node.WithClause.Expression ?? node.WithClause.Operator);
	const all = filter ? [translator.apply(filter, rows, scope), ...counts] : counts;
	return all.map((relation) => ({ name: null, relation }));
}
