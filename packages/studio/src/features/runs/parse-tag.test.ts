import { expect, test } from 'vitest';
import { parseTag } from './parse-tag.ts';

test.each([
	['worth another look', { key: 'worth another look', value: null }],
	['quality = fantastic run', { key: 'quality', value: 'fantastic run' }],
	['quality:', { key: 'quality', value: '' }],
	['time: 08:05', { key: 'time', value: '08:05' }],
	[' = 1', null],
	['', null],
])('%j is the tag %j', (text, tag) => {
	expect(parseTag(text)).toEqual(tag);
});
