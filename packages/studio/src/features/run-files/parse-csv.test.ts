import { expect, test } from 'vitest';
import { parseCsv } from './parse-csv.ts';

test.each([
	['a,b\n1,2\n', { header: ['a', 'b'], rows: [['1', '2']] }],
	['a;b\r\n1;"x;y"\r\n', { header: ['a', 'b'], rows: [['1', 'x;y']] }],
	['a\tb\n1\t', { header: ['a', 'b'], rows: [['1', '']] }],
	['\uFEFFname,note\n"a ""b""","two\nlines"', { header: ['name', 'note'], rows: [['a "b"', 'two\nlines']] }],
	['a,b\n\n1,2\n\n', { header: ['a', 'b'], rows: [['1', '2']] }],
	['', { header: [], rows: [] }],
])('%j', (text, table) => {
	expect(parseCsv(text, 100)).toEqual({ ...table, isCut: false });
});

test('a long table is cut, and says so', () => {
	const text = Array.from({ length: 10 }, (_, row) => `${row},x`).join('\n');
	expect(parseCsv(text, 3)).toEqual({
		header: ['0', 'x'],
		rows: [
			['1', 'x'],
			['2', 'x'],
			['3', 'x'],
		],
		isCut: true,
	});
});
