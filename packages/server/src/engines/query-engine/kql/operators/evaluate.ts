/** `evaluate pivot` and `bag_unpack`: columns that only the data knows. Once they are known they are written into the query as its schema. */
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import { projected, resultColumns } from '../relations.ts';
import type { Column } from '../translation.ts';
import { convert, type KqlType, nullOf, quoteText, type Scalar } from '../values.ts';
import type { Operator, OperatorCall } from './operator.ts';
import { aggregated, grouped } from './summarize.ts';

/** Columns that data make at most. */
const COLUMNS_MAX = 1_000;

/** The query has to be read again, with this schema after the call of a plugin. */
export class SchemaFound extends Error {
	readonly position: number;
	readonly schema: string;

	constructor(position: number, schema: string) {
		super('The columns of a plugin are known.');
		this.position = position;
		this.schema = schema;
	}
}

/** What a column is called whose value is empty. */
const UNNAMED = 'Column';
const COUNTED: Scalar = { sql: 'count(*)', type: 'long' };

type Schema = readonly { readonly name: string; readonly type: KqlType }[];

/** With a schema the parser knows the columns; without one they are looked for in the data, and the query is read again with them. */
function withSchema(call: OperatorCall, find: () => Schema): Schema {
	if (call.node.Schema) return resultColumns(call.node);
	const schema = find();
	if (schema.length > COLUMNS_MAX)
		throw call.translator.translation.error('limit', `This makes ${schema.length} columns; the limit is ${COLUMNS_MAX}.`, call.node);
	const text = schema.map(({ name, type }) => `['${name.replace(/[\\']/g, '\\$&')}']:${type}`).join(', ');
	const { FunctionCall } = call.node;
	throw new SchemaFound(FunctionCall.TextStart + FunctionCall.Width, ` : (${text})`);
}

const argumentsOf = (node: SyntaxNode): SyntaxNode[] => elementsOf(node.FunctionCall.ArgumentList.Expressions);

const pivot: Operator = (call) => {
	const { node, source, scope, translator } = call;
	const { translation } = translator;
	const [by, aggregate, ...kept] = argumentsOf(node);
	if (!by) throw translation.unsupported('pivot without a column', node);
	const pivoted = convert(translator.scalar(by, scope), 'string').sql;
	const used = new Set([by, ...(aggregate ? elementsOf(aggregate.ArgumentList?.Expressions ?? null) : [])].map((one) => one.SimpleName));
	const rows =
		kept.length > 0
			? source.columns.filter(({ name }) => kept.some((one) => one.SimpleName === name))
			: source.columns.filter(({ name }) => !used.has(name));
	const cell = aggregate ? (aggregated(aggregate, scope, translator, new Set())[0] as Scalar) : COUNTED;
	const schema = withSchema(call, () => {
		const found = translation.probe(`SELECT DISTINCT ${pivoted} AS v FROM (${source.sql}) ORDER BY v LIMIT ${COLUMNS_MAX + 1}`);
		return [
			...rows.map(({ name, type }) => ({ name, type })),
			...found.map(([name]) => ({ name: String(name) || UNNAMED, type: cell.type })),
		];
	});
	// First a row for each cell, then a column for each of its values: any aggregate can be made so.
	const [key, value] = [translation.column('', 'string'), translation.column('', cell.type)];
	const cells = grouped(
		source,
		[...rows.map((column) => ({ column, sql: column.id })), { column: key, sql: pivoted }],
		[{ column: value, sql: cell.sql }],
	);
	const columns = schema.slice(rows.length).map(({ name }) => {
		const isIt = `${key.id} = ${quoteText(name)}${name === UNNAMED ? ` OR ${key.id} = ''` : ''}`;
		const found = `any_value(${value.id}) FILTER (WHERE ${isIt})`;
		const empty = cell.type === 'long' || cell.type === 'real' ? '0' : nullOf(cell.type).sql;
		return { column: translation.column(name, cell.type), sql: `coalesce(${found}, ${empty})` };
	});
	return grouped(
		cells,
		rows.map((column) => ({ column: translation.column(column.name, column.type), sql: column.id })),
		columns,
	);
};

const JSON_TYPES: Readonly<Record<string, KqlType>> = {
	UBIGINT: 'long',
	BIGINT: 'long',
	DOUBLE: 'real',
	BOOLEAN: 'bool',
	VARCHAR: 'string',
};

const bagUnpack: Operator = (call) => {
	const { node, source, scope, translator } = call;
	const { translation } = translator;
	const [bag, prefixNode] = argumentsOf(node);
	if (!bag) throw translation.unsupported('bag_unpack without a column', node);
	if (prefixNode && translation.kindOf(prefixNode) === 'SimpleNamedExpression' && prefixNode.Name.SimpleName !== 'OutputColumnPrefix')
		throw translation.unsupported(`The argument ${prefixNode.Name.SimpleName} of bag_unpack`, prefixNode);
	const value = translator.scalar(bag, scope);
	const prefix = prefixNode ? String(translator.scalar(prefixNode, { ...scope, columns: [] }).constant ?? '') : '';
	const rest = source.columns.filter(({ name }) => name !== bag.SimpleName);
	const taken = new Set(rest.map(({ name }) => name));
	const schema = withSchema(call, () => {
		const pairs = `SELECT unnest(kql_pairs(${value.sql})) AS p FROM (${source.sql}) WHERE json_type(${value.sql}) = 'OBJECT'`;
		const found = translation.probe(
			`SELECT p.k AS k, CASE WHEN count(DISTINCT json_type(p.v)) FILTER (WHERE json_type(p.v) <> 'NULL') = 1 THEN max(json_type(p.v)) FILTER (WHERE json_type(p.v) <> 'NULL') ELSE 'MIXED' END AS t FROM (${pairs}) GROUP BY 1 ORDER BY 1 LIMIT ${COLUMNS_MAX + 1}`,
		);
		const added = found.map(([key, type]) => ({ name: `${prefix}${key}`, type: JSON_TYPES[String(type)] ?? ('dynamic' as const) }));
		const twice = added.find(({ name }) => taken.has(name));
		if (twice)
			throw translation.error('semantic', `bag_unpack would make a column ${twice.name} beside the one there is: give it a prefix.`, node);
		return [...rest.map(({ name, type }) => ({ name, type })), ...added];
	});
	const columns = schema.map(({ name, type }): { column: Column; sql: string } => {
		const old = rest.find((column) => column.name === name);
		if (old) return { column: old, sql: old.id };
		const key = name.startsWith(prefix) ? name.slice(prefix.length) : name;
		return {
			column: translation.column(name, type),
			sql: convert({ sql: `kql_json(json_extract(${value.sql}, kql_key(${quoteText(key)})))`, type: 'dynamic' }, type).sql,
		};
	});
	return projected(source, columns);
};

const PLUGINS: Readonly<Record<string, Operator>> = { pivot, bag_unpack: bagUnpack };
export const PLUGIN_NAMES: readonly string[] = Object.keys(PLUGINS);

export const evaluate: Operator = (call) => {
	const name = call.node.FunctionCall.Name.SimpleName;
	const plugin = PLUGINS[name];
	if (!plugin) throw call.translator.translation.unsupported(`The plugin ${name}`, call.node);
	return plugin(call);
};
