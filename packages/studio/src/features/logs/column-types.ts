/** Kusto's types of columns, as far as a table tells them apart, and numbers as answers have them. */

const NUMBERS: ReadonlySet<string> = new Set(['int', 'long', 'real', 'decimal']);

export function isNumberType(type: string): boolean {
	return NUMBERS.has(type);
}

/** The number of a cell; what JSON has no number for (NaN, infinities, decimals) comes as text. Null: there is none. */
export function cellNumberOrNull(cell: unknown): number | null {
	return cell === null || cell === undefined || cell === '' ? null : Number(cell);
}

/** How far a number is drawn from zero: NaN and infinities are only told. */
export function drawnSize(value: number | null | undefined): number {
	return value !== undefined && value !== null && Number.isFinite(value) ? value : 0;
}

/** For an order of cells. What is no number comes before those that are: first what is empty, then NaN. */
export function compareNumbers(one: unknown, other: unknown): number {
	const [a, b] = [cellNumberOrNull(one), cellNumberOrNull(other)];
	const kindOf = (value: number | null): number => (value === null ? 0 : Number.isNaN(value) ? 1 : 2);
	return kindOf(a) - kindOf(b) || ((a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0);
}
