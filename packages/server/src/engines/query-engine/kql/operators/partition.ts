/** `partition`: a subquery over the rows of each value of a column by themselves; what it gives of each stands one under the other. */
import { resultColumns } from '../relations.ts';
import { columnSql, Environment, type Relation } from '../translation.ts';
import type { Operator } from './operator.ts';

export const partition: Operator = ({ node, source, scope, translator }) => {
	const { translation } = translator;
	const name = node.ByExpression.SimpleName;
	const by = source.columns.find((column) => column.name === name);
	if (!by) throw translation.unsupported('partition by an expression', node.ByExpression);
	// The values are found first; the subquery runs beside each of them. The hints only say how Kusto would spread the work.
	const table = translation.madeOnce(source.sql);
	const key = translation.column(name, by.type);
	const values = `SELECT DISTINCT ${by.id} AS ${key.id} FROM ${table}`;
	const rows: Relation = { ...source, sql: `SELECT * FROM ${table} WHERE ${by.id} IS NOT DISTINCT FROM ${key.id}` };
	const environment = new Environment(scope.environment);
	const result = translation.forEachRow(() => {
		if (translation.kindOf(node.Operand) !== 'PartitionQuery')
			return translator.apply(node.Operand.Subquery, rows, { environment, columns: rows.columns });
		// A subquery over rows of its own sees the value alone.
		environment.set(name, { kind: 'scalar', value: columnSql(key) });
		return translator.relation(node.Operand.Query, { environment, columns: [] });
	});
	const names = resultColumns(node);
	const columns = result.columns.map((column, index) => ({ ...column, name: names[index]?.name ?? column.name }));
	return {
		sql: `SELECT ${columns.map(({ id }) => id).join(', ') || '1'} FROM (${values}) AS ${translation.id('r')}, LATERAL (${result.sql})`,
		columns,
		hidden: [],
		order: [],
	};
};
