/** Names that a query gives: `let`, and the calls of functions, its own and Kusto's. */
import { aggregateOf } from './aggregates.ts';
import type { Expression } from './expression.ts';
import { SCALAR_FUNCTIONS } from './functions/catalogue.ts';
import { convertArguments } from './functions/scalar-function.ts';
import { elementsOf, type SyntaxNode } from './kusto.ts';
import { type Environment, Environment as NewEnvironment, type Scope } from './translation.ts';
import { isTabular, type Translator } from './translator.ts';
import { convert, kqlTypeOf, type Scalar } from './values.ts';

export const call: Expression = (node, scope, translator) => {
	const { translation } = translator;
	const name = node.Name.SimpleName;
	const binding = scope.environment.get(name);
	if (binding?.kind === 'function') return callScalar(node, binding, scope, translator);
	const aggregate = scope.aggregates && aggregateOf(name);
	if (aggregate && scope.aggregates) return aggregate.one(node, scope.aggregates, translator);
	const found = SCALAR_FUNCTIONS.get(name);
	if (!found) throw translation.unsupported(`The function ${name}()`, node);
	const nodes = elementsOf(node.ArgumentList.Expressions).map((arg) =>
		translation.kindOf(arg) === 'SimpleNamedExpression' ? arg.Expression : arg,
	);
	const typed = nodes.filter((arg) => translation.kindOf(arg) !== 'TypeOfLiteralExpression');
	const args = typed.map((arg) => translator.scalar(arg, scope));
	return found.make({ args: convertArguments(found, args, typed, translation), nodes: typed, node, scope, translation });
};

/** A function of the query's own: its body, with the arguments in place of the parameters. */
function callScalar(
	node: SyntaxNode,
	{ declaration, environment }: { declaration: SyntaxNode; environment: Environment },
	scope: Scope,
	translator: Translator,
): Scalar {
	const inner = bindParameters(node, declaration, environment, scope, translator);
	return translator.translation.deeper(node, () => {
		const body = node.GetCalledFunctionBody() ?? declaration.Body;
		for (const statement of elementsOf(body.Statements)) bindLet(statement, inner, translator);
		return translator.scalar(body.Expression, { environment: inner, columns: [] });
	});
}

/** The environment of a call: its parameters bound to its arguments, by place or by name. */
export function bindParameters(
	node: SyntaxNode,
	declaration: SyntaxNode,
	environment: Environment,
	scope: Scope,
	translator: Translator,
	first?: () => ReturnType<Translator['relation']>,
): Environment {
	const inner = new NewEnvironment(environment);
	const { translation } = translator;
	// A function without parameters, such as a view, may be named without brackets.
	const args = translation.kindOf(node) === 'NameReference' ? [] : elementsOf(node.ArgumentList.Expressions);
	const named = new Map(
		args.flatMap((arg) => (translation.kindOf(arg) === 'SimpleNamedExpression' ? [[arg.Name.SimpleName, arg.Expression] as const] : [])),
	);
	let next = 0;
	for (const [index, parameter] of elementsOf(declaration.Parameters.Parameters).entries()) {
		const { Name, Type } = parameter.NameAndType;
		const name = Name.SimpleName;
		if (index === 0 && first) {
			inner.set(name, { kind: 'relation', make: first });
			continue;
		}
		const arg = named.get(name) ?? args[next++] ?? parameter.DefaultValue?.Value;
		if (!arg) throw translation.error('semantic', `The parameter ${name} has no value.`, node);
		if (translation.kindOf(Type) === 'SchemaTypeExpression')
			inner.set(name, { kind: 'relation', make: () => translator.relation(arg, scope) });
		else inner.set(name, { kind: 'scalar', value: convert(translator.scalar(arg, scope), kqlTypeOf(Type.ReferencedSymbol) ?? 'dynamic') });
	}
	return inner;
}

/** `let name = …`, in the query or in a function. */
export function bindLet(statement: SyntaxNode, environment: Environment, translator: Translator): void {
	const { translation } = translator;
	if (translation.kindOf(statement) !== 'LetStatement') throw translation.unsupported('This statement', statement);
	const name = statement.Name.SimpleName;
	const scope: Scope = { environment: closed(environment), columns: [] };
	const value = statement.Expression;
	if (translation.kindOf(value) === 'FunctionDeclaration')
		environment.set(name, { kind: 'function', declaration: value, environment: scope.environment });
	else if (translation.kindOf(value) === 'MaterializeExpression') {
		const relation = translator.relation(value, scope);
		environment.set(name, { kind: 'relation', make: () => renamed(relation, translator) });
	} else if (isTabular(value)) environment.set(name, { kind: 'relation', make: () => translator.relation(value, scope) });
	else environment.set(name, { kind: 'scalar', value: translator.scalar(value, scope) });
}

/** What was bound before this statement: a later `let` of the same name does not reach back. */
function closed(environment: Environment): Environment {
	return environment.snapshot();
}

/** The same rows under new ids, so that they can be joined to themselves. */
function renamed(relation: ReturnType<Translator['relation']>, { translation }: Translator): ReturnType<Translator['relation']> {
	const columns = relation.columns.map((column) => ({ ...column, id: translation.id() }));
	const ids = columns.map(({ id }, index) => `${relation.columns[index]?.id} AS ${id}`);
	return { sql: `SELECT ${ids.join(', ')} FROM (${relation.sql})`, columns, hidden: [], order: [] };
}
