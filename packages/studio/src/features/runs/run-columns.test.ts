import type { Run } from '@runstead/contract';
import { expect, test } from 'vitest';
import { columnOf, defaultColumns, metricValue, usualColumns } from './run-columns.tsx';

function run(metrics: Record<string, number | string>, more: Partial<Run> = {}): Run {
	const summaries = Object.entries(metrics).map(([name, last]) => [name, { name, kind: 'scalar', columns: { [name]: { last } } }]);
	return { metrics: Object.fromEntries(summaries), params: {}, tags: {}, progress: null, ...more } as unknown as Run;
}

test('columns that nobody chose: the metrics that most runs logged as numbers, and none that would be empty', () => {
	const runs = [run({ mse: 1, phase: 'warm-up' }), run({ mse: 2, alpha: 3 }), run({ mse: 2, rate: 1, zeta: 1 })];
	expect(defaultColumns(runs, ['experiment'])).toEqual([
		'name',
		'number',
		'status',
		'started',
		'duration',
		'metrics.mse.last',
		'metrics.alpha.last',
		'metrics.rate.last',
	]);
	const marked = run({}, { tags: { best: null }, progress: { done: 1, total: 2 } });
	expect(defaultColumns([marked])).toEqual(['name', 'number', 'status', 'experiment', 'started', 'duration', 'progress', 'tags']);
});

test('a column is ordered by what a filter would call it', () => {
	expect(columnOf('metrics.val/mse at "10".min')).toMatchObject({
		header: 'val/mse at "10" (min)',
		orderBy: 'metrics."val/mse at ""10""".min',
	});
	expect(columnOf('params.learning.rate')).toMatchObject({ header: 'learning.rate', orderBy: 'params."learning.rate"' });
	expect(columnOf('duration')?.orderBy).toBe('durationMs');
	expect(columnOf('metrics.mse.median')).toBeNull();
});

test('the usual columns are what runs have, and the metrics that most of them log', () => {
	expect(usualColumns(['mse', 'mae', 'loss', 'rate'], ['experiment'])).toEqual([
		'name',
		'number',
		'status',
		'started',
		'duration',
		'metrics.mse.last',
		'metrics.mae.last',
		'metrics.loss.last',
		'spark',
		'target',
		'tags',
	]);
	expect(usualColumns([])).not.toContain('spark');
});

test('a column of a row or table is found by its metric', () => {
	const table = run({});
	const columns = { mean: { last: 3 } } as never;
	expect(metricValue({ ...table, metrics: { 'a.b': { name: 'a.b', columns } as never } }, 'a.b.mean', 'last')).toBe(3);
	expect(metricValue(table, 'a.b.mean', 'last')).toBeUndefined();
});
