/** Checks what comes in against the contract's schemas; a schema is compiled when it is first needed, which keeps the start quick. */
import { RunsteadError } from '@runstead/contract';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';

export type Part = 'params' | 'query' | 'body';

/** Query strings and paths are text: numbers and booleans are read from it. Bodies must be what the schema says. */
const validators: Readonly<Record<Part, Ajv>> = (() => {
	const fromText = new Ajv({ coerceTypes: true, useDefaults: true, strict: false, allErrors: false });
	return { params: fromText, query: fromText, body: new Ajv({ useDefaults: true, discriminator: true, strict: false, allErrors: false }) };
})();

/**
 * A check of one part of a request, which also fills in defaults.
 * @throws {RunsteadError} invalid-request, naming the place and what it must be.
 */
export function checkerOf(part: Part, schema: TSchema | undefined): (value: unknown) => void {
	if (!schema) return () => undefined;
	let validate: ValidateFunction | undefined;
	return (value) => {
		if (part !== 'body') refuseNul(part, value as Readonly<Record<string, unknown>>);
		validate ??= validators[part].compile(withSafeIntegers(schema) as TSchema);
		if (!validate(value)) throw new RunsteadError('invalid-request', { what: describe(part, validate.errors?.[0]) });
	};
}

/** Whole numbers are those that a number and a 64-bit column hold exactly: what is beyond would fail in the database. */
function withSafeIntegers(schema: unknown): unknown {
	if (Array.isArray(schema)) return schema.map(withSafeIntegers);
	if (typeof schema !== 'object' || schema === null) return schema;
	const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withSafeIntegers(value)]));
	if (copy.type !== 'integer') return copy;
	return { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, ...copy };
}

/** PostgreSQL keeps no NUL in a text; nobody means one. Bodies are looked at before they are parsed, paths of files by a rule of their own. */
function refuseNul(part: Part, values: Readonly<Record<string, unknown>>): void {
	for (const [name, value] of Object.entries(values)) {
		if (name !== '*' && String(value).includes('\0')) {
			throw new RunsteadError('invalid-request', { what: `${PART_NAMES[part]} at ${name} holds the NUL character.` });
		}
	}
}

const PART_NAMES: Readonly<Record<Part, string>> = { params: 'The path', query: 'The query', body: 'The body' };

/** What is wrong by the rule that it breaks, with the parameters of that rule; other rules speak for themselves. */
const RULES: Readonly<Record<string, (params: Readonly<Record<string, unknown>>) => string>> = {
	additionalProperties: ({ additionalProperty }) => `has a field "${additionalProperty}" that it may not have`,
	required: ({ missingProperty }) => `lacks the field "${missingProperty}"`,
	enum: ({ allowedValues }) => `must be one of ${(allowedValues as unknown[]).join(', ')}`,
	const: ({ allowedValue }) => `must be ${JSON.stringify(allowedValue)}`,
	type: ({ type }) => `must be ${String(type).split(',').map(typeInWords).join(' or ')}`,
	minLength: ({ limit }) => (limit === 1 ? 'is empty' : `must have at least ${limit} characters`),
	maxLength: ({ limit }) => `must have at most ${limit} characters`,
	minItems: ({ limit }) => (limit === 1 ? 'is an empty list' : `must have at least ${limit} items`),
	maxItems: ({ limit }) => `must have at most ${limit} items`,
	minimum: ({ limit }) => `must be at least ${limit}`,
	maximum: ({ limit }) => `must be at most ${limit}`,
	exclusiveMinimum: ({ limit }) => `must be more than ${limit}`,
	exclusiveMaximum: ({ limit }) => `must be less than ${limit}`,
	pattern: ({ pattern }) => `must have the form ${pattern}`,
};

const TYPES: Readonly<Record<string, string>> = {
	string: 'a text',
	integer: 'a whole number',
	number: 'a number',
	boolean: 'true or false',
	array: 'a list',
	object: 'an object',
};

const typeInWords = (type: string): string => TYPES[type] ?? type;

function describe(part: Part, error: ErrorObject | undefined): string {
	const place = (error?.instancePath ?? '').split('/').slice(1).join('.');
	const what = (error && RULES[error.keyword]?.(error.params)) ?? error?.message;
	return `${PART_NAMES[part]}${place ? ` at ${place}` : ''} ${what}.`;
}
