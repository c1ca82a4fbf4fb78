import type { MetricLine } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { alignLines, spreadOf } from './align-lines.ts';

function line(run: string, x: number[], last: (number | null)[]): MetricLine {
	return { run, column: 'mse', count: x.length, exact: true, x, last, min: null, max: null };
}

describe('lines over one x', () => {
	it('stand at every place that any of them has; one that has no point there goes on', () => {
		const { x, lines } = alignLines([line('ada', [0, 2], [1, 3]), line('bob', [0, 1, 2], [5, null, 7])], 10);
		expect(x).toEqual([0, 1, 2]);
		expect(lines.map(({ values }) => values)).toEqual([
			[1, undefined, 3],
			[5, null, 7],
		]);
	});

	it('share cells of equal width where there are too many places, with the least and greatest of each', () => {
		const { x, lines } = alignLines([line('ada', [0, 1, 2, 3, 4], [4, 9, 1, 6, 5]), line('bob', [0.5], [2])], 2);
		expect(x).toEqual([2, 4]);
		expect(lines).toEqual([
			{ run: 'ada', values: [1, 5], band: { min: [1, 5], max: [9, 6] } },
			{ run: 'bob', values: [2, undefined] },
		]);
	});

	it('are nothing of nothing', () => {
		expect(alignLines([], 10)).toEqual({ x: [], lines: [] });
	});
});

describe('the spread of a group', () => {
	it('is one standard deviation around the mean; a line counts between its points, not beyond them, and not across a gap', () => {
		const { x, lines } = alignLines([line('ada', [0, 2, 3, 4], [0, 4, null, 6]), line('bob', [0, 1, 2], [2, 2, 4])], 10);
		const { mean, low, high } = spreadOf(x, lines);
		expect(mean).toEqual([1, 2, 4, undefined, 6]);
		expect(high[0]).toBeCloseTo(1 + Math.SQRT2);
		expect(low[0]).toBeCloseTo(1 - Math.SQRT2);
		expect([low[2], high[2], low[4]]).toEqual([4, 4, 6]);
	});
});
