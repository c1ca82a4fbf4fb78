/**
 * `scan`: rows one after the other, each matched against steps that remember what matched before. The rows are a list; its state goes
 * through them with `list_reduce`, and with it what comes out.
 */
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import { resultColumns } from '../relations.ts';
import { type Column, orderSql, type Scope } from '../translation.ts';
import { convert, nullOf, SQL_TYPES } from '../values.ts';
import { type Operator, type OperatorCall, parameterOf } from './operator.ts';

/** Rows that one scan goes through, of each part where it stands in a partition: what comes out is copied with each of them. */
const ROWS_MAX = 10_000;

/** A column of the rows or a declared one: what it is while nothing has matched, and how it is written until it is known whose it is. */
interface Field {
	readonly column: Column;
	readonly index: number;
	readonly empty: string;
	readonly isDeclared: boolean;
}

interface Step {
	/** From 1. */
	readonly number: number;
	readonly isSilent: boolean;
	readonly condition: string;
	/** By the index of the declared field. */
	readonly assigned: ReadonlyMap<number, string>;
	/** The fields of this step that some step asks for. */
	readonly kept: readonly Field[];
}

/** `scan_2_5_` is field 5 of step 2; step 0 is the row itself. */
const placeholder = (step: number, field: number): string => `scan_${step}_${field}_`;
const PLACEHOLDER = /scan_(\d+)_(\d+)_/g;

/** What stands for the fields of each step, seen from a check. */
type View = (step: number, field: Field) => string;

function fieldsOf({ node, source, scope, translator }: OperatorCall): Field[] {
	const { translation } = translator;
	const types = resultColumns(node);
	const given = source.columns.map((column, index): Field => ({ column, index, empty: nullOf(column.type).sql, isDeclared: false }));
	const declared = elementsOf(node.DeclareClause?.Declarations ?? null).map(({ NameAndType, DefaultValue }, index): Field => {
		const type = types[given.length + index]?.type ?? 'dynamic';
		const value = DefaultValue ? translator.scalar(DefaultValue.Value, { environment: scope.environment, columns: [] }) : nullOf(type);
		const column = translation.column(NameAndType.Name.SimpleName, type);
		return { column, index: given.length + index, empty: typed(convert(value, type).sql, column), isDeclared: true };
	});
	return [...given, ...declared];
}

const typed = (sql: string, { type }: Column): string => `CAST(${sql} AS ${SQL_TYPES[type]})`;

function stepsOf({ node, scope, translator }: OperatorCall, fields: readonly Field[]): Step[] {
	const { translation } = translator;
	const nodes = elementsOf(node.Steps);
	const seen = (step: number): Column[] => fields.map(({ column, index }) => ({ ...column, id: placeholder(step, index) }));
	const others = new Map(nodes.map(({ Name }, index) => [Name.SimpleName, seen(index + 1)]));
	const inside: Scope = { environment: scope.environment, columns: seen(0), others };
	const read = nodes.map((step) => {
		const output = step.ScanStepOutput?.OutputKind.Text.trim() ?? 'all';
		if (output !== 'all' && output !== 'none') throw translation.unsupported(`output=${output}`, step.ScanStepOutput as SyntaxNode);
		if (step.OptionalKeyword) throw translation.unsupported('An optional step', step);
		const assigned = elementsOf(step.ComputationClause?.Assignments ?? null).map(({ Name, Expression }) => {
			const field = fields.find(({ column, isDeclared }) => isDeclared && column.name === Name.SimpleName);
			if (!field) throw translation.error('semantic', `${Name.SimpleName} is not declared: only declared columns are assigned.`, Name);
			const value = convert(translator.scalar(Expression, inside), field.column.type);
			return [field.index, typed(value.sql, field.column)] as const;
		});
		return {
			isSilent: output === 'none',
			condition: convert(translator.scalar(step.Condition, inside), 'bool').sql,
			assigned: new Map(assigned),
		};
	});
	const asked = new Set(
		read.flatMap(({ condition, assigned }) => [condition, ...assigned.values()].flatMap((sql) => sql.match(PLACEHOLDER) ?? [])),
	);
	return read.map((step, index) => ({
		...step,
		number: index + 1,
		kept: fields.filter((field) => asked.has(placeholder(index + 1, field.index))),
	}));
}

/** The SQL of a scan, whose rows stand in `rows`; `a` is what came so far, `e` the row, `q` and `w` which checks it passes. */
function reducedSql(fields: readonly Field[], steps: readonly Step[]): string {
	const rowFields = fields.filter(({ isDeclared }) => !isDeclared);
	const valueIn = (view: View, sql: string): string =>
		sql.replaceAll(PLACEHOLDER, (_, step, index) => view(Number(step), fields[Number(index)] as Field));
	const keptBy = (number: number): readonly Step[] => steps.slice(0, number);
	const bit = (number: number, index: number): string => `k${number}_${index}`;
	const packed = (parts: Readonly<Record<string, string>>): string =>
		`struct_pack(${Object.entries(parts)
			.map(([name, sql]) => `${name} := ${sql}`)
			.join(', ')})`;
	const stateOf = (number: number, live: string, match: string, value: (step: Step, field: Field) => string): string =>
		packed({
			live: `CAST(${live} AS BOOLEAN)`,
			m: `CAST(${match} AS BIGINT)`,
			...Object.fromEntries(
				keptBy(number).flatMap((step) =>
					step.kept.map((field) => [bit(step.number, field.index), typed(value(step, field), field.column)]),
				),
			),
		});
	const emptyState = (number: number): string => stateOf(number, 'false', '0', (_, field) => field.empty);
	const old = (state: number, step: number, { index }: Field): string => `a.s.p${state}.${bit(step, index)}`;
	const row = ({ column, index, empty, isDeclared }: Field): string => (isDeclared ? empty : typed(`e.r.c${index}`, column));

	/** The step goes on from the one before it, whose state it takes. */
	const first =
		(number: number): View =>
		(step, field) =>
			step === 0 ? row(field) : step < number ? old(number - 1, step, field) : field.empty;
	/** The step goes on from itself; the first one has nothing where the second took it. */
	const second =
		(number: number): View =>
		(step, field) => {
			if (step === 0) return row(field);
			if (step > number) return field.empty;
			const own = old(number, step, field);
			return number === 1 && steps.length > 1 ? `(CASE WHEN q.x2 THEN ${field.empty} ELSE ${own} END)` : own;
		};
	const takenFrom = (number: number): string => (number < steps.length ? `q.x${number + 1}` : 'false');
	const extended = (step: Step, view: View, field: Field): string =>
		field.isDeclared ? valueIn(view, step.assigned.get(field.index) ?? field.empty) : row(field);

	const firstChecks = Object.fromEntries(
		steps.map(({ number, condition }) => [
			`x${number}`,
			number === 1 ? 'false' : `(a.s.p${number - 1}.live AND coalesce(${valueIn(first(number), condition)}, false))`,
		]),
	);
	const secondChecks = Object.fromEntries(
		steps.map(({ number, condition }) => {
			const goesOn = number === 1 ? 'true' : `(a.s.p${number}.live AND NOT ${takenFrom(number)})`;
			return [`y${number}`, `(NOT q.x${number} AND ${goesOn} AND coalesce(${valueIn(second(number), condition)}, false))`];
		}),
	);
	const isNew = `(w.y1 AND (NOT a.s.p1.live OR ${takenFrom(1)}))`;
	const matchOf = (number: number): string =>
		number === 1
			? `CASE WHEN ${isNew} THEN a.s.t ELSE a.s.p1.m END`
			: `CASE WHEN q.x${number} THEN a.s.p${number - 1}.m ELSE a.s.p${number}.m END`;
	const states = steps.map((step): [string, string] => {
		const { number } = step;
		const matched = (view: View, from: number): string =>
			stateOf(number, 'true', matchOf(number), (other, field) =>
				other.number === number ? extended(step, view, field) : old(from, other.number, field),
			);
		const promoted = number === 1 ? '' : `WHEN q.x${number} THEN ${matched(first(number), number - 1)} `;
		const went = `WHEN w.y${number} THEN ${matched(second(number), number)} WHEN ${takenFrom(number)} THEN ${emptyState(number)}`;
		return [`p${number}`, `CASE ${promoted}${went} ELSE a.s.p${number} END`];
	});
	const declared = fields.filter(({ isDeclared }) => isDeclared);
	const outOf = (index: string, match: string, value: (field: Field) => string): string =>
		packed({
			i: `CAST(${index} AS BIGINT)`,
			m: `CAST(${match} AS BIGINT)`,
			...Object.fromEntries(declared.map((field) => [`d${field.index}`, typed(value(field), field.column)])),
		});
	const outs = steps.toReversed().flatMap((step) => {
		if (step.isSilent) return [];
		const { number } = step;
		const isOut = `CASE WHEN q.x${number} OR w.y${number} THEN e.r.i END`;
		const value = (field: Field): string =>
			`CASE WHEN q.x${number} THEN ${extended(step, first(number), field)} ELSE ${extended(step, second(number), field)} END`;
		return [outOf(isOut, matchOf(number), value)];
	});
	const none = `list_filter([${outOf('0', '0', (field) => field.empty)}], lambda z: false)`;
	const made = outs.length === 0 ? 'a.o' : `list_concat(a.o, list_filter([${outs.join(', ')}], lambda z: z.i IS NOT NULL))`;
	const start = packed({ t: 'CAST(0 AS BIGINT)', ...Object.fromEntries(steps.map(({ number }) => [`p${number}`, emptyState(number)])) });
	const next = packed({ t: `a.s.t + CASE WHEN ${isNew} THEN 1 ELSE 0 END`, ...Object.fromEntries(states) });
	const after = packed({ r: 'e.r', s: next, o: made });
	const checked = `list_transform([${packed(secondChecks)}], lambda w: ${after})[1]`;
	const both = `list_transform([${packed(firstChecks)}], lambda q: ${checked})[1]`;
	const element = (index: string, value: (field: Field) => string): string =>
		packed({
			r: packed({
				i: `CAST(${index} AS BIGINT)`,
				...Object.fromEntries(rowFields.map((field) => [`c${field.index}`, typed(value(field), field.column)])),
			}),
			s: start,
			o: none,
		});
	const elements = `list_transform(rows, lambda x, i: ${element('i', ({ index }) => `x.c${index}`)})`;
	return `list_reduce(${elements}, lambda a, e: ${both}, ${element('0', ({ empty }) => empty)}).o`;
}

export const scan: Operator = (call) => {
	const { node, source, translator } = call;
	const { translation } = translator;
	for (const clause of [node.OrderByClause, node.PartitionByClause])
		if (clause) throw translation.unsupported('This clause of scan (sort or partition the rows first)', clause);
	const fields = fieldsOf(call);
	const steps = stepsOf(call, fields);
	const listed = source.columns.map(({ id }, index) => `c${index} := ${id}`);
	const rows = `SELECT list(struct_pack(${[...listed, 'nothing := 1'].join(', ')}) ${orderSql(source.order)}) AS rows FROM (${source.sql})`;
	const tooMany = translation.refusal(
		`A scan goes through ${ROWS_MAX} rows at most: filter first, or scan each part with partition.`,
		node,
	);
	const bounded = `SELECT CASE WHEN len(rows) > ${ROWS_MAX} THEN ${tooMany} ELSE rows END AS rows FROM (${rows})`;
	const reduced = `SELECT rows, ${reducedSql(fields, steps)} AS outs FROM (${bounded})`;
	const place = translation.id('o');
	const found = `SELECT rows[o.i] AS x, o, ${place} FROM (SELECT rows, unnest(outs) AS o, generate_subscripts(outs, 1) AS ${place} FROM (${reduced}))`;
	const matchName = parameterOf(node, 'with_match_id');
	const made = fields.map(({ column, index, isDeclared }) => ({
		column: { ...column, id: translation.id() },
		sql: isDeclared ? `o.d${index}` : `x.c${index}`,
	}));
	const match = { column: translation.column(matchName ?? '', 'long'), sql: 'o.m' };
	const all = matchName === null ? made : [...made, match];
	const names = resultColumns(node);
	return {
		sql: `SELECT ${[...all.map(({ column, sql }) => `${sql} AS ${column.id}`), place].join(', ')} FROM (${found})`,
		columns: all.map(({ column }, index) => ({ ...column, name: names[index]?.name ?? column.name })),
		hidden: [place],
		order: [{ id: place, descending: false, nullsFirst: false }],
	};
};
