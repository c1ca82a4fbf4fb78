/** How all charts of a run are shown. */
import type { RunMark } from '../runs/run-marks.ts';

export type ChartX = 'step' | 'relative' | 'time';

export interface ChartView {
	readonly x: ChartX;
	readonly isLog: boolean;
	readonly isLogX: boolean;
	readonly smoothing: number;
	/** What happened meanwhile, and when the run began, which relative time is told from. */
	readonly marks: readonly RunMark[];
	readonly startMs: number | null;
}
