/** Functions that give several columns at once: `series_stats(x)`, and `(low, at) = series_stats(x)`, which names the first of them. */
import { SCALAR_FUNCTIONS } from '../functions/catalogue.ts';
import { convertArguments, type ScalarFunction } from '../functions/scalar-function.ts';
import { severalOfSeriesOrNull } from '../functions/series-functions.ts';
import { elementsOf, type SyntaxNode } from '../kusto.ts';
import type { Scope } from '../translation.ts';
import type { Translator } from '../translator.ts';
import type { Scalar } from '../values.ts';

export interface SeveralColumns {
	/** The names that are given, for the first of the values. */
	readonly names: readonly string[];
	readonly values: readonly Scalar[];
}

/** Null for what gives one column. */
export function severalColumnsOrNull(node: SyntaxNode, scope: Scope, translator: Translator): SeveralColumns | null {
	const { translation } = translator;
	const kind = translation.kindOf(node);
	const call = kind === 'SimpleNamedExpression' || kind === 'CompoundNamedExpression' ? node.Expression : node;
	const several = translation.kindOf(call) === 'FunctionCallExpression' ? severalOfSeriesOrNull(call.Name.SimpleName) : null;
	if (several === null) {
		if (kind === 'CompoundNamedExpression') {
			// A function that is not supported at all is told as that.
			translator.scalar(call, scope);
			throw translation.unsupported('Several names for one value', node);
		}
		return null;
	}
	const names =
		kind === 'CompoundNamedExpression'
			? elementsOf(node.Names.Names).map(({ SimpleName }) => SimpleName)
			: kind === 'SimpleNamedExpression'
				? [node.Name.SimpleName]
				: [];
	const nodes = elementsOf(call.ArgumentList.Expressions);
	const args = nodes.map((arg) => translator.scalar(arg, scope));
	const taken = convertArguments(SCALAR_FUNCTIONS.get(call.Name.SimpleName) as ScalarFunction, args, nodes, translation);
	return { names, values: several(taken) };
}
