/** Lines of several runs over one x: side by side, or as the mean and the spread of groups. */
import type { MetricLine } from '@runstead/contract';
import type { Cell } from '../../shared/charts/line-data.ts';

export interface AlignedLine {
	readonly run: string;
	readonly values: readonly Cell[];
	/** Least and greatest of what each cell stands for; absent where each is one point. */
	readonly band?: { readonly min: readonly Cell[]; readonly max: readonly Cell[] };
}

export interface AlignedLines {
	/** Ascending. */
	readonly x: readonly number[];
	readonly lines: readonly AlignedLine[];
}

/**
 * Puts lines over one x. Where they have more places between them than `cellsMax`, each point moves to the last place of
 * its cell of equal width: less than a pixel, when there are as many cells as pixels.
 */
export function alignLines(lines: readonly MetricLine[], cellsMax: number): AlignedLines {
	const union = [...new Set(lines.flatMap(({ x }) => x))].sort((a, b) => a - b);
	const x = union.length <= cellsMax ? union : grid(union[0] as number, union.at(-1) as number, cellsMax);
	return { x, lines: lines.map((line) => align(line, x)) };
}

function grid(from: number, to: number, cells: number): number[] {
	return Array.from({ length: cells }, (_, index) => from + ((to - from) * (index + 1)) / cells);
}

function align({ run, x: places, last, min, max }: MetricLine, x: readonly number[]): AlignedLine {
	const values = new Array<Cell>(x.length).fill(undefined);
	const low = new Array<Cell>(x.length).fill(undefined);
	const high = new Array<Cell>(x.length).fill(undefined);
	let cell = 0;
	let areSeveral = min !== null;
	places.forEach((place, index) => {
		while (cell < x.length - 1 && (x[cell] as number) < place) cell++;
		areSeveral ||= values[cell] !== undefined;
		values[cell] = last[index];
		low[cell] = least(low[cell], (min ?? last)[index]);
		high[cell] = greatest(high[cell], (max ?? last)[index]);
	});
	return { run, values, ...(areSeveral && { band: { min: low, max: high } }) };
}

function least(one: Cell, other: Cell): Cell {
	return typeof one === 'number' && typeof other === 'number' ? Math.min(one, other) : (one ?? other);
}

function greatest(one: Cell, other: Cell): Cell {
	return typeof one === 'number' && typeof other === 'number' ? Math.max(one, other) : (one ?? other);
}

export interface GroupLine {
	readonly mean: readonly Cell[];
	/** Mean less and plus one standard deviation, where two runs or more have a value. */
	readonly low: readonly Cell[];
	readonly high: readonly Cell[];
}

/** The mean of lines over their common x, and one standard deviation around it. Between two points of its own a line counts with the straight way from one to the other. */
export function spreadOf(x: readonly number[], lines: readonly AlignedLine[]): GroupLine {
	const filled = lines.map(({ values }) => interpolate(x, values));
	const mean: Cell[] = [];
	const low: Cell[] = [];
	const high: Cell[] = [];
	for (let cell = 0; cell < x.length; cell++) {
		const numbers = filled.flatMap((values) => values[cell] ?? []);
		if (numbers.length === 0) {
			for (const column of [mean, low, high]) column.push(undefined);
			continue;
		}
		const average = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
		const squares = numbers.reduce((sum, number) => sum + (number - average) ** 2, 0);
		const deviation = numbers.length > 1 ? Math.sqrt(squares / (numbers.length - 1)) : 0;
		mean.push(average);
		low.push(average - deviation);
		high.push(average + deviation);
	}
	return { mean, low, high };
}

function interpolate(x: readonly number[], values: readonly Cell[]): (number | undefined)[] {
	const filled = values.map((value) => value ?? undefined);
	let before = -1;
	for (let cell = 0; cell < filled.length; cell++) {
		const value = values[cell];
		if (value === undefined) continue;
		// A gap is a gap: nothing is drawn across it.
		if (value === null) {
			before = -1;
			continue;
		}
		if (before >= 0) {
			const [fromX, toX, from] = [x[before] as number, x[cell] as number, values[before] as number];
			for (let between = before + 1; between < cell; between++) {
				filled[between] = from + ((value - from) * ((x[between] as number) - fromX)) / (toX - fromX);
			}
		}
		before = cell;
	}
	return filled;
}
