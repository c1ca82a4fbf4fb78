/** How wide the columns of an answer are: as what stands in them, within bounds. */
import type { Table } from './pivot.ts';

/** Rows that are measured: answers may have tens of thousands. */
const MEASURED_ROWS = 200;
const CHARACTER_PX = 7.8;
/** Around the text, and the arrow of the order in the header. */
const AROUND_PX = 40;
const WIDTH_MIN_PX = 90;
const WIDTH_MAX_PX = 480;

export function columnWidths({ columns, rows }: Table): number[] {
	const measured = rows.slice(0, MEASURED_ROWS);
	return columns.map(({ name }, index) => {
		const characters = measured.reduce((most, row) => Math.max(most, shown(row[index]).length), name.length);
		return Math.round(Math.min(WIDTH_MAX_PX, Math.max(WIDTH_MIN_PX, characters * CHARACTER_PX + AROUND_PX)));
	});
}

export function shown(value: unknown): string {
	return value === null || value === undefined ? '' : String(value);
}
