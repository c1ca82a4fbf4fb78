/** The parts of the translation as each other's arguments: expressions hold queries (`toscalar`), queries hold expressions. */
import type { SyntaxNode } from './kusto.ts';
import type { Relation, Scope, Translation } from './translation.ts';
import type { Scalar } from './values.ts';

export interface Translator {
	readonly translation: Translation;
	/** An expression of one value. */
	scalar(node: SyntaxNode, scope: Scope): Scalar;
	/** A condition of which only the true rows count, where null may as well be false: what indexes and prefilters understand. */
	condition(node: SyntaxNode, scope: Scope): string;
	/** An expression of rows. */
	relation(node: SyntaxNode, scope: Scope): Relation;
	/** An operator over rows, or several in a row. */
	apply(node: SyntaxNode, source: Relation, scope: Scope): Relation;
}

/** Calls of functions with queries in them. */
export function isTabular(node: SyntaxNode): boolean {
	return node.ResultType?.Columns !== undefined;
}
