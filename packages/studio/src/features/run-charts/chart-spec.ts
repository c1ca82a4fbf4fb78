/** What charts over runs show, as it stands in a page's address and in a saved view. */

/** Along which axis lines run. */
export const LINE_AXES = ['step', 'relative', 'time', 'metric'] as const;
export type LineAxis = (typeof LINE_AXES)[number];

interface AnyChart {
	readonly id: string;
	/** Columns of the grid that it takes. */
	readonly width?: 2 | 3;
	readonly isTall?: boolean;
}

/** Columns are named as the table names them: `params.alpha`, `metrics.mse.min`, `duration`. */
export type ChartSpec = AnyChart &
	(
		| {
				readonly kind: 'line';
				readonly metric: string;
				readonly x?: LineAxis;
				readonly xMetric?: string;
				readonly logX?: boolean;
				readonly logY?: boolean;
				/** Weight of what came before, from 0 below 1. */
				readonly smoothing?: number;
				/** A column: one line a group of runs that have the same there, the mean within its spread. */
				readonly by?: string;
		  }
		| { readonly kind: 'scatter'; readonly x: string; readonly y: string; readonly logX?: boolean; readonly logY?: boolean }
		| { readonly kind: 'bar'; readonly y: string }
		| { readonly kind: 'box'; readonly y: string; readonly by: string }
		| { readonly kind: 'parallel'; readonly columns: readonly string[] }
	);
export type ChartKind = ChartSpec['kind'];
export type ChartOf<Kind extends ChartKind> = Extract<ChartSpec, { kind: Kind }>;

export interface RunChartsState {
	/** Absent while nobody has changed them: the usual ones. */
	readonly list?: readonly ChartSpec[];
	readonly isFolded?: boolean;
	/** Runs that are drawn at most. */
	readonly runs?: number;
	/** A column that names the runs in legends; their names by itself. */
	readonly label?: string;
}

export const RUN_COUNTS = [10, 20, 50, 100] as const;
export const DEFAULT_RUN_COUNT = 20;

/** More would make an address that browsers and proxies cut, and a page that nobody reads. */
const CHARTS_MAX = 50;
const COLUMNS_MAX = 12;
const USUAL_LINES = 3;

/** Takes from an address or a view what can be read; a chart that cannot is left out. */
export function parseRunCharts(given: unknown): RunChartsState {
	if (!isRecord(given)) return {};
	const { list, isFolded, runs, label } = given;
	return {
		...(Array.isArray(list) && { list: list.slice(0, CHARTS_MAX).flatMap((one, index) => parseChart(one, index) ?? []) }),
		...(isFolded === true && { isFolded }),
		...(RUN_COUNTS.some((count) => count === runs) && runs !== DEFAULT_RUN_COUNT && { runs: Number(runs) }),
		...(isText(label) && { label }),
	};
}

function parseChart(given: unknown, index: number): ChartSpec | null {
	if (!isRecord(given)) return null;
	const { id, width, isTall, kind, metric, x, y, xMetric, logX, logY, smoothing, by, columns } = given;
	const any: AnyChart = {
		id: isText(id) ? id : String(index),
		...((width === 2 || width === 3) && { width }),
		...(isTall === true && { isTall }),
	};
	const logs = { ...(logX === true && { logX }), ...(logY === true && { logY }) };
	switch (kind) {
		case 'line': {
			if (!isText(metric)) return null;
			const axis = LINE_AXES.find((one) => one === x && one !== 'step');
			return {
				...any,
				kind,
				metric,
				...logs,
				...(axis !== undefined && (axis !== 'metric' || isText(xMetric)) && { x: axis }),
				...(isText(xMetric) && { xMetric }),
				...(typeof smoothing === 'number' && smoothing > 0 && smoothing < 1 && { smoothing }),
				...(isText(by) && { by }),
			};
		}
		case 'scatter':
			return isText(x) && isText(y) ? { ...any, kind, x, y, ...logs } : null;
		case 'bar':
			return isText(y) ? { ...any, kind, y } : null;
		case 'box':
			return isText(y) && isText(by) ? { ...any, kind, y, by } : null;
		case 'parallel':
			return Array.isArray(columns) ? { ...any, kind, columns: columns.filter(isText).slice(0, COLUMNS_MAX) } : null;
		default:
			return null;
	}
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}

/** Charts while nobody has chosen: a line for each of the metrics that most runs have. */
export function usualCharts(metrics: readonly string[]): ChartSpec[] {
	return metrics.slice(0, USUAL_LINES).map((metric) => ({ id: `usual-${metric}`, kind: 'line', metric }));
}

/** A first version of a kind of chart, over what runs mostly have; null where they have too little for it. */
export function newChart(kind: ChartKind, id: string, metrics: readonly string[], params: readonly string[]): ChartSpec | null {
	const [metric, second] = metrics;
	const column = metric === undefined ? 'duration' : `metrics.${metric}.last`;
	const named = params.map((name) => `params.${name}`);
	switch (kind) {
		case 'line':
			return metric === undefined ? null : { id, kind, metric };
		case 'scatter':
			return { id, kind, x: named[0] ?? (second === undefined ? 'duration' : `metrics.${second}.last`), y: column };
		case 'bar':
			return { id, kind, y: column };
		case 'box':
			return { id, kind, y: column, by: named[0] ?? 'experiment' };
		case 'parallel':
			return { id, kind, columns: [...named.slice(0, 4), ...(named.length === 0 ? ['duration'] : []), column] };
	}
}

/** What a column is called in titles: `alpha`, `mse (min)`. */
export function columnTitle(column: string): string {
	const metric = /^metrics\.([\s\S]+)\.(last|min|max|mean|first)$/.exec(column);
	if (metric !== null) return metric[2] === 'last' ? String(metric[1]) : `${metric[1]} (${metric[2]})`;
	return column.replace(/^(params|tags|properties)\./, '');
}

export function chartTitle(chart: ChartSpec): string {
	switch (chart.kind) {
		case 'line':
			return chart.by === undefined ? chart.metric : `${chart.metric} by ${columnTitle(chart.by)}`;
		case 'scatter':
			return `${columnTitle(chart.y)} over ${columnTitle(chart.x)}`;
		case 'bar':
			return columnTitle(chart.y);
		case 'box':
			return `${columnTitle(chart.y)} by ${columnTitle(chart.by)}`;
		case 'parallel':
			return chart.columns.map(columnTitle).join(' · ');
	}
}

/** Columns of runs that a chart is drawn from; a chart of lines reads points instead. */
export function columnsOfChart(chart: ChartSpec): readonly string[] {
	switch (chart.kind) {
		case 'line':
			return chart.by === undefined ? [] : [chart.by];
		case 'scatter':
			return [chart.x, chart.y];
		case 'bar':
			return [chart.y];
		case 'box':
			return [chart.y, chart.by];
		case 'parallel':
			return chart.columns;
	}
}

/** The charts with one put before another, or at the end. */
export function movedChart(charts: readonly ChartSpec[], id: string, before: string | null): ChartSpec[] {
	const moved = charts.find((chart) => chart.id === id);
	const others = charts.filter((chart) => chart.id !== id);
	if (moved === undefined) return others;
	const place = before === null ? -1 : others.findIndex((chart) => chart.id === before);
	return place === -1 ? [...others, moved] : [...others.slice(0, place), moved, ...others.slice(place)];
}
