/** A query of Kusto as one SELECT of DuckDB: its statements bound, its operators applied from left to right. */
import { bindLet, bindParameters } from './bindings.ts';
import { translateCondition, translateScalar } from './expressions.ts';
import { elementsOf, type SyntaxNode } from './kusto.ts';
import { OPERATORS } from './operators/catalogue.ts';
import { SchemaFound } from './operators/evaluate.ts';
import { type NamedTable, severalTablesOrNull } from './operators/several-tables.ts';
import { datatable, range } from './operators/sources.ts';
import { tableRelation } from './operators/union.ts';
import { QueryError } from './query-error.ts';
import { resultColumns } from './relations.ts';
import {
	BIN_AUTO_AT,
	BIN_AUTO_SIZE,
	Environment,
	optionName,
	orderSql,
	type Pattern,
	type Relation,
	type Scope,
	Translation,
	type TranslationOptions,
	type Visualization,
} from './translation.ts';
import type { Translator } from './translator.ts';
import { constantText, convert, type KqlType, kqlTypeOf } from './values.ts';

export interface TranslatedTable {
	readonly name: string;
	readonly sql: string;
	readonly columns: readonly { readonly name: string; readonly type: KqlType }[];
	readonly visualization: Visualization | null;
}

export interface TranslatedQuery {
	/** One a statement, and several of one that ends with `fork` or `facet`. */
	readonly tables: readonly TranslatedTable[];
	readonly tablesRead: readonly string[];
	readonly warnings: readonly string[];
	readonly patterns: readonly Pattern[];
	/** Where in the query as it was given a place lies that the translation tells. */
	readonly placeOf: (start: number) => number;
}

const NOTHING: Relation = { sql: 'SELECT 1 LIMIT 0', columns: [], hidden: [], order: [] };
/** Times that a query is read again with the columns of its plugins. */
const READINGS_MAX = 20;
/** Tables of one answer at most. */
const TABLES_MAX = 100;

/** @throws {QueryError} for what is wrong or not supported; {ProbeNeeded} when rows have to be seen first. */
export function translateQuery(text: string, options: TranslationOptions): TranslatedQuery {
	let query = text;
	const schemas: SchemaFound[] = [];
	const placeOf = (start: number): number =>
		schemas.reduceRight((at, { position, schema }) => (at <= position ? at : Math.max(position, at - schema.length)), start);
	for (;;) {
		try {
			return { ...translateOnce(query, options), placeOf };
		} catch (error) {
			if (error instanceof QueryError) throw error.at(placeOf);
			if (!(error instanceof SchemaFound) || schemas.length >= READINGS_MAX) throw error;
			schemas.push(error);
			query = query.slice(0, error.position) + error.schema + query.slice(error.position);
		}
	}
}

function translateOnce(text: string, options: TranslationOptions): Omit<TranslatedQuery, 'placeOf'> {
	const { syntax, warnings } = options.parser.analyse(text);
	const translation = new Translation(options);
	const translator = createTranslator(translation);
	const environment = new Environment();
	const results: (NamedTable & Pick<TranslatedTable, 'visualization'>)[] = [];
	for (const statement of elementsOf(syntax.Statements)) {
		if (translation.kindOf(statement) === 'ExpressionStatement') {
			const scope = { environment, columns: [] };
			translation.visualization = null;
			const tables = severalTablesOrNull(statement.Expression, scope, translator) ?? [
				{
					name: null,
					relation: isRows(statement.Expression)
						? translator.relation(statement.Expression, scope)
						: single(statement.Expression, scope, translator),
				},
			];
			results.push(...tables.map((table) => ({ ...table, visualization: translation.visualization })));
			if (results.length > TABLES_MAX)
				throw translation.error('limit', `This makes ${results.length} tables; the limit is ${TABLES_MAX}.`, statement);
		} else if (translation.kindOf(statement) === 'QueryParametersStatement') bindQueryParameters(statement, environment, translator);
		else if (translation.kindOf(statement) === 'SetOptionStatement') bindOption(statement, environment, translator);
		else bindLet(statement, environment, translator);
	}
	if (results.length === 0) throw translation.error('semantic', 'The query has no rows: it holds only definitions.', syntax);
	const common = translation.common.length > 0 ? `WITH ${translation.common.join(', ')} ` : '';
	return {
		tables: results.map(({ name, relation: { sql, columns, order }, visualization }, index) => ({
			name: name ?? (index === 0 ? 'PrimaryResult' : `Table_${index}`),
			sql: `${common}SELECT ${columns.map(({ id }) => id).join(', ') || '1 AS nothing'} FROM (${sql}) ${orderSql(order)}`,
			columns: columns.map((column) => ({ name: column.name, type: column.type })),
			visualization,
		})),
		tablesRead: [...translation.tablesRead],
		warnings,
		patterns: translation.patterns,
	};
}

/** `declare query_parameters(…)`: values that came beside the query, else their defaults. */
function bindQueryParameters(statement: SyntaxNode, environment: Environment, translator: Translator): void {
	const { translation } = translator;
	for (const { NameAndType, DefaultValue } of elementsOf(statement.Parameters)) {
		const name = NameAndType.Name.SimpleName;
		const type = kqlTypeOf(NameAndType.Type.ReferencedSymbol) ?? 'string';
		const given = Object.hasOwn(translation.options.parameters, name) ? translation.options.parameters[name] : undefined;
		if (given !== undefined) environment.set(name, { kind: 'scalar', value: convert(constantText(given), type) });
		else if (DefaultValue)
			environment.set(name, { kind: 'scalar', value: translator.scalar(DefaultValue.Value, { environment, columns: [] }) });
		else throw translation.error('semantic', `The query parameter ${name} has no value.`, statement);
	}
}

/** `set option=value;`: what no function asks for is taken and passed over, whatever its value. */
function bindOption({ Name, ValueClause }: SyntaxNode, environment: Environment, translator: Translator): void {
	if (!ValueClause || ![BIN_AUTO_SIZE, BIN_AUTO_AT].some((name) => name === Name.SimpleName)) return;
	const value = translator.scalar(ValueClause.Expression, { environment, columns: [] });
	environment.set(optionName(Name.SimpleName), { kind: 'scalar', value });
}

const isRows = (node: SyntaxNode): boolean => node.ResultType?.Columns !== undefined;

function single(node: SyntaxNode, scope: Scope, translator: Translator): Relation {
	const value = translator.scalar(node, scope);
	const column = translator.translation.column('print_0', value.type);
	return { sql: `SELECT ${value.sql} AS ${column.id}`, columns: [column], hidden: [], order: [] };
}

function createTranslator(translation: Translation): Translator {
	const translator: Translator = {
		translation,
		scalar: (node, scope) => translateScalar(node, scope, translator),
		condition: (node, scope) => translateCondition(node, scope, translator),
		relation: (node, scope) => relationOf(node, scope, translator),
		apply(node, source, scope) {
			if (translation.kindOf(node) === 'PipeExpression') {
				const left = translator.apply(node.Expression, source, scope);
				return translator.apply(node.Operator, left, scope);
			}
			return applied(node, source, scope, translator);
		},
	};
	return translator;
}

function applied(node: SyntaxNode, source: Relation, scope: Scope, translator: Translator): Relation {
	const { translation } = translator;
	const kind = translation.kindOf(node);
	if (kind === 'InvokeOperator') return called(node.Function, { ...scope, columns: source.columns }, translator, () => source);
	const operator = OPERATORS[kind];
	if (!operator) throw translation.unsupported(`The operator ${node.toString().trim().split(/[\s(]/, 1)[0]}`, node);
	return operator({ node, source, scope: { environment: scope.environment, columns: source.columns, order: source.order }, translator });
}

/** Expressions that are rows. */
function relationOf(node: SyntaxNode, scope: Scope, translator: Translator): Relation {
	const { translation } = translator;
	switch (translation.kindOf(node)) {
		case 'PipeExpression':
			return applied(node.Operator, relationOf(node.Expression, scope, translator), scope, translator);
		case 'ParenthesizedExpression':
		case 'ToTableExpression':
			return relationOf(node.Expression, scope, translator);
		case 'NameReference':
			return named(node, scope, translator);
		case 'DataTableExpression':
			return datatable(node, scope, translator);
		case 'RangeOperator':
			return range(node, scope, translator);
		case 'MaterializeExpression': {
			const relation = relationOf(node.Expression, scope, translator);
			return { ...relation, sql: `SELECT * FROM ${translation.madeOnce(relation.sql)}` };
		}
		case 'FunctionCallExpression':
			return called(node, scope, translator);
		default:
			return applied(node, NOTHING, scope, translator);
	}
}

function named(node: SyntaxNode, { environment }: Scope, translator: Translator): Relation {
	const binding = environment.get(node.SimpleName);
	if (binding?.kind === 'relation') return binding.make();
	if (binding?.kind === 'function') return called(node, { environment, columns: [] }, translator);
	return tableRelation(node.SimpleName, translator, node);
}

/** A function of the query's own that gives rows. */
function called(node: SyntaxNode, scope: Scope, translator: Translator, first?: () => Relation): Relation {
	const { translation } = translator;
	const name = translation.kindOf(node) === 'NameReference' ? node.SimpleName : node.Name.SimpleName;
	const binding = scope.environment.get(name);
	if (binding?.kind === 'relation') return binding.make();
	if (binding?.kind !== 'function') {
		if (name === 'table') return tableRelation(String(elementsOf(node.ArgumentList.Expressions)[0]?.LiteralValue ?? ''), translator, node);
		throw translation.unsupported(`The function ${name}()`, node);
	}
	const inner = bindParameters(node, binding.declaration, binding.environment, scope, translator, first);
	return translation.deeper(node, () => {
		const body = (translation.kindOf(node) === 'NameReference' ? null : node.GetCalledFunctionBody()) ?? binding.declaration.Body;
		for (const statement of elementsOf(body.Statements)) bindLet(statement, inner, translator);
		return resultColumns(body.Expression).length > 0
			? translator.relation(body.Expression, { environment: inner, columns: [] })
			: single(body.Expression, { environment: inner, columns: [] }, translator);
	});
}
