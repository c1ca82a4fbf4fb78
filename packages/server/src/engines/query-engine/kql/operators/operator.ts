/** How an operator is written down: rows in, rows out. */
import type { SyntaxNode } from '../kusto.ts';
import { elementsOf } from '../kusto.ts';
import type { Relation, Scope } from '../translation.ts';
import type { Translator } from '../translator.ts';

export interface OperatorCall {
	readonly node: SyntaxNode;
	readonly source: Relation;
	/** What its expressions see: the columns of its source. */
	readonly scope: Scope;
	readonly translator: Translator;
}

export type Operator = (call: OperatorCall) => Relation;

/** A named parameter, such as `kind=leftouter`, as text. */
export function parameterOf(node: SyntaxNode, name: string): string | null {
	const found = elementsOf(node.Parameters).find((parameter) => parameter.Name.SimpleName === name);
	if (!found) return null;
	const { Expression } = found;
	return Expression.SimpleName ?? String(Expression.LiteralValue ?? Expression.toString().trim());
}
