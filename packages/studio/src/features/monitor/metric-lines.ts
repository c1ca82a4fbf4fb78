/** Series of several workspace metrics over one axis of time, and the same as CSV. */
import type { MetricAggregation, WorkspaceMetricResult } from '@runstead/contract';
import type { Cell, LineData } from '../../shared/charts/line-data.ts';

export interface ShownResult {
	readonly result: WorkspaceMetricResult;
	readonly aggregation: MetricAggregation;
	/** It counts what happens: where nothing happened, that is none. */
	readonly isCounted?: boolean;
}

/** Every time of all results, with the values of each series there; null where it has none. */
export function linesOf(results: readonly ShownResult[]): LineData {
	const times = [...new Set(results.flatMap(({ result }) => result.times))].sort();
	const places = new Map(times.map((time, index) => [time, index]));
	const isOne = results.length === 1;
	const lines = results.flatMap(({ result, aggregation, isCounted = false }) =>
		result.series.map(({ dimensions, ...values }) => {
			const cells = new Array<Cell>(times.length).fill(undefined);
			for (const [index, time] of result.times.entries())
				cells[places.get(time) as number] =
					values[aggregation]?.[index] ?? (isCounted && (aggregation === 'total' || aggregation === 'count') ? 0 : null);
			return { label: labelOf(result.metric, aggregation, dimensions, isOne), values: cells };
		}),
	);
	return {
		x: times.map((time) => Date.parse(time)),
		lines: lines.map((line, colour) => ({ ...line, colour, hasPoints: true })),
	};
}

function labelOf(metric: string, aggregation: MetricAggregation, dimensions: Readonly<Record<string, string>>, isOne: boolean): string {
	const values = Object.values(dimensions).map((value) => value || '(none)');
	if (values.length === 0) return `${metric} (${aggregation})`;
	return isOne ? values.join(', ') : `${metric}: ${values.join(', ')}`;
}

const quoted = (text: string): string => (/[",\n\r]/.test(text) || /^[=+\-@]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A column for each line; the time in UTC. */
export function csvOf({ x, lines }: LineData): string {
	const head = ['time', ...lines.map(({ label }) => quoted(label))].join(',');
	const rows = x.map((time, index) => [new Date(time).toISOString(), ...lines.map(({ values }) => values[index] ?? '')].join(','));
	return `${[head, ...rows].join('\r\n')}\r\n`;
}
