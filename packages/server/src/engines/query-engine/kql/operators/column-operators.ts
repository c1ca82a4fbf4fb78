/** Operators that choose, make, name and order columns. */
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import { projected, resultColumns } from '../relations.ts';
import type { Column, Relation, Scope } from '../translation.ts';
import type { Translator } from '../translator.ts';
import type { Scalar } from '../values.ts';
import type { Operator } from './operator.ts';
import { namedColumns } from './row-operators.ts';
import { severalColumnsOrNull } from './several-columns.ts';

const project: Operator = ({ node, source, scope, translator }) => {
	const columns = namedColumns(node, elementsOf(node.Expressions), scope, translator);
	return projected(source, columns.map(reused(source)));
};

/** A column that is handed on as it is keeps its id, so that orders by it stay true. */
const reused =
	(source: Relation) =>
	({ column, sql }: { column: Column; sql: string }): { column: Column; sql: string } => {
		const same = source.columns.find(({ id }) => id === sql);
		return same ? { column: { ...column, id: sql }, sql } : { column, sql };
	};

const withoutRepeats = (columns: readonly { column: Column; sql: string }[]): { column: Column; sql: string }[] => {
	const seen = new Set<string>();
	return columns.map(({ column, sql }) => {
		if (!seen.has(column.id)) {
			seen.add(column.id);
			return { column, sql };
		}
		return { column: { ...column, id: `${column.id}_${seen.size}` }, sql };
	});
};

function extended(node: SyntaxNode, source: Relation, scope: Scope, translator: Translator): Relation {
	const { translation } = translator;
	const names = resultColumns(node).map(({ name }) => name);
	const made = new Map<string, { column: Column; sql: string }>();
	const old = new Set(source.columns.map(({ name }) => name));
	const fresh = names.filter((name) => !old.has(name));
	let rows = source.sql;
	const precomputed = (sql: string): string => {
		const id = translation.id('w');
		rows = `SELECT *, ${sql} AS ${id} FROM (${rows})`;
		return id;
	};
	const set = (name: string, { sql, type }: Scalar): void => void made.set(name, { column: translation.column(name, type), sql });
	const add = (name: string, one: SyntaxNode): void => set(name, translator.scalar(one, { ...scope, precomputed }));
	for (const one of elementsOf(node.Expressions)) {
		const kind = translation.kindOf(one);
		const several = severalColumnsOrNull(one, { ...scope, precomputed }, translator);
		if (several) {
			for (const [index, value] of several.values.entries()) {
				const given = several.names[index];
				const next = given === undefined || fresh[0] === given ? fresh.shift() : undefined;
				set(given ?? next ?? `Column${made.size + 1}`, value);
			}
		} else if (kind === 'SimpleNamedExpression') {
			const name = one.Name.SimpleName;
			if (fresh[0] === name) fresh.shift();
			add(name, one.Expression);
		} else if (kind === 'NameReference' && old.has(one.SimpleName)) made.set(one.SimpleName, existing(source, one.SimpleName));
		else add(fresh.shift() ?? `Column${made.size + 1}`, one);
	}
	const columns = source.columns.map((column) => made.get(column.name) ?? { column, sql: column.id });
	const added = [...made].filter(([name]) => !old.has(name)).map(([, value]) => value);
	return projected({ ...source, sql: rows }, [...columns, ...added]);
}

const existing = (source: Relation, name: string): { column: Column; sql: string } => {
	const column = source.columns.find((one) => one.name === name) as Column;
	return { column, sql: column.id };
};

const extend: Operator = ({ node, source, scope, translator }) => extended(node, source, scope, translator);

/** Rows that have no order yet keep the one in which they come, whatever is made over them. */
const serialize: Operator = ({ node, source, scope, translator }) => {
	const numbered = source.order.length > 0 ? source : numberedRows(source, translator);
	if (elementsOf(node.Expressions).length === 0) return numbered;
	return extended(node, numbered, { ...scope, order: numbered.order }, translator);
};

function numberedRows(source: Relation, { translation }: Translator): Relation {
	const id = translation.id('o');
	return {
		...source,
		sql: `SELECT *, row_number() OVER () AS ${id} FROM (${source.sql})`,
		hidden: [...source.hidden, id],
		order: [{ id, descending: false, nullsFirst: false }],
	};
}

/** What is left is what the parser says is left: wildcards and all. */
const chosen: Operator = ({ node, source }) =>
	projected(
		source,
		resultColumns(node).map(({ name }) => existing(source, name)),
	);

const rename: Operator = ({ node, source }) => {
	const columns = resultColumns(node);
	return projected(
		source,
		source.columns.map((column, index) => ({ column: { ...column, name: columns[index]?.name ?? column.name }, sql: column.id })),
	);
};

const print: Operator = ({ node, scope, translator }) => {
	const columns = namedColumns(node, elementsOf(node.Expressions), { ...scope, columns: [] }, translator);
	return {
		sql: `SELECT ${columns.map(({ column, sql }) => `${sql} AS ${column.id}`).join(', ')}`,
		columns: columns.map(({ column }) => column),
		hidden: [],
		order: [],
	};
};

export const COLUMN_OPERATORS: Readonly<Record<string, Operator>> = {
	ProjectOperator: (call) => {
		const relation = project(call);
		const ids = new Set(relation.columns.map(({ id }) => id));
		if (ids.size === relation.columns.length) return relation;
		const repeated = withoutRepeats(
			namedColumns(call.node, elementsOf(call.node.Expressions), call.scope, call.translator).map(reused(call.source)),
		);
		return projected(call.source, repeated);
	},
	ExtendOperator: extend,
	SerializeOperator: serialize,
	ProjectAwayOperator: chosen,
	ProjectKeepOperator: chosen,
	ProjectReorderOperator: chosen,
	ProjectRenameOperator: rename,
	PrintOperator: print,
};
