import { expect, test } from 'vitest';
import { isAtLeast, LevelReader, levelOfLine } from './log-level.ts';

test.each([
	['2026-11-21 08:05:31,123 ERROR train: no data', 'error'],
	['ValueError: no data', 'error'],
	['torch.cuda.OutOfMemoryError: CUDA out of memory', 'error'],
	['error: cannot open file', 'error'],
	['E1121 08:05:31.000 glog', 'error'],
	['[W 08:05:31 NotebookApp] slow', 'warning'],
	['UserWarning: deprecated', 'warning'],
	['INFO the last ERROR was long ago', 'info'],
	['DEBUG x', 'debug'],
	['finished with 0 errors', null],
	['no error here', null],
	['', null],
] as const)('%j is %s', (line, level) => {
	expect(levelOfLine(line)).toBe(level);
});

test('what is indented below a line has its level, what follows it has its own', () => {
	const reader = new LevelReader();
	const lines = ['Traceback (most recent call last):', '  File "a.py", line 1', 'KeyError: 1', 'next', '  indented', 'WARNING x', '\tmore'];
	expect(lines.map((line) => reader.next(line))).toEqual(['error', 'error', 'error', null, null, 'warning', 'warning']);
});

test('levels are compared by how grave they are', () => {
	expect([isAtLeast('error', 'warning'), isAtLeast('info', 'warning'), isAtLeast(null, 'debug')]).toEqual([true, false, false]);
});
