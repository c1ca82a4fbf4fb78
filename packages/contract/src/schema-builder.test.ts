/** Our builders make what TypeBox's make, to the order of the keys. */
import TypeBox from 'typebox';
import { expect, it } from 'vitest';
import { Type } from './schema-builder.ts';

type Builders = typeof Type;

/** The same schema from either builders, one of each kind and what they are combined to. */
const EXAMPLES: Readonly<Record<string, (builders: Builders) => unknown>> = {
	text: (T) => T.String({ minLength: 1, description: 'A name.' }),
	'whole number': (T) => T.Integer({ minimum: 0, default: 1 }),
	number: (T) => T.Number(),
	truth: (T) => T.Boolean({ default: false }),
	nothing: (T) => T.Null(),
	anything: (T) => T.Unknown(),
	'one word': (T) => T.Literal('active'),
	'one number': (T) => T.Literal(1),
	words: (T) => T.Union([T.Literal('a'), T.Literal('b')], { default: 'a' }),
	'text or nothing': (T) => T.Union([T.String(), T.Null()]),
	list: (T) => T.Array(T.String(), { maxItems: 2 }),
	map: (T) => T.Record(T.String(), T.Union([T.String(), T.Null()]), { description: 'By name.' }),
	'one of our own': (T) => T.Unsafe<'x'>({ type: 'string', enum: ['x'] }),
	object: (T) => T.Object({ name: T.String(), tags: T.Optional(T.Array(T.String())), size: T.Integer() }, { additionalProperties: false }),
	'object of optional fields': (T) => T.Object({ name: T.Optional(T.String({ description: 'Its name.' })) }),
	'empty object': (T) => T.Object({}),
	'object in an object': (T) =>
		T.Object({ inner: T.Object({ value: T.Optional(T.Number()) }), again: T.Optional(T.Object({ x: T.Null() })) }),
};

it.each(Object.entries(EXAMPLES))('%s', (_, make) => {
	expect(JSON.stringify(make(Type))).toBe(JSON.stringify(make(TypeBox)));
});

it('a field that may be left out is so in this object alone', () => {
	const name = Type.String();
	expect(JSON.parse(JSON.stringify([Type.Object({ name: Type.Optional(name) }), Type.Object({ name })]))).toMatchObject([
		{ type: 'object' },
		{ required: ['name'] },
	]);
});
