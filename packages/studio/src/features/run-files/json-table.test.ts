import { expect, it } from 'vitest';
import { tableOfJson } from './json-table.ts';

it('a table of MLflow has its columns and rows, whatever its values are', () => {
	const text = JSON.stringify({
		columns: ['question', 'score'],
		data: [
			['why?', 0.5],
			['how?', null],
			[{ a: 1 }, true],
		],
	});
	expect(tableOfJson(text, 10)).toEqual({
		header: ['question', 'score'],
		rows: [
			['why?', '0.5'],
			['how?', ''],
			['{"a":1}', 'true'],
		],
		isCut: false,
	});
	expect(tableOfJson(text, 2)).toMatchObject({
		rows: [
			['why?', '0.5'],
			['how?', ''],
		],
		isCut: true,
	});
});

it('other JSON is no table', () => {
	for (const text of [
		'',
		'[1]',
		'null',
		'{"columns": []}',
		'{"columns": ["a"], "data": [1]}',
		'{"columns": [], "data": []}',
		'{"columns": ["a"',
	])
		expect(tableOfJson(text, 10), text).toBeNull();
});
