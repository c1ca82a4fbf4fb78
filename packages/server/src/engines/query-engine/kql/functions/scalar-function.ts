/** How a scalar function is written down: what it takes, what it gives, and its SQL. One line each in the catalogues beside. */
import type { SyntaxNode } from '../kusto.ts';
import type { Scope, Translation } from '../translation.ts';
import { convert, isNumber, type KqlType, type Scalar } from '../values.ts';

/** A type that the argument is made to be; `any` leaves it as it is; `number` makes it a number; `regex` is a text; `?` may be absent; `*` may repeat. */
export type ParameterType = KqlType | 'any' | 'number' | 'regex' | `${KqlType | 'any' | 'number'}?` | `${KqlType | 'any' | 'number'}*`;

export interface Call {
	readonly args: readonly Scalar[];
	readonly nodes: readonly SyntaxNode[];
	readonly node: SyntaxNode;
	readonly scope: Scope;
	readonly translation: Translation;
}

export interface ScalarFunction {
	readonly parameters: readonly ParameterType[];
	readonly make: (call: Call) => Scalar;
}

/** A function whose SQL is a template of its arguments. */
export function returns(type: KqlType, parameters: readonly ParameterType[], sql: (...args: string[]) => string): ScalarFunction {
	return { parameters, make: ({ args }) => ({ sql: sql(...args.map((arg) => arg.sql)), type }) };
}

/** A function whose type or SQL depends on more than the text of its arguments. */
export function made(parameters: readonly ParameterType[], make: (call: Call) => Scalar): ScalarFunction {
	return { parameters, make };
}

/** The arguments as the parameters have them. */
export function convertArguments(
	{ parameters }: ScalarFunction,
	args: readonly Scalar[],
	nodes: readonly SyntaxNode[],
	translation: Translation,
): Scalar[] {
	return args.map((arg, index) => {
		const parameter = parameters[Math.min(index, parameters.length - 1)] ?? 'any';
		if (parameter === 'regex') return translation.pattern(convert(arg, 'string'), nodes[index]);
		const type = parameter.replace(/[?*]$/, '') as KqlType | 'any' | 'number';
		if (type === 'any') return arg;
		if (type === 'number') return isNumber(arg.type) ? arg : convert(arg, 'real');
		return convert(arg, type);
	});
}

/** A constant text that SQL has to know while it is made. */
export function constantTextOf({ args, nodes, node, translation }: Call, index: number, what: string): string {
	const arg = args[index];
	if (typeof arg?.constant === 'string') return arg.constant;
	throw translation.error('unsupported', `${what} must be a literal.`, nodes[index] ?? node);
}

export function constantNumberOf({ args, nodes, node, translation }: Call, index: number, what: string): number {
	const arg = args[index];
	if (typeof arg?.constant === 'number' || typeof arg?.constant === 'bigint') return Number(arg.constant);
	throw translation.error('unsupported', `${what} must be a literal number.`, nodes[index] ?? node);
}
