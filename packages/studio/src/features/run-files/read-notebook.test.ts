import { expect, test } from 'vitest';
import { readNotebook } from './read-notebook.ts';

test('cells and what they printed are read, markup and scripts are not', () => {
	const cells = [
		{ cell_type: 'markdown', source: ['# A\n', 'b'] },
		{
			cell_type: 'code',
			source: 'print(1)',
			execution_count: 3,
			outputs: [
				{ output_type: 'stream', text: ['1\n'] },
				{ output_type: 'display_data', data: { 'text/html': '<script>1</script>', 'text/plain': 'a table' } },
				{ output_type: 'display_data', data: { 'image/png': 'aGk=\n' } },
				{ output_type: 'display_data', data: { 'image/png': '" onerror="x' } },
				{ output_type: 'error', traceback: ['\u001b[31mValueError\u001b[0m', 'no data'] },
			],
		},
		{ cell_type: 'unknown' },
	];
	expect(readNotebook(JSON.stringify({ cells, metadata: { language_info: { name: 'julia' } } }))).toEqual({
		language: 'julia',
		cells: [
			{ kind: 'markdown', source: '# A\nb', count: null, outputs: [] },
			{
				kind: 'code',
				source: 'print(1)',
				count: 3,
				outputs: [
					{ kind: 'text', text: '1\n' },
					{ kind: 'text', text: 'a table' },
					{ kind: 'image', address: 'data:image/png;base64,aGk=' },
					{ kind: 'error', text: 'ValueError\nno data' },
				],
			},
			{ kind: 'raw', source: '', count: null, outputs: [] },
		],
	});
});

test.each(['', '{', '[]', '{"cells": 1}'])('%j is no notebook', (text) => {
	expect(readNotebook(text)).toBeNull();
});
