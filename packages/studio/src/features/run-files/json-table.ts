/** A JSON text that holds a table, as `mlflow.log_table` and pandas (`orient="split"`) write it: names of columns, and rows of values. */
import type { TextRows } from './value-table.tsx';

/** Null where it holds no table. */
export function tableOfJson(text: string, rowsMax: number): TextRows | null {
	const { columns, data } = recordOf(text);
	if (!Array.isArray(columns) || !Array.isArray(data) || columns.length === 0 || !data.every(Array.isArray)) return null;
	return {
		header: columns.map(textOf),
		rows: data.slice(0, rowsMax).map((row: unknown[]) => row.map(textOf)),
		isCut: data.length > rowsMax,
	};
}

function recordOf(text: string): Readonly<Record<string, unknown>> {
	try {
		const parsed: unknown = JSON.parse(text);
		return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

function textOf(value: unknown): string {
	if (value === null || value === undefined) return '';
	return typeof value === 'string' ? value : JSON.stringify(value);
}
