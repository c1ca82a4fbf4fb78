/** Comma-separated values, and their way to the reader's disk. */

/** One row; a field that holds a comma, a quote or a line break is quoted. */
export function csvRow(fields: readonly string[]): string {
	return fields.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',');
}

/** Downloads rows as a file named after what they are of. */
export function saveCsv(title: string, rows: readonly string[]): void {
	const address = URL.createObjectURL(new Blob([`${rows.join('\n')}\n`], { type: 'text/csv' }));
	const link = document.createElement('a');
	link.href = address;
	link.download = `${title.replaceAll(/[^\w.-]+/g, '_').slice(0, 100)}.csv`;
	link.click();
	URL.revokeObjectURL(address);
}
