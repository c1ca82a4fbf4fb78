/** Operators that keep, drop, order and count rows. */
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import { idsOf, limited, ordered, projected, restricted } from '../relations.ts';
import type { Relation, Scope } from '../translation.ts';
import type { Translator } from '../translator.ts';
import { convert, quoteText } from '../values.ts';
import type { Operator } from './operator.ts';
import { severalColumnsOrNull } from './several-columns.ts';

const where: Operator = ({ node, source, scope, translator }) => restricted(source, `WHERE ${translator.condition(node.Condition, scope)}`);

const countOf = (node: SyntaxNode, scope: Scope, translator: Translator): string =>
	`(${convert(translator.scalar(node, { ...scope, columns: [] }), 'long').sql})`;

const take: Operator = ({ node, source, scope, translator }) => limited(source, countOf(node.Expression, scope, translator));

const sample: Operator = ({ node, source, scope, translator }) =>
	restricted({ ...source, order: [] }, `ORDER BY random() LIMIT ${countOf(node.Expression, scope, translator)}`);

interface Ordering {
	readonly expression: SyntaxNode;
	readonly descending: boolean;
	readonly nullsFirst: boolean;
}

/** Descending with nulls last unless said otherwise; ascending has them first. */
export function orderingOf(node: SyntaxNode, { translation }: Translator): Ordering {
	if (translation.kindOf(node) !== 'OrderedExpression') return { expression: node, descending: true, nullsFirst: false };
	const words = node.Ordering.toString().toLowerCase();
	const descending = !/\basc\b/.test(words);
	const nullsFirst = /nulls\s+first/.test(words) || (!/nulls\s+last/.test(words) && !descending);
	return { expression: node.Expression, descending, nullsFirst };
}

const sort: Operator = ({ node, source, scope, translator }) => {
	const terms = elementsOf(node.Expressions).map((one) => {
		const { expression, descending, nullsFirst } = orderingOf(one, translator);
		return { value: translator.scalar(expression, scope), descending, nullsFirst };
	});
	return ordered(source, terms, translator.translation);
};

const top: Operator = ({ node, source, scope, translator }) => {
	const { expression, descending, nullsFirst } = orderingOf(node.ByExpression, translator);
	const sorted = ordered(source, [{ value: translator.scalar(expression, scope), descending, nullsFirst }], translator.translation);
	return limited(sorted, countOf(node.Expression, scope, translator));
};

function distinctRows(source: Relation): Relation {
	return {
		sql: `SELECT DISTINCT ${source.columns.map(({ id }) => id).join(', ') || '1'} FROM (${source.sql})`,
		columns: source.columns,
		hidden: [],
		order: [],
	};
}

const distinct: Operator = ({ node, source, scope, translator }) => {
	const { translation } = translator;
	const expressions = elementsOf(node.Expressions);
	if (expressions.some((one) => translation.kindOf(one) === 'StarExpression')) return distinctRows(source);
	return distinctRows({ ...projected({ ...source, order: [] }, namedColumns(node, expressions, scope, translator)) });
};

/** Expressions with the names and types that the parser gives the columns of the operator. */
export function namedColumns(node: SyntaxNode, expressions: readonly SyntaxNode[], scope: Scope, translator: Translator) {
	const columns = resultColumnsOf(node);
	const values = expressions.flatMap((one) => severalColumnsOrNull(one, scope, translator)?.values ?? [translator.scalar(one, scope)]);
	return values.map(({ sql, type }, index) => {
		return { column: translator.translation.column(columns[index]?.name ?? `Column${index + 1}`, type), sql };
	});
}

function resultColumnsOf(node: SyntaxNode): { name: string }[] {
	const columns = node.ResultType?.Columns;
	return Array.from({ length: columns?.Count ?? 0 }, (_, index) => ({
		name: (columns as NonNullable<typeof columns>).getItem(index).Name,
	}));
}

const sampleDistinct: Operator = ({ node, source, scope, translator }) => {
	const value = translator.scalar(node.OfExpression, scope);
	const name = resultColumnsOf(node)[0]?.name ?? 'Column1';
	const distinctValues = distinctRows(
		projected({ ...source, order: [] }, [{ column: translator.translation.column(name, value.type), sql: value.sql }]),
	);
	return limited(distinctValues, countOf(node.Expression, scope, translator));
};

const count: Operator = ({ node, source, translator }) => {
	const column = translator.translation.column(resultColumnsOf(node)[0]?.name ?? 'Count', 'long');
	return { sql: `SELECT count(*) AS ${column.id} FROM (${source.sql})`, columns: [column], hidden: [], order: [] };
};

const getSchema: Operator = ({ source, translator: { translation } }) => {
	const columns = (['ColumnName', 'ColumnOrdinal', 'DataType', 'ColumnType'] as const).map((name) =>
		translation.column(name, name === 'ColumnOrdinal' ? 'long' : 'string'),
	);
	const rows = source.columns.map(
		({ name, type }, index) => `(${quoteText(name)}, ${index}, ${quoteText(DOTNET_TYPES[type] ?? '')}, ${quoteText(type)})`,
	);
	return { sql: `SELECT * FROM (VALUES ${rows.join(', ')}) v(${columns.map(({ id }) => id).join(', ')})`, columns, hidden: [], order: [] };
};

const DOTNET_TYPES: Readonly<Record<string, string>> = {
	bool: 'System.SByte',
	int: 'System.Int32',
	long: 'System.Int64',
	real: 'System.Double',
	decimal: 'System.Data.SqlTypes.SqlDecimal',
	string: 'System.String',
	datetime: 'System.DateTime',
	timespan: 'System.TimeSpan',
	guid: 'System.Guid',
	dynamic: 'System.Object',
};

/** The rows get a name; those who use it later read the same rows, made once. */
const as: Operator = ({ node, source, scope, translator: { translation } }) => {
	const table = translation.madeOnce(source.sql);
	const kept = { ...source, sql: `SELECT ${idsOf(source).join(', ') || '1'} FROM ${table}` };
	scope.environment.set(node.Name.SimpleName, {
		kind: 'relation',
		make: () => {
			const columns = source.columns.map((column) => ({ ...column, id: translation.id() }));
			const selected = columns.map(({ id }, index) => `${source.columns[index]?.id} AS ${id}`);
			return { sql: `SELECT ${selected.join(', ') || '1'} FROM ${table}`, columns, hidden: [], order: [] };
		},
	});
	return kept;
};

const render: Operator = ({ node, source, translator: { translation } }) => {
	const properties = [...elementsOf(node.WithClause?.Properties ?? null), ...elementsOf(node.Parameters)].map((property) => {
		const { Expression } = property;
		const value = Expression.IsLiteral ? Expression.LiteralValue : Expression.toString().trim();
		return [
			property.Name.SimpleName,
			typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : String(value),
		] as const;
	});
	translation.visualization = { visualization: node.ChartType.ValueText, ...Object.fromEntries(properties) };
	return source;
};

export const ROW_OPERATORS: Readonly<Record<string, Operator>> = {
	FilterOperator: where,
	TakeOperator: take,
	SampleOperator: sample,
	SampleDistinctOperator: sampleDistinct,
	SortOperator: sort,
	TopOperator: top,
	DistinctOperator: distinct,
	CountOperator: count,
	GetSchemaOperator: getSchema,
	AsOperator: as,
	RenderOperator: render,
	ConsumeOperator: ({ source }) => limited(source, '0'),
};
