import type { WorkspaceMetricResult } from '@runstead/contract';
import { expect, it } from 'vitest';
import { csvOf, linesOf } from './metric-lines.ts';

const TIMES = ['2026-11-21T08:00:00.000000Z', '2026-11-21T08:01:00.000000Z', '2026-11-21T08:02:00.000000Z'];

function resultOf(metric: string, times: string[], series: WorkspaceMetricResult['series']): WorkspaceMetricResult {
	const [from, to] = [times[0] as string, times.at(-1) as string];
	return {
		metric,
		namespace: '',
		unit: 'Count',
		aggregations: ['total'],
		from,
		to,
		grainSeconds: 60,
		times,
		series,
		seriesCount: series.length,
	};
}

it('metrics with other grains share one axis: a gap where one has nothing, no point where it has no grain', () => {
	const one = resultOf('Failed Runs', TIMES, [
		{ dimensions: { ExperimentName: 'ridge' }, total: [1, null, 3] },
		{ dimensions: { ExperimentName: '' }, total: [0, 0, 0] },
	]);
	const other = resultOf('Errors', [TIMES[0] as string, TIMES[2] as string], [{ dimensions: {}, total: [5, 6] }]);
	const data = linesOf([
		{ result: one, aggregation: 'total' },
		{ result: other, aggregation: 'total' },
	]);
	expect(linesOf([{ result: one, aggregation: 'total', isCounted: true }]).lines[0]?.values).toEqual([1, 0, 3]);
	expect(data.x).toEqual(TIMES.map((time) => Date.parse(time)));
	expect(data.lines.map(({ label, values }) => [label, values])).toEqual([
		['Failed Runs: ridge', [1, null, 3]],
		['Failed Runs: (none)', [0, 0, 0]],
		['Errors (total)', [5, undefined, 6]],
	]);
	expect(csvOf(data)).toBe(
		'time,Failed Runs: ridge,Failed Runs: (none),Errors (total)\r\n2026-11-21T08:00:00.000Z,1,0,5\r\n2026-11-21T08:01:00.000Z,,0,\r\n2026-11-21T08:02:00.000Z,3,0,6\r\n',
	);
});

it('a spreadsheet does not take a name for a formula', () => {
	const data = linesOf([
		{ result: resultOf('Errors', [], [{ dimensions: { ExperimentName: '=1+1,"x"' }, total: [] }]), aggregation: 'total' },
	]);
	expect(csvOf(data)).toBe('time,"=1+1,""x"""\r\n');
});
