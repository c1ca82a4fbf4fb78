/**
 * Makes the schemas of the contract: JSON Schema with the types that TypeBox gives them. TypeBox's own builders make the same, and weigh
 * some 20 MB and a tenth of a second in every process that knows the contract: server, command line, browser.
 */
import type TypeBox from 'typebox';
import type { TSchema } from 'typebox';

/** The builders that the contract needs; each takes what TypeBox's takes and gives what it gives. */
type Builders = Pick<
	typeof TypeBox,
	| 'Array'
	| 'Boolean'
	| 'Integer'
	| 'Literal'
	| 'Null'
	| 'Number'
	| 'Object'
	| 'Optional'
	| 'Record'
	| 'String'
	| 'Union'
	| 'Unknown'
	| 'Unsafe'
>;

/** Marks a field that may be left out; not part of the schema that others see. */
const OPTIONAL = Symbol('optional');

type Options = Readonly<Record<string, unknown>>;

function object(properties: Readonly<Record<string, TSchema>>, options?: Options): object {
	const required = Object.keys(properties).filter((name) => !(OPTIONAL in (properties[name] as object)));
	return { type: 'object', ...(required.length > 0 && { required }), properties, ...options };
}

export const Type = {
	Array: (items: TSchema, options?: Options) => ({ type: 'array', items, ...options }),
	Boolean: (options?: Options) => ({ type: 'boolean', ...options }),
	Integer: (options?: Options) => ({ type: 'integer', ...options }),
	Literal: (word: string | number | boolean, options?: Options) => ({ type: typeof word, const: word, ...options }),
	Null: (options?: Options) => ({ type: 'null', ...options }),
	Number: (options?: Options) => ({ type: 'number', ...options }),
	Object: object,
	Optional: (schema: TSchema) => Object.defineProperty({ ...schema }, OPTIONAL, { value: true }),
	Record: (_key: TSchema, value: TSchema, options?: Options) => ({ type: 'object', patternProperties: { '^.*$': value }, ...options }),
	String: (options?: Options) => ({ type: 'string', ...options }),
	Union: (anyOf: readonly TSchema[], options?: Options) => ({ anyOf, ...options }),
	Unknown: (options?: Options) => ({ ...options }),
	Unsafe: (schema: TSchema) => ({ ...schema }),
} as unknown as Builders;
