/** What is wrong with a request, in words. */
import { expect, test } from 'vitest';
import { checkerOf } from './validation.ts';

const SCHEMA = {
	type: 'object',
	required: ['name'],
	additionalProperties: false,
	properties: {
		name: { type: 'string', minLength: 1, maxLength: 3, pattern: '^[a-z]+$' },
		count: { type: 'integer', minimum: 1, maximum: 5 },
		kind: { type: 'string', enum: ['a', 'b'] },
		list: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'number', exclusiveMinimum: 0 } },
		either: { type: ['string', 'null'] },
	},
};

test.each([
	[{}, 'The body lacks the field "name".'],
	[[], 'The body must be an object.'],
	[{ name: 'a', more: 1 }, 'The body has a field "more" that it may not have.'],
	[{ name: '' }, 'The body at name is empty.'],
	[{ name: 'abcd' }, 'The body at name must have at most 3 characters.'],
	[{ name: '1' }, 'The body at name must have the form ^[a-z]+$.'],
	[{ name: 1 }, 'The body at name must be a text.'],
	[{ name: 'a', count: 0 }, 'The body at count must be at least 1.'],
	[{ name: 'a', count: 6 }, 'The body at count must be at most 5.'],
	[{ name: 'a', count: 1.5 }, 'The body at count must be a whole number.'],
	[{ name: 'a', kind: 'c' }, 'The body at kind must be one of a, b.'],
	[{ name: 'a', list: [] }, 'The body at list is an empty list.'],
	[{ name: 'a', list: [1, 2, 3] }, 'The body at list must have at most 2 items.'],
	[{ name: 'a', list: [1, 0] }, 'The body at list.1 must be more than 0.'],
	[{ name: 'a', either: 1 }, 'The body at either must be a text or null.'],
])('%j', (body, message) => {
	expect(() => checkerOf('body', SCHEMA as never)(body)).toThrow(message);
});
