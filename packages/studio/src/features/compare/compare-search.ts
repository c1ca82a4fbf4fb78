/** What the page that compares runs shows, as it stands in its address. */
import { parseRunCharts, type RunChartsState } from '../run-charts/chart-spec.ts';

export const COMPARE_TABS = ['values', 'charts', 'code', 'environment', 'logs'] as const;
export type CompareTab = (typeof COMPARE_TABS)[number];

/** More columns are not read side by side; more ids make an address that proxies cut. */
export const COMPARED_RUNS_MAX = 100;

export interface CompareSearch {
	readonly runs: readonly string[];
	/** The run that the others are held against; the first one if absent. */
	readonly baseline?: string;
	readonly tab?: CompareTab;
	/** Also what is the same in all runs. */
	readonly all?: boolean;
	/** Part of the names of the rows shown. */
	readonly find?: string;
	readonly charts?: RunChartsState;
	/** The run that code, environment and logs are held against the baseline's. */
	readonly other?: string;
	/** The file that is compared. */
	readonly file?: string;
}

/** Takes from an address what can be read; the rest is as if it were not there. */
export function parseCompareSearch(given: Record<string, unknown>): CompareSearch {
	const { runs, baseline, tab, all, find, charts, other, file } = given;
	const known = COMPARE_TABS.find((one) => one === tab);
	const drawn = parseRunCharts(charts);
	return {
		runs: Array.isArray(runs) ? [...new Set(runs.map(String))].slice(0, COMPARED_RUNS_MAX) : [],
		...(isText(baseline) && { baseline: String(baseline) }),
		...(known !== undefined && known !== 'values' && { tab: known }),
		...(all === true && { all }),
		...(isText(find) && { find: String(find) }),
		...(Object.keys(drawn).length > 0 && { charts: drawn }),
		...(isText(other) && { other: String(other) }),
		...(isText(file) && { file: String(file) }),
	};
}

/** An address may hold a number where a text was meant. */
function isText(value: unknown): value is string | number {
	return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

/** The baseline first; a baseline that is not among the runs is none. */
export function inOrder(runs: readonly string[], baseline: string | undefined): readonly string[] {
	return baseline !== undefined && runs.includes(baseline) ? [baseline, ...runs.filter((run) => run !== baseline)] : runs;
}
