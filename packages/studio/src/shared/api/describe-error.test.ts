import { RequestError } from '@runstead/client';
import { expect, test } from 'vitest';
import { describeError } from './describe-error.ts';

const errorOf = (code: RequestError['code'], status: number) =>
	new RequestError({ code, status, message: 'There is no run r1.', hint: 'list what there is with GET on the collection', details: {} });

test('what is not there is said without words for those who write requests', () => {
	expect(describeError(errorOf('not-found', 404))).toEqual({
		message: 'There is no run r1.',
		hint: 'The address may be mistyped, or what it names may have been deleted.',
	});
});

test('a hint that helps anybody is kept', () => {
	expect(describeError(errorOf('run-is-active', 409)).hint).toBe('list what there is with GET on the collection');
});

test('what is not of the server is a mistake of the studio', () => {
	expect(describeError(new TypeError('x is undefined'))).toEqual({ message: 'The studio made a mistake.', hint: 'x is undefined' });
});
