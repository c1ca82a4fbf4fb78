/** What a chart over runs shows, as comma-separated values: every digit kept. */
import type { MetricLine, Run } from '@runstead/contract';
import { csvRow } from '../../shared/csv.ts';
import type { DrawnRuns } from './chart-frame.ts';
import { textOf } from './run-values.ts';

/** A row for each point, or for each bucket where the server has put points together. */
export function linesCsv(x: string, lines: readonly MetricLine[], drawn: Pick<DrawnRuns, 'labelOf'>): string[] {
	const rows = lines.flatMap((line) =>
		line.x.map((at, index) => {
			const last = numberText(line.last[index]);
			const [min, max] = [line.min, line.max].map((edge) => (edge === null ? last : numberText(edge[index])));
			return csvRow([line.run, drawn.labelOf(line.run), String(at), last, min ?? '', max ?? '']);
		}),
	);
	return [csvRow(['run', 'name', x, 'last', 'min', 'max']), ...rows];
}

/** A row for each run, with what it has in each column. */
export function valuesCsv(columns: readonly string[], { runs, labelOf }: Pick<DrawnRuns, 'runs' | 'labelOf'>): string[] {
	const rows = runs.map((run: Run) => csvRow([run.id, labelOf(run.id), ...columns.map((column) => textOf(run, column) ?? '')]));
	return [csvRow(['run', 'name', ...columns]), ...rows];
}

function numberText(value: number | null | undefined): string {
	return value === null || value === undefined ? '' : String(value);
}
