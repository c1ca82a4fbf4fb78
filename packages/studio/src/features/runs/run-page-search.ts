/** What the page of a run shows, as it stands in its address. */
import { type LogView, parseLogView } from '../run-files/log-view.ts';

export const RUN_TABS = ['details', 'metrics', 'images', 'traces', 'children', 'files', 'snapshot', 'monitoring', 'raw'] as const;
export type RunTab = (typeof RUN_TABS)[number];

export const X_AXES = ['step', 'relative', 'time'] as const;
export type XAxis = (typeof X_AXES)[number];

/** Absent where the page is as it is by itself. */
export interface RunPageSearch extends LogView {
	readonly tab?: RunTab;
	/** Of the charts. */
	readonly x?: XAxis;
	readonly log?: boolean;
	readonly logX?: boolean;
	/** 0 (none) to below 1. */
	readonly smoothing?: number;
	/** Part of the names of the metrics shown. */
	readonly metric?: string;
	/** The metric that is shown at full size. */
	readonly full?: string;
	/** Which of its traces are shown, in the words of MLflow's search of traces. */
	readonly traces?: string;
	/** The file of the run, or of its snapshot, in the viewer. */
	readonly file?: string;
}

export const DEFAULT_TAB: RunTab = 'metrics';
const SMOOTHING_MAX = 0.99;

/** Takes from an address what can be read; the rest is as if it were not there. */
export function parseRunPageSearch(given: Record<string, unknown>): RunPageSearch {
	const { log, logX, smoothing, metric, full, traces, file } = given;
	const tab = RUN_TABS.find((one) => one === given.tab);
	const x = X_AXES.find((one) => one === given.x);
	return {
		...(tab !== undefined && tab !== DEFAULT_TAB && { tab }),
		...(x !== undefined && x !== 'step' && { x }),
		...(log === true && { log }),
		...(logX === true && { logX }),
		...(typeof smoothing === 'number' && smoothing > 0 && { smoothing: Math.min(smoothing, SMOOTHING_MAX) }),
		...(isText(metric) && { metric: String(metric) }),
		...(isText(full) && { full: String(full) }),
		...(isText(traces) && { traces: String(traces) }),
		...(isText(file) && { file: String(file) }),
		...parseLogView(given),
	};
}

/** An address may hold a number where a text was meant: a file called `1`. */
function isText(value: unknown): value is string | number {
	return (typeof value === 'string' && value !== '') || typeof value === 'number';
}
