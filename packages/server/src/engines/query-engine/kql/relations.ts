/** Making relations: what the operators have in common. */
import type { KustoSymbol, SyntaxNode } from './kusto.ts';
import { type Column, type OrderTerm, orderSql, type Relation, type Translation } from './translation.ts';
import { convert, type KqlType, kqlTypeOf, type Scalar } from './values.ts';

/** The ids that a step has to hand on: what is seen, and what the order needs. */
export const idsOf = ({ columns, hidden }: Relation): string[] => [...columns.map(({ id }) => id), ...hidden];

/** The rows with other columns; the columns that the order needs are carried along. */
export function projected(source: Relation, columns: readonly { readonly column: Column; readonly sql: string }[]): Relation {
	const kept = new Set(columns.filter(({ column, sql }) => column.id === sql).map(({ column }) => column.id));
	const hidden = [...new Set(source.order.map(({ id }) => id))].filter((id) => !kept.has(id));
	const selected = [...columns.map(({ column, sql }) => (column.id === sql ? sql : `${sql} AS ${column.id}`)), ...hidden];
	return {
		sql: `SELECT ${selected.length > 0 ? selected.join(', ') : '1'} FROM (${source.sql})`,
		columns: columns.map(({ column }) => column),
		hidden,
		order: source.order,
	};
}

/** The rows for which a condition holds, or that many of them. */
export function restricted(source: Relation, clause: string): Relation {
	return { ...source, sql: `SELECT * FROM (${source.sql}) ${clause}` };
}

/** So many of the first rows, in their order. */
export function limited(source: Relation, count: string): Relation {
	return restricted(source, `${orderSql(source.order)} LIMIT ${count}`);
}

export function ordered(
	source: Relation,
	terms: readonly { readonly value: Scalar; readonly descending: boolean; readonly nullsFirst: boolean }[],
	translation: Translation,
): Relation {
	const own = new Set(source.columns.map(({ id }) => id));
	const order: OrderTerm[] = [];
	const added: string[] = [];
	for (const { value, descending, nullsFirst } of terms) {
		const sortable = value.type === 'dynamic' ? convert(value, 'string').sql : value.sql;
		const isThere = own.has(sortable);
		const id = isThere ? sortable : translation.id('o');
		if (!isThere) added.push(`${sortable} AS ${id}`);
		order.push({ id, descending, nullsFirst, isReal: value.type === 'real' });
	}
	const keys = order.map(({ id }) => id).filter((id) => !own.has(id));
	if (added.length === 0)
		return { sql: `SELECT ${[...own].join(', ') || '1'} FROM (${source.sql})`, columns: source.columns, hidden: [], order };
	return { sql: `SELECT ${[...own, ...added].join(', ')} FROM (${source.sql})`, columns: source.columns, hidden: keys, order };
}

/** The columns that the parser says an operator has. */
export function resultColumns(node: SyntaxNode): { name: string; type: KqlType }[] {
	const columns = (node.ResultType as KustoSymbol | null)?.Columns;
	return Array.from({ length: columns?.Count ?? 0 }, (_, index) => {
		const column = (columns as NonNullable<typeof columns>).getItem(index);
		return { name: column.Name, type: kqlTypeOf(column.Type) ?? 'dynamic' };
	});
}
