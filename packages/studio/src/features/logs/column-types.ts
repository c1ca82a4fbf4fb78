/** Kusto's types of columns, as far as a table tells them apart. */

const NUMBERS: ReadonlySet<string> = new Set(['int', 'long', 'real', 'decimal']);

export function isNumberType(type: string): boolean {
	return NUMBERS.has(type);
}
