/** `make-series`: values in equal steps, as arrays. */
import { emptyValueOf } from '../aggregates.ts';
import { binSql } from '../functions/math-functions.ts';
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import { resultColumns } from '../relations.ts';
import type { Relation } from '../translation.ts';
import type { Translator } from '../translator.ts';
import { convert, type Scalar, toDynamic } from '../values.ts';
import type { Operator } from './operator.ts';
import { aggregated } from './summarize.ts';

/** Points of one series at most, as in Kusto. */
const POINTS_MAX = 1_048_576;

export const makeSeries: Operator = ({ node, source, scope, translator }) => {
	const { translation } = translator;
	const names = resultColumns(node);
	const by = elementsOf(node.ByClause?.Expressions ?? null).map((one, index) => {
		const value = translator.scalar(one, scope);
		return { column: translation.column(names[index]?.name ?? `Column${index + 1}`, value.type), sql: value.sql };
	});
	const axis = translator.scalar(node.OnClause.Expression, scope);
	const range = rangeOf(node.RangeClause, translator);
	const constant = { ...scope, columns: [] };
	const step = translator.scalar(range.step, constant);
	const from = range.from ? convert(translator.scalar(range.from, constant), axis.type) : null;
	const to = range.to ? convert(translator.scalar(range.to, constant), axis.type) : null;

	const [first, slot] = [translation.id('s'), translation.id('s')];
	// Where no start is said, bins begin at multiples of the step; where no end is said, the last bin is that of the greatest value.
	const start = from?.sql ?? `(SELECT ${binSql({ sql: `min(${axis.sql})`, type: axis.type }, step).sql} FROM (${source.sql}))`;
	const end = to?.sql ?? `(SELECT ${binSql({ sql: `max(${axis.sql})`, type: axis.type }, step).sql} FROM (${source.sql}))`;
	const steps = `CAST(${end} - ${start} AS DOUBLE) / ${step.sql}`;
	const bins = to && !range.isEndInside ? `ceil(${steps})` : `floor(${steps}) + 1`;
	const tooMany = translation.refusal(`This makes a series of more than ${POINTS_MAX} points, the limit: take a larger step.`, node);
	const points = `SELECT ${start} AS ${first}, greatest(${bins}, 0) AS n`;
	const bounds = `SELECT ${first}, CASE WHEN n > ${POINTS_MAX} THEN ${tooMany} ELSE CAST(n AS BIGINT) END AS n${first} FROM (${points})`;
	const inBounds = `${axis.sql} >= ${first} AND ${axis.sql} < ${first} + n${first} * ${step.sql}`;

	const series = elementsOf(node.Aggregates).map((one) => seriesOf(one, scope, translator));
	const groups = by.map(({ column, sql }) => `${sql} AS ${column.id}`);
	const slotSql = `CAST(floor(CAST(${axis.sql} - ${first} AS DOUBLE) / ${step.sql}) AS BIGINT) AS ${slot}`;
	const inner = `SELECT ${[...groups, slotSql, ...series.map(({ value, id }) => `${value.sql} AS ${id}`)].join(', ')} FROM (${source.sql}), (${bounds}) WHERE ${inBounds} GROUP BY ALL`;
	const byIds = by.map(({ column }) => column.id);
	const maps = series.map(
		({ id, value }) => `map_from_entries(list(struct_pack(k := ${slot}, v := ${toDynamic({ sql: id, type: value.type }).sql}))) AS m${id}`,
	);
	const perGroup = `SELECT ${[...byIds, ...maps].join(', ')} FROM (${inner})${byIds.length > 0 ? ` GROUP BY ${byIds.join(', ')}` : ''}`;
	const arrays = series.map(({ id, missing }, index) => ({
		column: translation.column(names[by.length + index]?.name ?? `Column${index + 1}`, 'dynamic'),
		sql: `to_json(list_transform(range(n${first}), lambda i: coalesce(m${id}[i], ${missing})))`,
	}));
	const at: Scalar = { sql: `${first} + i * ${step.sql}`, type: axis.type };
	const axisColumn = {
		column: translation.column(names.at(-1)?.name ?? 'Column', 'dynamic'),
		sql: `to_json(list_transform(range(n${first}), lambda i: ${toDynamic(at).sql}))`,
	};
	// Arrays in the order of the parser's columns: aggregates, then the axis.
	const made = [...arrays, axisColumn];
	const selected = [...byIds, ...made.map(({ column, sql }) => `${sql} AS ${column.id}`)];
	const relation: Relation = {
		sql: `SELECT ${selected.join(', ')} FROM (${perGroup}), (${bounds})`,
		columns: [...by.map(({ column }) => column), ...made.map(({ column }) => column)],
		hidden: [],
		order: [],
	};
	return relation;
};

interface SeriesRange {
	readonly from: SyntaxNode | null;
	readonly to: SyntaxNode | null;
	readonly step: SyntaxNode;
	/** Whether the bin of the end belongs to the series. */
	readonly isEndInside: boolean;
}

/** `from a to b step c`, where the end is outside, or the older `in range(a, b, c)`, where it is inside. */
function rangeOf(clause: SyntaxNode, { translation }: Translator): SeriesRange {
	if (translation.kindOf(clause) === 'MakeSeriesInRangeClause') {
		const [from, to, step] = elementsOf(clause.Arguments.Expressions) as [SyntaxNode, SyntaxNode, SyntaxNode];
		return { from, to, step, isEndInside: true };
	}
	const { MakeSeriesFromClause: from, MakeSeriesToClause: to, MakeSeriesStepClause: step } = clause;
	return { from: from?.Expression ?? null, to: to?.Expression ?? null, step: step.Expression, isEndInside: false };
}

function seriesOf(node: SyntaxNode, scope: Parameters<Operator>[0]['scope'], translator: Translator) {
	const expression = node.Expression;
	const [value] = aggregated(expression, scope, translator, new Set());
	if (!value) throw translator.translation.unsupported('This aggregate', node);
	const call = translator.translation.kindOf(expression) === 'SimpleNamedExpression' ? expression.Expression : expression;
	const name = translator.translation.kindOf(call) === 'FunctionCallExpression' ? call.Name.SimpleName : '';
	const given = node.DefaultExpression
		? translator.scalar(node.DefaultExpression.Expression, { ...scope, columns: [] })
		: emptyValueOf(name, value.type);
	const filler =
		node.DefaultExpression && value.type !== 'dynamic' && given.type !== 'dynamic'
			? convert(given, value.type === 'int' ? 'long' : value.type)
			: given;
	return { value, id: translator.translation.id('a'), missing: `coalesce(${toDynamic(filler).sql}, CAST('null' AS JSON))` };
}
