/** `top-nested`: the top of a first column, of each of these the top of a second, and so on. */
import { elementsOf } from '../kusto.ts';
import { resultColumns } from '../relations.ts';
import type { Column } from '../translation.ts';
import { convert, type Scalar } from '../values.ts';
import type { Operator } from './operator.ts';
import { orderingOf } from './row-operators.ts';
import { aggregated } from './summarize.ts';

interface Level {
	readonly key: Column;
	readonly value: Column;
}

export const topNested: Operator = ({ node, source, scope, translator }) => {
	const { translation } = translator;
	const names = resultColumns(node);
	const levels: Level[] = [];
	let chosen: string | null = null;
	// Each level is computed over the rows of what was chosen above, and joined to it.
	for (const [index, clause] of elementsOf(node.Clauses).entries()) {
		const key = translator.scalar(clause.OfExpression, scope);
		const { expression, descending } = orderingOf(clause.ByExpression, translator);
		const [value] = aggregated(expression, scope, translator, new Set()) as [Scalar];
		const level = {
			key: translation.column(names[index * 2]?.name ?? '', key.type),
			value: translation.column(names[index * 2 + 1]?.name ?? '', value.type),
		};
		const count = clause.Expression ? translator.scalar(clause.Expression, { ...scope, columns: [] }).sql : '9223372036854775807';
		const parents = levels.map(({ key: parent }) => parent.id);
		const parentKeys = elementsOf(node.Clauses)
			.slice(0, index)
			.map((one) => translator.scalar(one.OfExpression, scope).sql);
		const rank = translation.id('k');
		const rows: string = `SELECT ${[...parents.map((id, at) => `${parentKeys[at]} AS ${id}`), `${key.sql} AS ${level.key.id}`, `${value.sql} AS ${level.value.id}`].join(', ')} FROM (${source.sql}) GROUP BY ${[...parentKeys, key.sql].join(', ')}`;
		const ranked: string = `SELECT *, row_number() OVER (${parents.length > 0 ? `PARTITION BY ${parents.join(', ')} ` : ''}ORDER BY ${level.value.id} ${descending ? 'DESC' : 'ASC'}) AS ${rank} FROM (${rows})`;
		const own: string = `SELECT ${[...parents, level.key.id, level.value.id].join(', ')} FROM (${ranked}) WHERE ${rank} <= ${count}`;
		if (clause.WithOthersClause) {
			if (index > 0) throw translation.unsupported('top-nested with others below the first level', clause);
			const label = convert(translator.scalar(clause.WithOthersClause.Expression, { ...scope, columns: [] }), key.type).sql;
			const rest = `SELECT ${label} AS ${level.key.id}, ${value.sql} AS ${level.value.id} FROM (${source.sql}) WHERE ${key.sql} NOT IN (SELECT ${level.key.id} FROM (${own}))`;
			chosen = `${own} UNION ALL ${rest}`;
			if (elementsOf(node.Clauses).length > 1) throw translation.unsupported('top-nested with others above another level', clause);
		} else if (chosen === null) chosen = own;
		else {
			const above = levels.flatMap(({ key: k, value: v }) => [k.id, v.id]).map((id) => `above.${id}`);
			const on: string = parents.map((id) => `above.${id} IS NOT DISTINCT FROM below.${id}`).join(' AND ');
			chosen = `SELECT ${[...above, `below.${level.key.id}`, `below.${level.value.id}`].join(', ')} FROM (${chosen}) above JOIN (${own}) below ON ${on}`;
		}
		levels.push(level);
	}
	return { sql: chosen ?? source.sql, columns: levels.flatMap(({ key, value }) => [key, value]), hidden: [], order: [] };
};
