import { describe, expect, it } from 'vitest';
import { chartTitle, movedChart, newChart, parseRunCharts, usualCharts } from './chart-spec.ts';

describe('charts in an address', () => {
	it('are taken as they are', () => {
		const list = [
			{ id: 'a', kind: 'line', metric: 'mse', x: 'metric', xMetric: 'examples', logY: true, smoothing: 0.6, by: 'params.alpha', width: 2 },
			{ id: 'b', kind: 'scatter', x: 'params.alpha', y: 'metrics.mse.min', logX: true },
			{ id: 'c', kind: 'parallel', columns: ['params.alpha', 'metrics.mse.min'] },
		];
		expect(parseRunCharts({ list, runs: 50, label: 'params.alpha' })).toEqual({ list, runs: 50, label: 'params.alpha' });
	});

	it('are left out where they cannot be read, one by one', () => {
		const list = [
			null,
			'line',
			{ kind: 'line' },
			{ kind: 'pie', metric: 'mse' },
			{ kind: 'box', y: 'duration' },
			{ kind: 'line', metric: 'mse', x: 'sideways', smoothing: 7, width: 9, onload: 'alert(1)' },
			{ kind: 'line', metric: 'acc', x: 'metric' },
		];
		expect(parseRunCharts({ list, runs: 3 })).toEqual({
			list: [
				{ id: '5', kind: 'line', metric: 'mse' },
				{ id: '6', kind: 'line', metric: 'acc' },
			],
		});
		expect(parseRunCharts('nothing')).toEqual({});
	});
});

describe('charts', () => {
	it('are by themselves the lines of the usual metrics', () => {
		expect(usualCharts(['mse', 'acc', 'lr', 'more']).map(chartTitle)).toEqual(['mse', 'acc', 'lr']);
	});

	it('begin with what runs mostly have', () => {
		expect(newChart('scatter', 'a', ['mse'], ['alpha'])).toEqual({ id: 'a', kind: 'scatter', x: 'params.alpha', y: 'metrics.mse.last' });
		expect(newChart('parallel', 'a', ['mse'], [])).toEqual({ id: 'a', kind: 'parallel', columns: ['duration', 'metrics.mse.last'] });
		expect(newChart('line', 'a', [], [])).toBeNull();
	});

	it('move before another, or to the end', () => {
		const charts = usualCharts(['a', 'b', 'c']);
		const names = (list: ReturnType<typeof movedChart>) => list.map(chartTitle).join('');
		expect(names(movedChart(charts, 'usual-c', 'usual-a'))).toBe('cab');
		expect(names(movedChart(charts, 'usual-a', null))).toBe('bca');
		expect(names(movedChart(charts, 'nothing', null))).toBe('abc');
	});
});
