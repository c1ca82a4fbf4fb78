/** `join` and `lookup`. */
import { sameKey } from '../comparisons.ts';
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import { resultColumns } from '../relations.ts';
import type { Column, Relation } from '../translation.ts';
import { columnSql } from '../translation.ts';
import { type Operator, type OperatorCall, parameterOf } from './operator.ts';

interface Sides {
	readonly left: Relation;
	readonly right: Relation;
	/** Of the conditions that compare a column of each side. */
	readonly leftKeys: readonly string[];
	readonly condition: string;
	readonly rightKeyNames: ReadonlySet<string>;
}

function sidesOf({ node, source, scope, translator }: OperatorCall, clause: SyntaxNode | null): Sides {
	const right = translator.relation(node.Expression, { environment: scope.environment, columns: [] });
	const find = (columns: readonly Column[], name: string, at: SyntaxNode): Column => {
		const column = columns.find((one) => one.name === name);
		if (!column) throw translator.translation.error('semantic', `There is no column ${name} on this side of the join.`, at);
		return column;
	};
	const leftKeys: string[] = [];
	const rightKeyNames = new Set<string>();
	const conditions = elementsOf(clause?.Expressions ?? null).map((one) => {
		if (translator.translation.kindOf(one) === 'NameReference') {
			const [a, b] = [find(source.columns, one.SimpleName, one), find(right.columns, one.SimpleName, one)];
			leftKeys.push(a.id);
			rightKeyNames.add(b.name);
			return sameKey(columnSql(a), columnSql(b));
		}
		for (const side of [one.Left, one.Right]) {
			if (side?.Expression?.SimpleName === '$left') leftKeys.push(find(source.columns, side.Selector.SimpleName, side).id);
			else if (side?.Expression?.SimpleName === '$right') rightKeyNames.add(side.Selector.SimpleName);
		}
		const both = { environment: scope.environment, columns: source.columns, right: right.columns };
		if (translator.translation.kindOf(one) !== 'EqualExpression') return translator.condition(one, both);
		return sameKey(translator.scalar(one.Left, both), translator.scalar(one.Right, both));
	});
	return { left: source, right, leftKeys, condition: conditions.join(' AND ') || 'true', rightKeyNames };
}

/** A side whose rows may be missing: its texts are empty then, never null. */
const padded = (column: Column, mayMiss: boolean): string =>
	mayMiss && column.type === 'string' ? `coalesce(${column.id}, '')` : column.id;

function joined(call: OperatorCall, sides: Sides, word: string, columns: readonly { column: Column; missing: boolean }[]): Relation {
	const { translation } = call.translator;
	const names = resultColumns(call.node);
	const out = columns.map(({ column, missing }, index) => ({
		column: translation.column(names[index]?.name ?? column.name, column.type),
		sql: padded(column, missing),
	}));
	return {
		sql: `SELECT ${out.map(({ column, sql }) => `${sql} AS ${column.id}`).join(', ') || '1'} FROM (${sides.left.sql}) ${word} JOIN (${sides.right.sql}) ON ${sides.condition}`,
		columns: out.map(({ column }) => column),
		hidden: [],
		order: [],
	};
}

const with_ = (columns: readonly Column[], missing: boolean) => columns.map((column) => ({ column, missing }));

/** Of each key one row of the left side, whichever. */
function uniqueLeft(sides: Sides): Relation {
	if (sides.leftKeys.length === 0) return sides.left;
	const ids = sides.left.columns.map(({ id }) => id);
	return {
		...sides.left,
		sql: `SELECT DISTINCT ON (${sides.leftKeys.join(', ')}) ${ids.join(', ')} FROM (${sides.left.sql})`,
		hidden: [],
		order: [],
	};
}

const swapped = (sides: Sides): Sides => ({ ...sides, left: sides.right, right: sides.left });

const JOINS: Readonly<Record<string, (call: OperatorCall, sides: Sides) => Relation>> = {
	innerunique: (call, sides) =>
		joined(call, { ...sides, left: uniqueLeft(sides) }, 'INNER', [
			...with_(sides.left.columns, false),
			...with_(sides.right.columns, false),
		]),
	inner: (call, sides) => joined(call, sides, 'INNER', [...with_(sides.left.columns, false), ...with_(sides.right.columns, false)]),
	leftouter: (call, sides) => joined(call, sides, 'LEFT', [...with_(sides.left.columns, false), ...with_(sides.right.columns, true)]),
	rightouter: (call, sides) => joined(call, sides, 'RIGHT', [...with_(sides.left.columns, true), ...with_(sides.right.columns, false)]),
	fullouter: (call, sides) => joined(call, sides, 'FULL', [...with_(sides.left.columns, true), ...with_(sides.right.columns, true)]),
	leftsemi: (call, sides) => joined(call, sides, 'SEMI', with_(sides.left.columns, false)),
	rightsemi: (call, sides) => joined(call, swapped(sides), 'SEMI', with_(sides.right.columns, false)),
	leftanti: (call, sides) => joined(call, sides, 'ANTI', with_(sides.left.columns, false)),
	rightanti: (call, sides) => joined(call, swapped(sides), 'ANTI', with_(sides.right.columns, false)),
};
const OTHER_NAMES: Readonly<Record<string, string>> = { anti: 'leftanti', leftantisemi: 'leftanti', rightantisemi: 'rightanti' };

export const join: Operator = (call) => {
	const kind = parameterOf(call.node, 'kind') ?? 'innerunique';
	const make = JOINS[OTHER_NAMES[kind] ?? kind];
	if (!make) throw call.translator.translation.unsupported(`join kind=${kind}`, call.node);
	return make(call, sidesOf(call, call.node.ConditionClause));
};

export const lookup: Operator = (call) => {
	const kind = parameterOf(call.node, 'kind') ?? 'leftouter';
	const sides = sidesOf(call, call.node.LookupClause);
	const right = sides.right.columns.filter(({ name }) => !sides.rightKeyNames.has(name));
	if (kind !== 'leftouter' && kind !== 'inner') throw call.translator.translation.unsupported(`lookup kind=${kind}`, call.node);
	return joined(call, sides, kind === 'inner' ? 'INNER' : 'LEFT', [...with_(sides.left.columns, false), ...with_(right, kind !== 'inner')]);
};
