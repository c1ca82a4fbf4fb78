/** Points of a series as comma-separated values, every digit kept. */
import type { WireValue } from '@runstead/contract';
import { csvRow } from '../../shared/csv.ts';
import { formatExact } from '../../shared/format/numbers.ts';

export interface PointPage {
	readonly steps: readonly (number | null)[];
	/** Microseconds since 1970. */
	readonly times: readonly number[];
	readonly columns: readonly { readonly name: string; readonly values: readonly WireValue[] }[];
}

export function csvHeader(page: PointPage): string {
	return csvRow(['step', 'time', ...page.columns.map((column) => column.name)]);
}

export function csvRows(page: PointPage): string[] {
	return page.times.map((time, index) =>
		csvRow([
			String(page.steps[index] ?? ''),
			new Date(time / 1000).toISOString(),
			...page.columns.map((column) => formatExact(column.values[index])),
		]),
	);
}
