/** `find`: rows of several tables for which a condition holds, with what they have in common as columns and the rest in a bag. */
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import { resultColumns } from '../relations.ts';
import type { Column, Relation, Translation } from '../translation.ts';
import { convert, quoteText, toDynamic } from '../values.ts';
import { type Operator, parameterOf } from './operator.ts';
import { allTables, legsOf, padColumns, searchCondition, stacked } from './union.ts';

/** The rest of the columns is in this one. */
const PACKED = 'pack_';

export const find: Operator = ({ node, source, scope, translator }) => {
	const { translation } = translator;
	const names = resultColumns(node);
	const sourceColumn = parameterOf(node, 'withsource') ?? names[0]?.name ?? 'source_';
	const inner = { environment: scope.environment, columns: [] };
	const legs = node.InClause
		? elementsOf(node.InClause.Expressions).flatMap((one, index) => legsOf(one, index, inner, translator))
		: source.columns.length > 0
			? [{ name: 'find_arg0', relation: source }]
			: allTables(translator, node);
	const used = usedColumns(node.Condition, translation);
	const found = legs
		// A table that has none of the columns which the condition looks at is left out.
		.filter(({ relation }) => used.size === 0 || relation.columns.some(({ name }) => used.has(name)))
		.map(({ name, relation }) => {
			const condition = searchCondition(node.Condition, { ...inner, columns: padColumns(relation, names) }, translator, false);
			return { name, relation: withPacked({ ...relation, sql: `SELECT * FROM (${relation.sql}) WHERE ${condition}` }, names, translation) };
		});
	return stacked(found, names, sourceColumn, translator);
};

/** The names of columns in a condition; none where a term is sought in all columns. */
function usedColumns(node: SyntaxNode, translation: Translation): ReadonlySet<string> {
	const names = new Set<string>();
	let isOfAll = false;
	const visit = (one: SyntaxNode, isTerm: boolean): void => {
		const kind = translation.kindOf(one);
		if (kind === 'StarExpression' || (isTerm && kind.endsWith('StringLiteralExpression'))) isOfAll = true;
		if (kind === 'NameReference') names.add(one.SimpleName);
		const areTerms = isTerm && ['AndExpression', 'OrExpression', 'ParenthesizedExpression'].includes(kind);
		for (let index = 0; index < one.ChildCount; index++) {
			const child = one.GetChild(index);
			if (child && !child.IsToken) visit(child, areTerms);
		}
	};
	visit(node, true);
	return isOfAll ? new Set() : names;
}

/** The columns that are wanted of another type, as that type, and those that are not wanted as a bag. */
function withPacked(relation: Relation, names: readonly { name: string; type: Column['type'] }[], translation: Translation): Relation {
	const wanted = new Set(names.map(({ name }) => name));
	const rest = relation.columns.filter(({ name, type }) => !wanted.has(name) && !wanted.has(`${name}_${type}`));
	const made = names.flatMap(({ name, type }) => {
		const same = relation.columns.filter((column) => column.name === name);
		const [other] = same;
		if (name === PACKED && type === 'dynamic' && !other) {
			const pairs = rest.flatMap((column) => [quoteText(column.name), toDynamic({ sql: column.id, type: column.type }).sql]);
			return [{ column: translation.column(name, type), sql: `CAST(json_object(${pairs.join(', ')}) AS JSON)` }];
		}
		if (!other || same.some((column) => column.type === type)) return [];
		return [{ column: translation.column(name, type), sql: convert({ sql: other.id, type: other.type }, type).sql }];
	});
	return {
		sql: `SELECT *${made.map(({ column, sql }) => `, ${sql} AS ${column.id}`).join('')} FROM (${relation.sql})`,
		columns: [...relation.columns, ...made.map(({ column }) => column)],
		hidden: [],
		order: [],
	};
}
