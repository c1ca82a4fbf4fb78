import { expect, test } from 'vitest';
import { markerOf, marksIn, withoutTime } from './log-marks.ts';

const marks = (text: string, pattern: string, isRegex = false) => {
	const marker = markerOf(pattern, isRegex);
	return marker && marksIn(text, marker).map(([from, to]) => text.slice(from, to));
};

test('a text is marked whatever its case, a regular expression as it matches', () => {
	expect(marks('Loss=1 loss=2 (loss)', 'loss')).toEqual(['Loss', 'loss', 'loss']);
	expect(marks('f(x) f.x', '(x)')).toEqual(['(x)']);
	expect(marks('loss=1 loss=22', 'loss=\\d+', true)).toEqual(['loss=1', 'loss=22']);
	expect(marks('aaa', 'x*', true)).toEqual([]);
	expect(marks('aaa', '(', true)).toBeNull();
	expect(marks('aaa', '')).toBeNull();
});

test.each([
	['2026-11-21 08:05:31,123 INFO ready', 'INFO ready'],
	['2026-11-21T08:05:31.123456Z ready', 'ready'],
	['[08:05:31] ready', 'ready'],
	['Nov 21 08:05:31 host ready', 'host ready'],
	['08:05:31 | ready', 'ready'],
	['epoch 3 took 08:05:31', 'epoch 3 took 08:05:31'],
	['2026-11-21', '2026-11-21'],
])('of %j without its time %j is left', (line, rest) => {
	expect(withoutTime(line)).toBe(rest);
});
