import { expect, test } from 'vitest';
import { placeMarks } from './mark-places.ts';

const marks = [{ atMs: 5_000, text: 'Node n gone', tone: 'bad' }] as const;
const reached = [
	{ step: 0, atMs: 1_000 },
	{ step: 10, atMs: 4_000 },
	{ step: 20, atMs: 6_000 },
];

test('a mark lies at its time, at its seconds since the start, or at the last step before it', () => {
	expect(placeMarks(marks, 'time', 1_000, [])).toEqual([{ x: 5_000, text: 'Node n gone', tone: 'bad' }]);
	expect(placeMarks(marks, 'relative', 1_000, [])[0]?.x).toBe(4);
	expect(placeMarks(marks, 'step', 1_000, reached)[0]?.x).toBe(10);
	expect(placeMarks(marks, 'step', 1_000, [])).toEqual([]);
	expect(placeMarks(marks, 'relative', null, [])).toEqual([]);
});
