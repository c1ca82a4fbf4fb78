import type { ColumnSummary, MetricKind, MetricSummary } from '@runstead/contract';
import { expect, test } from 'vitest';
import { sectionsOf, shapeOf } from './metric-shape.ts';

function column(value: ColumnSummary['last']): ColumnSummary {
	return {
		count: 1,
		numberCount: 1,
		first: value,
		last: value,
		lastStep: null,
		lastTime: '',
		min: null,
		minStep: null,
		max: null,
		maxStep: null,
		mean: null,
	};
}

function summary(name: string, kind: MetricKind, count: number, columns: Record<string, ColumnSummary['last']>): MetricSummary {
	return {
		name,
		kind,
		count,
		direction: null,
		columns: Object.fromEntries(Object.entries(columns).map(([key, value]) => [key, column(value)])),
	};
}

test.each([
	['one number is written out', summary('alpha', 'scalar', 1, { alpha: 0.05 }), { as: 'value' }],
	['numbers are a line', summary('loss', 'scalar', 2, { loss: 1 }), { as: 'line', column: 'loss' }],
	[
		'what cannot be said in JSON is a number too',
		summary('loss', 'scalar', 2, { loss: { number: 'NaN' } }),
		{ as: 'line', column: 'loss' },
	],
	['texts are a table', summary('phase', 'scalar', 2, { phase: 'warm-up' }), { as: 'table' }],
	['a list is a line', summary('fib', 'list', 5, { fib: 3 }), { as: 'line', column: 'fib' }],
	['rows of two numbers are a curve', summary('Y over X', 'row', 3, { x: 1, y: 2 }), { as: 'curve', x: 'x', y: ['y'] }],
	[
		'more numbers are a curve each',
		summary('sines', 'table', 9, { angle: 1, sine: 2, cosine: 3 }),
		{ as: 'curve', x: 'angle', y: ['sine', 'cosine'] },
	],
	['one row is a table', summary('Y over X', 'row', 1, { x: 1, y: 2 }), { as: 'table' }],
	['a text among numbers is a table', summary('rows', 'table', 3, { x: 1, y: 2, name: 'a' }), { as: 'table' }],
	['the others are what they are', summary('r', 'residuals', 1, { r: '{}' }), { as: 'residuals' }],
])('%s', (_, given, shape) => {
	expect(shapeOf(given)).toEqual(shape);
});

test('sections follow what stands before the last slash, names count as people do', () => {
	const table = summary('a-table', 'scalar', 2, { v: 'text' });
	const names = ['train/loss', 'layer10', 'layer2', 'val/loss', '/odd'].map((name) => summary(name, 'scalar', 2, { v: 1 }));
	expect(sectionsOf([table, ...names]).map(({ section, metrics }) => [section, metrics.map(({ name }) => name)])).toEqual([
		['', ['/odd', 'layer2', 'layer10', 'a-table']],
		['train', ['train/loss']],
		['val', ['val/loss']],
	]);
});
