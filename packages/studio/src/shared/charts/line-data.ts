/** What lines are drawn from: columns of numbers over a common x. */

/** Null is a gap in the line; where it is undefined the line has no point, and goes on. */
export type Cell = number | null | undefined;

/** What x is: any number, a step (which is whole), milliseconds since 1970, or seconds. */
export type XKind = 'number' | 'step' | 'time' | 'duration';

export interface ChartRange {
	readonly from: number;
	readonly to: number;
}

export interface Line {
	readonly label: string;
	readonly values: readonly Cell[];
	/** Least and greatest around each value, drawn as a band. */
	readonly band?: { readonly min: readonly Cell[]; readonly max: readonly Cell[] };
	/** The line behind a smoothed one. */
	readonly isFaint?: boolean;
	/** Which of the theme's colours. */
	readonly colour: number;
	readonly hasPoints?: boolean;
	/** Points alone, which nothing joins. */
	readonly isScattered?: boolean;
}

/** A moment that the whole chart shows, such as a node that was lost. */
export interface ChartMark {
	readonly x: number;
	readonly text: string;
	readonly tone: 'bad' | 'notice';
}

export interface LineData {
	/** Ascending. */
	readonly x: readonly number[];
	readonly lines: readonly Line[];
}

/** What a canvas can place: not NaN, not infinite, and on a logarithmic axis above zero. */
export function drawable(value: Cell, isLog: boolean): Cell {
	if (value === undefined) return value;
	return value === null || !Number.isFinite(value) || (isLog && value <= 0) ? null : value;
}

/**
 * Exponential smoothing that starts at the first value rather than at zero, as TensorBoard does it; gaps stay gaps.
 * @param weight of what came before: 0 gives the values themselves, below 1.
 */
export function smooth(values: readonly Cell[], weight: number): Cell[] {
	let sum = 0;
	let count = 0;
	return values.map((value) => {
		if (value === undefined) return value;
		if (value === null || !Number.isFinite(value)) return null;
		sum = sum * weight + (1 - weight) * value;
		count += 1;
		return sum / (1 - weight ** count);
	});
}

/** Rows in the order of x, as lines need them; rows without an x are left out. */
export function sortByX(
	x: readonly (number | null)[],
	columns: readonly (readonly (number | null)[])[],
): { x: number[]; columns: (number | null)[][] } {
	const order = x.flatMap((value, index) => (value !== null && Number.isFinite(value) ? [{ value, index }] : []));
	order.sort((a, b) => a.value - b.value);
	return { x: order.map(({ value }) => value), columns: columns.map((column) => order.map(({ index }) => column[index] ?? null)) };
}
