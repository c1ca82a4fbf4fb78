/** Lays out rows below a heading and labels beside values, in as many columns as the terminal has. */
import { fit, padEnd, printable, widthOf, wrap } from './text-width.ts';

export interface TableColumn {
	heading: string;
	/** Never cut. */
	whole?: boolean;
}

const GAP = 2;
/** Where there is no terminal, longer cells stand out of their column, so that they do not fill every other row with blanks. */
const PADDED_MAX = 60;
/** Less of a cell than this says nothing. */
const NARROWEST = 8;

/** Widths that fit, or null where even the narrowest do not. */
function widthsOrNull(columns: readonly TableColumn[], natural: readonly number[], room: number): number[] | null {
	const widths = [...natural];
	const least = columns.map(({ heading, whole }, index) =>
		whole ? natural[index]! : Math.min(natural[index]!, Math.max(NARROWEST, widthOf(heading))),
	);
	let excess = widths.reduce((sum, width) => sum + width + GAP, -GAP) - room;
	while (excess > 0) {
		// The widest gives first, so that short cells stay whole.
		const [widest] = widths
			.map((width, index) => ({ index, width, spare: width - least[index]! }))
			.filter(({ spare }) => spare > 0)
			.toSorted((one, other) => other.width - one.width);
		if (widest === undefined) return null;
		widths[widest.index]! -= 1;
		excess -= 1;
	}
	return widths;
}

/** Each row as labels and values, for a terminal that is too narrow for a table. */
function records(columns: readonly TableColumn[], rows: readonly (readonly string[])[], dim: (text: string) => string): string[] {
	return rows.flatMap((row, index) => [
		...(index === 0 ? [] : ['']),
		...columns.map(({ heading }, column) => `${dim(`${heading}:`)} ${row[column]}`),
	]);
}

/** @param room columns of the terminal; infinite where there is none, so that scripts see everything. */
export function tableLines(
	columns: readonly TableColumn[],
	givenRows: readonly (readonly string[])[],
	room: number,
	dim: (text: string) => string,
): string[] {
	const rows = givenRows.map((row) => row.map(printable));
	const isTerminal = Number.isFinite(room);
	const natural = columns.map(({ heading }, column) =>
		rows
			.map((row) => widthOf(row[column]!))
			.filter((width) => isTerminal || width <= PADDED_MAX)
			.reduce((most, width) => Math.max(most, width), widthOf(heading)),
	);
	const widths = isTerminal ? widthsOrNull(columns, natural, room) : natural;
	if (widths === null) return records(columns, rows, dim);
	const line = (cells: readonly string[]) =>
		cells
			.map((cell, column) => padEnd(isTerminal ? fit(cell, widths[column]!) : cell, widths[column]!))
			.join(' '.repeat(GAP))
			.trimEnd();
	return [dim(line(columns.map(({ heading }) => heading))), ...rows.map(line)];
}

/** What is indented, as code in a traceback is, says something by its columns and stays as it is. */
function wrapProse(text: string, columns: number): string[] {
	return text.startsWith(' ') ? [text] : wrap(text, columns);
}

/**
 * Labels with their values, or descriptions, beside them: wrapped, and below them where there is no room beside.
 * @param room columns of the terminal, or infinite.
 */
export function pairLines(
	pairs: readonly (readonly [string, string])[],
	room: number,
	paint: (text: string, of: 0 | 1) => string,
): string[] {
	const width = pairs.reduce((most, [label]) => Math.max(most, widthOf(label)), 0);
	const beside = room - width - 2 * GAP;
	if (beside >= 20)
		return pairs.flatMap(([label, value]) =>
			value
				.split('\n')
				.flatMap((text) => wrapProse(text, beside))
				.map((text, index) => `  ${index === 0 ? paint(padEnd(label, width), 0) : ' '.repeat(width)}  ${paint(text, 1)}`.trimEnd()),
		);
	return pairs.flatMap(([label, value]) => [
		paint(label, 0),
		...value.split('\n').flatMap((text) => wrapProse(text, room - GAP).map((part) => `  ${paint(part, 1)}`)),
	]);
}
