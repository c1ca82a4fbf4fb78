/** A line drawn with characters: braille dots, two columns and four rows a character; stars where the terminal may not know them. */
import { fit, padEnd } from '../output/text-width.ts';
import { numberText } from './values.ts';

export interface PlotPoint {
	x: number;
	/** Least and greatest value around x; equal for a single point. */
	min: number;
	max: number;
	last: number;
}

export interface PlotSize {
	columns: number;
	rows: number;
	braille: boolean;
}

/** The dots of a braille character by their column and row. */
const BRAILLE = [
	[0x01, 0x02, 0x04, 0x40],
	[0x08, 0x10, 0x20, 0x80],
] as const;

interface Canvas {
	width: number;
	height: number;
	set(x: number, y: number): void;
	lines(): string[];
}

function brailleCanvas(columns: number, rows: number): Canvas {
	const cells = Array.from({ length: rows }, () => new Uint8Array(columns));
	return {
		width: columns * 2,
		height: rows * 4,
		set(x, y) {
			cells[y >> 2]![x >> 1]! |= BRAILLE[(x & 1) as 0 | 1][(y & 3) as 0 | 1 | 2 | 3];
		},
		lines: () => cells.map((row) => String.fromCodePoint(...Array.from(row, (dots) => (dots === 0 ? 0x20 : 0x2800 + dots)))),
	};
}

function starCanvas(columns: number, rows: number): Canvas {
	const cells = Array.from({ length: rows }, () => Array<string>(columns).fill(' '));
	return {
		width: columns,
		height: rows,
		set(x, y) {
			cells[y]![x] = '*';
		},
		lines: () => cells.map((row) => row.join('')),
	};
}

function drawLine(canvas: Canvas, fromX: number, fromY: number, toX: number, toY: number): void {
	const steps = Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY), 1);
	for (let step = 0; step <= steps; step += 1)
		canvas.set(Math.round(fromX + ((toX - fromX) * step) / steps), Math.round(fromY + ((toY - fromY) * step) / steps));
}

/** Draws the points in order of x, with the least and greatest value at the side and of x below, which `xText` writes. */
export function plotLines(
	points: readonly PlotPoint[],
	{ columns, rows, braille }: PlotSize,
	xText: (x: number) => string = numberText,
): string[] {
	const drawn = points.filter(({ min, max, last }) => [min, max, last].every(Number.isFinite)).toSorted((one, other) => one.x - other.x);
	const [first] = drawn;
	const final = drawn.at(-1);
	if (first === undefined || final === undefined) return ['No numbers to draw.'];
	const least = drawn.reduce((value, { min }) => Math.min(value, min), Number.POSITIVE_INFINITY);
	const most = drawn.reduce((value, { max }) => Math.max(value, max), Number.NEGATIVE_INFINITY);
	const labels = [numberText(most), numberText(least)];
	const side = Math.max(...labels.map((label) => label.length));
	const canvas = (braille ? brailleCanvas : starCanvas)(Math.max(4, columns - side - 2), rows);
	const xOf = (x: number) => (final.x === first.x ? 0 : Math.round(((x - first.x) / (final.x - first.x)) * (canvas.width - 1)));
	const yOf = (y: number) => (most === least ? (canvas.height - 1) >> 1 : Math.round(((most - y) / (most - least)) * (canvas.height - 1)));
	let before: PlotPoint | null = null;
	for (const point of drawn) {
		if (before !== null) drawLine(canvas, xOf(before.x), yOf(before.last), xOf(point.x), yOf(point.last));
		drawLine(canvas, xOf(point.x), yOf(point.min), xOf(point.x), yOf(point.max));
		before = point;
	}
	const [axis, corner, floor] = braille ? ['│', '└', '─'] : ['|', '+', '-'];
	const lines = canvas.lines().map((line, row) => {
		const label = row === 0 ? labels[0]! : row === rows - 1 ? labels[1]! : '';
		return `${label.padStart(side)} ${axis}${line.trimEnd()}`;
	});
	const width = Math.max(4, columns - side - 2);
	const left = xText(first.x);
	const right = xText(final.x);
	const below = left.length + right.length + 1 > width ? fit(left, width) : padEnd(left, width - right.length) + right;
	return [...lines, `${' '.repeat(side)} ${corner}${floor!.repeat(width)}`, `${' '.repeat(side + 2)}${below}`];
}
