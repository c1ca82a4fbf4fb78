import { describe, expect, test } from 'vitest';
import { LogWindow } from './log-window.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const linesOf = (window: LogWindow) => Array.from({ length: window.lineCount }, (_, index) => window.line(index));

describe('at the end', () => {
	test('a line that comes in pieces, cut inside a character, is whole when it ends', () => {
		const window = new LogWindow(0);
		const all = bytes('größe 1\nüber');
		for (const byte of all) window.append(Uint8Array.of(byte));
		expect(linesOf(window)).toEqual(['größe 1', 'über']);
		expect([window.start, window.end]).toEqual([0, all.length]);
	});

	test('a progress bar that is being written is one line', () => {
		const window = new LogWindow(0);
		window.append(bytes('start\n 10%\r 50%'));
		expect(linesOf(window)).toEqual(['start', ' 50%']);
		window.append(bytes('\r100%\ndone\n'));
		expect(linesOf(window)).toEqual(['start', '100%', 'done']);
	});

	test('lines at the start are let go beyond what is held, and their keys are not used again', () => {
		const window = new LogWindow(0, 12);
		expect(window.append(bytes('one\ntwo\nsix\n'))).toBe(0);
		expect(window.append(bytes('ten\n'))).toBe(1);
		expect(linesOf(window)).toEqual(['two', 'six', 'ten']);
		expect([window.start, window.end, window.keyOf(0)]).toEqual([4, 16, 1]);
	});
});

describe('at the start', () => {
	const file = bytes('first\nsecond\nthird\nfourth\n');

	test('reading backwards gives every line once, whole', () => {
		const window = new LogWindow(19);
		window.append(file.subarray(19));
		expect(window.prepend(file.subarray(9, 19))).toBe(1);
		expect(linesOf(window)).toEqual(['third', 'fourth']);
		expect(window.start).toBe(13);
		expect(window.prepend(file.subarray(0, 13))).toBe(2);
		expect(linesOf(window)).toEqual(['first', 'second', 'third', 'fourth']);
		expect([window.start, window.end]).toEqual([0, file.length]);
	});

	test('a line keeps its key when lines come before it', () => {
		const window = new LogWindow(13);
		window.append(file.subarray(13));
		const key = window.keyOf(0);
		expect(window.prepend(file.subarray(0, 13))).toBe(2);
		expect(window.line(2)).toBe('third');
		expect(window.keyOf(2)).toBe(key);
	});

	test('a line longer than what is read is cut, and reading goes on before it', () => {
		const long = bytes(`${'x'.repeat(20)}\nend\n`);
		const window = new LogWindow(21);
		window.append(long.subarray(21));
		window.prepend(long.subarray(11, 21));
		expect(linesOf(window)).toEqual(['x'.repeat(9), 'end']);
		expect(window.start).toBe(11);
	});

	test('lines at the end are let go beyond what is held', () => {
		const window = new LogWindow(13, 20);
		window.append(file.subarray(13));
		window.prepend(file.subarray(0, 13));
		expect(linesOf(window)).toEqual(['first', 'second', 'third']);
		expect([window.start, window.end]).toEqual([0, 19]);
	});
});

test('a line of great length is cut for display', () => {
	const window = new LogWindow(0);
	window.append(bytes(`${'x'.repeat(10_003)}\n`));
	expect(window.line(0)).toBe(`${'x'.repeat(10_000)} … 3 more characters in the file`);
});
