/** Points of a series as comma-separated values, every digit kept. */
import type { WireValue } from '@runstead/contract';
import { formatExact } from '../../shared/format/numbers.ts';

export interface PointPage {
	readonly steps: readonly (number | null)[];
	/** Microseconds since 1970. */
	readonly times: readonly number[];
	readonly columns: readonly { readonly name: string; readonly values: readonly WireValue[] }[];
}

export function csvHeader(page: PointPage): string {
	return ['step', 'time', ...page.columns.map((column) => field(column.name))].join(',');
}

export function csvRows(page: PointPage): string[] {
	return page.times.map((time, index) =>
		[
			String(page.steps[index] ?? ''),
			new Date(time / 1000).toISOString(),
			...page.columns.map((column) => field(formatExact(column.values[index]))),
		].join(','),
	);
}

function field(text: string): string {
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
