/** Comma-separated values as a table. */
import { useMemo } from 'react';
import { parseCsv } from './parse-csv.ts';
import { ROWS_MAX, ValueTable } from './value-table.tsx';

export function CsvViewer({ text, label }: { readonly text: string; readonly label: string }) {
	const table = useMemo(() => parseCsv(text, ROWS_MAX), [text]);
	return <ValueTable table={table} label={label} />;
}
