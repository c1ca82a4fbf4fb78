/** An answer as comma-separated values, as spreadsheets read them. */
import type { QueryAnswer } from '@runstead/contract';

export function answerCsv({ columns, rows }: Pick<QueryAnswer, 'columns' | 'rows'>): string {
	const lines = [columns.map(({ name }) => name), ...rows];
	return `${lines.map((line) => line.map(field).join(',')).join('\r\n')}\r\n`;
}

function field(value: unknown): string {
	const text = value === null || value === undefined ? '' : String(value);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
