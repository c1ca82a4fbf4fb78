/** Where moments lie on the horizontal axis of a chart. */
import type { ChartMark } from '../../shared/charts/line-data.ts';
import type { RunMark } from '../runs/run-marks.ts';
import type { ChartX } from './chart-view.ts';

/** A step as it was reached, in milliseconds since 1970; ascending. */
export interface ReachedStep {
	readonly step: number;
	readonly atMs: number;
}

/** @param reached Needed for an axis of steps: a mark lies at the last step before it. */
export function placeMarks(marks: readonly RunMark[], x: ChartX, startMs: number | null, reached: readonly ReachedStep[]): ChartMark[] {
	return marks.flatMap(({ atMs, text, tone }) => {
		const place = x === 'time' ? atMs : x === 'relative' ? (startMs === null ? null : (atMs - startMs) / 1000) : stepAt(atMs, reached);
		return place === null ? [] : [{ x: place, text, tone }];
	});
}

function stepAt(atMs: number, reached: readonly ReachedStep[]): number | null {
	return reached.findLast((one) => one.atMs <= atMs)?.step ?? null;
}
