/** What translates one kind of expression: of one value, at its place. */
import type { SyntaxNode } from './kusto.ts';
import type { Scope } from './translation.ts';
import type { Translator } from './translator.ts';
import type { Scalar } from './values.ts';

export type Expression = (node: SyntaxNode, scope: Scope, translator: Translator) => Scalar;

export const textOf = (node: SyntaxNode): string => node.toString().trim();
