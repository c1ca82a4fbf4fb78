import { expect, it } from 'vitest';
import { columnsOf, profileEntries, sourceText } from './dataset-facts.ts';

it.each([
	['http', '{"url": "https://example.org/red.csv"}', 'https://example.org/red.csv'],
	['s3', '{"uri": "s3://bucket/eval.npy"}', 's3://bucket/eval.npy'],
	['code', '{"tags": {"mlflow.source.name": "train.py"}}', 'train.py'],
	['local', 'red.csv', 'red.csv'],
	['other', '{"table": 1}', '{"table": 1}'],
])('of a %s source %s is shown %s', (sourceType, source, text) => {
	expect(sourceText({ sourceType, source })).toBe(text);
});

it.each([
	[
		'{"mlflow_colspec": [{"type": "double", "name": "acidity", "required": true}, {"type": {"type": "array"}, "name": "x", "required": false}]}',
		[
			{ name: 'acidity', type: 'double' },
			{ name: 'x', type: '{"type":"array"}, may be missing' },
		],
	],
	[
		JSON.stringify({ mlflow_tensorspec: { features: '[{"tensor-spec": {"dtype": "float64", "shape": [-1, 4]}}]', targets: null } }),
		[{ name: 'features', type: 'float64 [-1,4]' }],
	],
	['a schema of another', null],
	[null, null],
])('the columns of %s are %o', (schema, columns) => {
	expect(columnsOf(schema)).toEqual(columns);
});

it.each([
	[
		'{"num_rows": 3, "shape": [3, 4]}',
		[
			['num rows', '3'],
			['shape', '[3,4]'],
		],
	],
	['three rows', null],
	[null, null],
])('the profile %s says %o', (profile, entries) => {
	expect(profileEntries(profile)).toEqual(entries);
});
