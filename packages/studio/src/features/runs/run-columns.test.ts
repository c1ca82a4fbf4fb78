import type { Run } from '@runstead/contract';
import { expect, test } from 'vitest';
import { columnOf, defaultColumns, offeredColumns } from './run-columns.tsx';

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

test('what can be chosen is what the loaded runs have', () => {
	const offered = offeredColumns([run({ mse: 1 }, { params: { alpha: '1' }, tags: { best: null } })]);
	expect(offered.map(({ group }) => group)).toEqual(['Run', 'Metrics', 'Params', 'Tags']);
	expect(offered[1]?.choices.map(({ id }) => id)).toEqual(['metrics.mse.last', 'metrics.mse.min', 'metrics.mse.max']);
	expect(offered[2]?.choices).toEqual([{ id: 'params.alpha', label: 'alpha' }]);
	expect(offered[3]?.choices).toEqual([{ id: 'tags.best', label: 'best' }]);
});
