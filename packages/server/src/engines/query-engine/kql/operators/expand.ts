/** `mv-expand` and `mv-apply`: a row for each element of arrays and bags. */
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import { idsOf, projected, resultColumns } from '../relations.ts';
import type { Column, Relation, Scope } from '../translation.ts';
import type { Translator } from '../translator.ts';
import { convert, type KqlType, kqlTypeOf, SQL_TYPES } from '../values.ts';
import { type Operator, parameterOf } from './operator.ts';

interface Expansion {
	readonly name: string;
	readonly type: KqlType;
	/** The list of its elements, and an element as the type it is wanted as. */
	readonly items: string;
}

function expansionsOf(node: SyntaxNode, scope: Scope, translator: Translator): Expansion[] {
	const { translation } = translator;
	// Each pair of a bag is a bag of its own, or an array of its name and its value.
	const items = (parameterOf(node, 'kind') ?? parameterOf(node, 'bagexpansion')) === 'array' ? 'kql_item_pairs' : 'kql_items';
	return elementsOf(node.Expressions).map((one, index) => {
		const inner = one.Expression;
		const named = translation.kindOf(inner) === 'SimpleNamedExpression';
		const expression = named ? inner.Expression : inner;
		const name = named
			? inner.Name.SimpleName
			: translation.kindOf(expression) === 'NameReference'
				? expression.SimpleName
				: (resultColumns(node).at(-1)?.name ?? `Column${index + 1}`);
		const types = one.ToTypeOf ? elementsOf(one.ToTypeOf.TypeOf.Types) : [];
		const value = translator.scalar(expression, scope);
		const type = types[0] ? (kqlTypeOf(types[0].ReferencedSymbol) ?? 'dynamic') : 'dynamic';
		return { name, type, items: `${items}(${convert(value, 'dynamic').sql})` };
	});
}

interface Expanded {
	readonly relation: Relation;
	readonly index: Column;
}

/** The rows with one element of each list; lists that are expanded together go in step, the shorter ones with nulls at their end. */
function expanded(source: Relation, expansions: readonly Expansion[], translator: Translator, limit: string | null): Expanded {
	const { translation } = translator;
	const index = translation.column('', 'long');
	const lists = expansions.map(() => translation.id('l'));
	const listed = `SELECT ${[...idsOf(source), ...expansions.map(({ items }, at) => `${items} AS ${lists[at]}`)].join(', ')} FROM (${source.sql})`;
	const size = `greatest(${lists.map((list) => `coalesce(len(${list}), 1)`).join(', ')})`;
	const count = limit === null ? size : `least(${size}, ${limit})`;
	const rows = `SELECT *, unnest(range(${count})) AS ${index.id} FROM (${listed})`;
	const made = expansions.map(({ name, type }, at) => {
		const element = convert({ sql: `${lists[at]}[${index.id} + 1]`, type: 'dynamic' }, type);
		return { column: translation.column(name, type), sql: type === 'string' ? element.sql : `CAST(${element.sql} AS ${SQL_TYPES[type]})` };
	});
	const names = new Map(made.map((one) => [one.column.name, one]));
	const kept = source.columns.map((column) => names.get(column.name) ?? { column, sql: column.id });
	const old = new Set(source.columns.map(({ name }) => name));
	const fresh = made.filter(({ column }) => !old.has(column.name));
	return { relation: projected({ ...source, sql: rows }, [...kept, ...fresh, { column: index, sql: index.id }]), index };
}

const withoutColumn = (relation: Relation, id: string): Relation => ({
	...relation,
	columns: relation.columns.filter((column) => column.id !== id),
});

export const mvExpand: Operator = ({ node, source, scope, translator }) => {
	const limit = node.RowLimitClause ? translator.scalar(node.RowLimitClause.RowLimit, { ...scope, columns: [] }).sql : null;
	const { relation, index } = expanded(source, expansionsOf(node, scope, translator), translator, limit);
	const indexName = parameterOf(node, 'with_itemindex') ?? parameterOf(node, 'with_item_index');
	const columns = relation.columns.filter((column) => column.id !== index.id);
	const named = indexName === null ? columns : [...columns, { ...index, name: indexName }];
	return { ...relation, columns: named, hidden: indexName === null ? [...relation.hidden, index.id] : relation.hidden };
};

/** The subquery runs over the elements of each row by itself; what it gives is put beside the row. */
export const mvApply: Operator = ({ node, source, scope, translator }) => {
	const { translation } = translator;
	const expansions = expansionsOf(node, scope, translator);
	const limit = node.RowLimitClause ? translator.scalar(node.RowLimitClause.RowLimit, { ...scope, columns: [] }).sql : null;
	// Elements as a relation of their own, with the columns of the row around as constants.
	const index = translation.id();
	const lists = expansions.map(() => translation.id('l'));
	const size = `greatest(${lists.map((list) => `coalesce(len(${list}), 0)`).join(', ')})`;
	const outer = `SELECT ${[...idsOf(source), ...expansions.map(({ items }, at) => `${items} AS ${lists[at]}`)].join(', ')} FROM (${source.sql})`;
	const made = expansions.map(({ name, type }, at) => ({
		column: translation.column(name, type),
		sql: convert({ sql: `${lists[at]}[${index} + 1]`, type: 'dynamic' }, type).sql,
	}));
	const names = new Set(made.map(({ column }) => column.name));
	const around = source.columns
		.filter(({ name }) => !names.has(name))
		.map((column) => ({ column: translation.column(column.name, column.type), sql: column.id }));
	const itemIndex = parameterOf(node, 'with_itemindex');
	const indexed = itemIndex === null ? [] : [{ column: translation.column(itemIndex, 'long'), sql: index }];
	const all = [...around, ...made, ...indexed];
	const elements: Relation = {
		sql: `SELECT ${all.map(({ column, sql }) => `${sql} AS ${column.id}`).join(', ')} FROM (SELECT unnest(range(${limit === null ? size : `least(${size}, ${limit})`})) AS ${index})`,
		columns: all.map(({ column }) => column),
		hidden: [],
		order: [],
	};
	const result = translation.forEachRow(() =>
		translator.apply(node.Subquery.Expression, elements, { environment: scope.environment, columns: elements.columns }),
	);
	// What the subquery hands on of the row around is not put beside it twice.
	const fromAround = new Set(around.map(({ column }) => column.id));
	const added = result.columns.filter(({ id }) => !fromAround.has(id));
	const expected = new Set(resultColumns(node).map(({ name }) => name));
	const kept = source.columns.filter(({ name }) => expected.has(name) && !added.some((column) => column.name === name));
	const byName = new Map([...kept, ...added].map((column) => [column.name, column]));
	const columns = resultColumns(node).flatMap(({ name }) => byName.get(name) ?? []);
	const rows = `SELECT * FROM (${outer}) AS ${translation.id('r')}, LATERAL (${result.sql})`;
	return withoutColumn(
		projected(
			{ sql: rows, columns: [...source.columns, ...added], hidden: source.hidden, order: source.order },
			columns.map((column) => ({ column, sql: column.id })),
		),
		'',
	);
};
