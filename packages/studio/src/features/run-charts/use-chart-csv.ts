/** Downloads what a chart over runs shows. */
import { useQueryClient } from '@tanstack/react-query';
import { describeError } from '../../shared/api/describe-error.ts';
import { saveCsv } from '../../shared/csv.ts';
import { useNotes } from '../../shared/toasts.tsx';
import { linesQuery } from './api.ts';
import { linesCsv, valuesCsv } from './chart-csv.ts';
import type { DrawnRuns } from './chart-frame.ts';
import { type ChartSpec, chartTitle, columnsOfChart } from './chart-spec.ts';

/** Of each line: the most that the server puts in one answer; a longer series comes in as many buckets. */
const BUCKETS = 10_000;

export function useChartCsv(chart: ChartSpec, drawn: DrawnRuns): () => Promise<void> {
	const queries = useQueryClient();
	const note = useNotes();
	return async () => {
		try {
			saveCsv(chartTitle(chart), chart.kind === 'line' ? await readLines() : valuesCsv(columnsOfChart(chart), drawn));
		} catch (error) {
			const { message, hint } = describeError(error);
			note({ title: message, text: hint, intent: 'error' });
		}
	};

	async function readLines(): Promise<string[]> {
		if (chart.kind !== 'line') return [];
		const { metric, x = 'step', xMetric } = chart;
		const runs = drawn.runs.map(({ id }) => id);
		const request = {
			workspace: drawn.workspace,
			runs,
			metric,
			x,
			buckets: BUCKETS,
			range: null,
			...(xMetric !== undefined && { xMetric }),
		};
		return linesCsv(xMetric !== undefined && x === 'metric' ? xMetric : x, await queries.fetchQuery(linesQuery(request)), drawn);
	}
}
