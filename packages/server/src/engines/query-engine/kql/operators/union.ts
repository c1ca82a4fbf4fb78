/** `union` and `search`: rows of several tables, one under the other. */
import { textComparison } from '../comparisons.ts';
import { elementsOf, type KustoSymbol, type SyntaxNode } from '../kusto.ts';
import { resultColumns } from '../relations.ts';
import type { Column, Relation, Scope } from '../translation.ts';
import type { Translator } from '../translator.ts';
import { convert, nullOf, quoteText, type Scalar } from '../values.ts';
import { type Operator, parameterOf } from './operator.ts';

interface Leg {
	readonly name: string;
	readonly relation: Relation;
}

/** The tables that a name or a wildcard stands for. */
export function legsOf(node: SyntaxNode, index: number, scope: Scope, translator: Translator): Leg[] {
	const { translation } = translator;
	const kind = translation.kindOf(node);
	if (kind === 'ParenthesizedExpression') return legsOf(node.Expression, index, scope, translator);
	const symbol = node.ReferencedSymbol;
	if (kind === 'NameReference' && node.SimpleName?.includes('*')) {
		const members: KustoSymbol[] = symbol?.Members
			? Array.from({ length: symbol.Members.Count }, (_, index) => (symbol.Members as NonNullable<typeof symbol.Members>).getItem(index))
			: symbol
				? [symbol]
				: [];
		return members.map(({ Name }) => ({ name: Name, relation: tableRelation(Name, translator, node) }));
	}
	// A fuzzy union leaves out what is not there.
	if (kind === 'NameReference' && !symbol) return [];
	return [{ name: kind === 'NameReference' ? node.SimpleName : `union_arg${index}`, relation: translator.relation(node, scope) }];
}

export function tableRelation(name: string, { translation }: Translator, node: SyntaxNode): Relation {
	const table = translation.options.tables.get(name);
	if (!table) throw translation.error('semantic', `There is no table ${name}.`, node);
	translation.tablesRead.add(table.name);
	const columns = table.columns.map(({ name: column, type }) => translation.column(column, type));
	const selected = columns.map(({ id, name: column }) => `"${column}" AS ${id}`);
	return { sql: `SELECT ${selected.join(', ')} FROM (${translation.options.rowsOf(table)})`, columns, hidden: [], order: [] };
}

/** The column of a leg that belongs to a column of the whole; of two types under one name, each has its own. */
function columnFor(leg: Relation, name: string, type: string): Column | undefined {
	return (
		leg.columns.find((column) => column.name === name && column.type === type) ??
		leg.columns.find((column) => `${column.name}_${column.type}` === name && column.type === type)
	);
}

export function stacked(
	legs: readonly Leg[],
	names: readonly { name: string; type: Column['type'] }[],
	sourceColumn: string | null,
	{ translation }: Translator,
): Relation {
	const columns = names.map(({ name, type }) => translation.column(name, type));
	if (legs.length === 0)
		return {
			sql: `SELECT ${columns.map(({ id, type }) => `${nullOf(type).sql} AS ${id}`).join(', ') || '1'} LIMIT 0`,
			columns,
			hidden: [],
			order: [],
		};
	const selects = legs.map(({ name, relation }) => {
		const values = columns.map((column) => {
			if (column.name === sourceColumn) return `${quoteText(name)} AS ${column.id}`;
			return `${columnFor(relation, column.name, column.type)?.id ?? nullOf(column.type).sql} AS ${column.id}`;
		});
		return `SELECT ${values.join(', ') || '1'} FROM (${relation.sql})`;
	});
	return { sql: selects.join(' UNION ALL '), columns, hidden: [], order: [] };
}

export const union: Operator = ({ node, source, scope, translator }) => {
	const piped: Leg[] = source.columns.length > 0 ? [{ name: 'union_arg0', relation: source }] : [];
	const inner = { environment: scope.environment, columns: [] };
	const legs = [...piped, ...elementsOf(node.Expressions).flatMap((one, index) => legsOf(one, piped.length + index, inner, translator))];
	return stacked(legs, resultColumns(node), parameterOf(node, 'withsource') ?? parameterOf(node, 'with_source'), translator);
};

/** The condition of a search: texts alone are sought in every column, a text beside a column as a term of it. */
export function searchCondition(node: SyntaxNode, scope: Scope, translator: Translator, caseSensitive: boolean): string {
	const { translation } = translator;
	const kind = translation.kindOf(node);
	if (kind === 'ParenthesizedExpression') return searchCondition(node.Expression, scope, translator, caseSensitive);
	if (kind === 'AndExpression' || kind === 'OrExpression')
		return `(${searchCondition(node.Left, scope, translator, caseSensitive)} ${kind === 'AndExpression' ? 'AND' : 'OR'} ${searchCondition(node.Right, scope, translator, caseSensitive)})`;
	if (kind === 'StarExpression') return 'true';
	if (kind === 'FunctionCallExpression' && node.Name.SimpleName === 'not')
		return `(NOT ${searchCondition(elementsOf(node.ArgumentList.Expressions)[0] as SyntaxNode, scope, translator, caseSensitive)})`;
	if (kind === 'StringLiteralExpression' || kind === 'CompoundStringLiteralExpression') {
		const term = translator.scalar({ ...literalOf(node) } as SyntaxNode, scope);
		return anyColumn(String(term.constant ?? ''), scope, caseSensitive);
	}
	if (kind === 'SearchExpression') {
		const column = convert(translator.scalar(node.Left, scope), 'string');
		return searched(column, String(node.Right.LiteralValue ?? ''), caseSensitive);
	}
	return translator.condition(node, scope);
}

const literalOf = (node: SyntaxNode): Pick<SyntaxNode, 'Kind' | 'LiteralValue' | 'ResultType'> => ({
	Kind: node.Kind,
	LiteralValue: node.LiteralValue,
	ResultType: null,
});

/** `*` stands for any characters. */
function searched(text: Scalar, term: string, caseSensitive: boolean): string {
	if (term === '*') return 'true';
	const [prefix, suffix] = [term.endsWith('*'), term.startsWith('*')];
	const bare = term.replace(/^\*|\*$/g, '');
	const part: Scalar = { sql: quoteText(bare), type: 'string', constant: bare };
	if (bare.includes('*'))
		return `regexp_matches(${text.sql}, ${quoteText(
			`(?${caseSensitive ? '' : 'i'}s)${bare
				.split('*')
				.map((piece) => piece.replace(/[\\.+*?()[\]{}^$|]/g, '\\$&'))
				.join('.*')}`,
		)})`;
	const word = prefix && suffix ? 'contains' : prefix ? 'hasPrefix' : suffix ? 'hasSuffix' : 'has';
	return textComparison(caseSensitive ? `${word}Cs` : word, text, part);
}

/** The columns as one text, with a character between them that no term has: looked through once. */
function anyColumn(term: string, { columns }: Scope, caseSensitive: boolean): string {
	const texts = columns.filter(({ id }) => /^c\d+$/.test(id)).map(({ id, type }) => convert({ sql: id, type }, 'string').sql);
	return texts.length > 0 ? searched({ sql: `concat_ws(chr(31), ${texts.join(', ')})`, type: 'string' }, term, caseSensitive) : 'false';
}

export const allTables = (translator: Translator, node: SyntaxNode): Leg[] =>
	[...translator.translation.options.tables.keys()].map((name) => ({ name, relation: tableRelation(name, translator, node) }));

export const search: Operator = ({ node, source, scope, translator }) => {
	const inner = { environment: scope.environment, columns: [] };
	const caseSensitive = parameterOf(node, 'kind') === 'case_sensitive';
	const names = resultColumns(node);
	const legs: Leg[] = node.InClause
		? elementsOf(node.InClause.Expressions).flatMap((one, index) => legsOf(one, index, inner, translator))
		: source.columns.length > 0
			? [{ name: 'search_arg0', relation: source }]
			: allTables(translator, node);
	// Each table is searched by itself, so that only columns that it has are looked at.
	const found = legs.map(({ name, relation }) => ({
		name,
		relation: {
			...relation,
			sql: `SELECT * FROM (${relation.sql}) WHERE ${searchCondition(node.Condition, { ...inner, columns: padColumns(relation, names) }, translator, caseSensitive)}`,
		},
	}));
	return stacked(found, names, '$table', translator);
};

/** A column that this table does not have is empty in it. */
export function padColumns(relation: Relation, names: readonly { name: string; type: Column['type'] }[]): Column[] {
	const own = new Set(relation.columns.map(({ name }) => name));
	return [
		...relation.columns,
		...names.filter(({ name }) => !own.has(name) && name !== '$table').map(({ name, type }) => ({ name, type, id: nullOf(type).sql })),
	];
}
