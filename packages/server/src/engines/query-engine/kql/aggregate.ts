/** How an aggregate is written down: what it takes, and the columns that it makes. */
import { elementsOf, type SyntaxNode } from './kusto.ts';
import type { Scope } from './translation.ts';
import type { Translator } from './translator.ts';
import { convert, isNumber, type Scalar } from './values.ts';

export interface Aggregate {
	/** As one value. @throws {QueryError} when it makes several. */
	one(node: SyntaxNode, scope: Scope, translator: Translator): Scalar;
	/** As the columns that it makes: `arg_max(x, *)` makes one for each column beside those that are grouped by. */
	many(node: SyntaxNode, scope: Scope, translator: Translator, groupedBy: ReadonlySet<string>): readonly Scalar[];
}

export interface Parts {
	readonly args: readonly Scalar[];
	/** Of the `…if` form. */
	readonly condition: string | null;
	/** ` FILTER (WHERE …)`, or nothing. */
	readonly filter: string;
	readonly scope: Scope;
}

/** The arguments of an aggregate: those of each row, then those that are the same for all of them. */
export function argumentsOf(node: SyntaxNode, scope: Scope, translator: Translator, ofRows: number): Scalar[] {
	return elementsOf(node.ArgumentList.Expressions).map((arg, index) => {
		return translator.scalar(arg, index < ofRows ? scope : { ...scope, columns: [] });
	});
}

/** How many of the first arguments an aggregate takes before the condition of its `…if` form. */
export function aggregate(sql: (parts: Parts) => Scalar, conditionAt: number | null = null, ofRows = Number.POSITIVE_INFINITY): Aggregate {
	const one: Aggregate['one'] = (node, scope, translator) => {
		const args = argumentsOf(node, scope, translator, ofRows);
		const condition = conditionAt === null ? undefined : args[conditionAt];
		const rest = conditionAt === null ? args : args.filter((_, index) => index !== conditionAt);
		const holds = condition ? convert(condition, 'bool').sql : null;
		return sql({ args: rest, condition: holds, filter: holds === null ? '' : ` FILTER (WHERE ${holds})`, scope });
	};
	return { one, many: (node, scope, translator) => [one(node, scope, translator)] };
}

export const numeric = (value: Scalar): Scalar =>
	isNumber(value.type) || value.type === 'timespan' || value.type === 'datetime' ? value : convert(value, 'real');
