/** Rows that the query itself makes: `range`, `datatable`. */

import type { SyntaxNode } from '../kusto.ts';
import { elementsOf } from '../kusto.ts';
import { resultColumns } from '../relations.ts';
import type { Relation, Scope } from '../translation.ts';
import type { Translator } from '../translator.ts';
import { convert, nullOf } from '../values.ts';

/** Rows that one `range` makes at most. */
const RANGE_MAX = 10_000_000;

export function range(node: SyntaxNode, scope: Scope, translator: Translator): Relation {
	const inner = { ...scope, columns: [] };
	const [from, to, step] = [node.From, node.To, node.Step].map((one) => translator.scalar(one, inner));
	if (!from || !to || !step) throw translator.translation.unsupported('This range', node);
	const type = resultColumns(node)[0]?.type ?? from.type;
	const column = translator.translation.column(node.Name.SimpleName, type);
	const isReal = type === 'real' || type === 'decimal';
	const [first, last, size] = [
		convert(from, type),
		convert(to, type),
		type === 'datetime' ? convert(step, 'timespan') : convert(step, type),
	].map(({ sql }) => sql);
	const count = isReal
		? `CAST(floor((${last} - ${first}) / ${size} + 1e-9) + 1 AS BIGINT)`
		: `((${last} - ${first}) // ${size} + CASE WHEN (${last} - ${first}) % ${size} <> 0 AND ((${last} - ${first}) < 0) <> (${size} < 0) THEN 0 ELSE 1 END)`;
	const tooMany = translator.translation.refusal(`This range makes more than ${RANGE_MAX} rows: the limit of one.`, node);
	const possible = `CASE WHEN (${size} > 0 AND ${last} >= ${first}) OR (${size} < 0 AND ${last} <= ${first}) THEN ${count} ELSE 0 END`;
	const rows = `SELECT CASE WHEN n > ${RANGE_MAX} THEN ${tooMany} ELSE n END AS n FROM (SELECT CAST(${possible} AS BIGINT) AS n)`;
	return {
		sql: `SELECT ${first} + i * ${size} AS ${column.id} FROM (SELECT unnest(range(n)) AS i FROM (${rows}))`,
		columns: [column],
		hidden: [],
		order: [],
	};
}

export function datatable(node: SyntaxNode, scope: Scope, translator: Translator): Relation {
	const { translation } = translator;
	const columns = resultColumns(node).map(({ name, type }) => translation.column(name, type));
	const values = elementsOf(node.Values);
	if (columns.length === 0 || values.length % columns.length !== 0)
		throw translation.error('semantic', `The ${values.length} values do not fill rows of ${columns.length} columns.`, node);
	if (values.length === 0)
		return {
			sql: `SELECT ${columns.map(({ id, type }) => `${nullOf(type).sql} AS ${id}`).join(', ')} LIMIT 0`,
			columns,
			hidden: [],
			order: [],
		};
	const cells = values.map(
		(value, index) => convert(translator.scalar(value, { ...scope, columns: [] }), columns[index % columns.length]?.type ?? 'string').sql,
	);
	const position = translation.id('o');
	const rows = Array.from(
		{ length: values.length / columns.length },
		(_, row) => `(${[...cells.slice(row * columns.length, (row + 1) * columns.length), String(row)].join(', ')})`,
	);
	// Rows come as they are written.
	return {
		sql: `SELECT * FROM (VALUES ${rows.join(', ')}) v(${[...columns.map(({ id }) => id), position].join(', ')})`,
		columns,
		hidden: [position],
		order: [{ id: position, descending: false, nullsFirst: false }],
	};
}
