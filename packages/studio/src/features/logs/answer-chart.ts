/** An answer as lines: what `render timechart` and its like ask for. */
import type { QueryAnswer } from '@runstead/contract';
import type { Line, LineData, XKind } from '../../shared/charts/line-data.ts';
import { cellNumberOrNull, isNumberType } from './column-types.ts';

/** Lines of one chart: more are not told apart. */
const LINES_MAX = 50;

export interface AnswerChart {
	readonly data: LineData;
	readonly xKind: XKind;
	readonly isScattered: boolean;
}

const CHARTS: ReadonlySet<string> = new Set(['timechart', 'linechart', 'areachart', 'stackedareachart', 'scatterchart']);

/** The first time or number is the x; a column of text splits the lines; the other numbers are the lines. Null: it is no chart of lines. */
export function answerChart({ columns, rows, visualization }: Pick<QueryAnswer, 'columns' | 'rows' | 'visualization'>): AnswerChart | null {
	const kind = String(visualization?.visualization ?? '');
	if (!CHARTS.has(kind)) return null;
	const time = columns.findIndex(({ type }) => type === 'datetime');
	const x = time >= 0 ? time : columns.findIndex(({ type }) => isNumberType(type));
	if (x < 0) return null;
	const values = columns.flatMap(({ type }, index) => (index !== x && isNumberType(type) ? [index] : []));
	const split = columns.findIndex(({ type }) => type === 'string');
	const at = (row: readonly unknown[]): number => (time >= 0 ? Date.parse(String(row[x])) : Number(row[x]));
	const places = [...new Set(rows.map(at))].filter(Number.isFinite).toSorted((one, other) => one - other);
	const placeOf = new Map(places.map((place, index) => [place, index]));
	const lines = new Map<string, (number | undefined)[]>();
	for (const row of rows) {
		const place = placeOf.get(at(row));
		if (place === undefined) continue;
		for (const value of values) {
			const label = [
				...(split >= 0 ? [String(row[split])] : []),
				...(split < 0 || values.length > 1 ? [columns[value]?.name ?? ''] : []),
			].join(' · ');
			const line = lines.get(label) ?? Array<number | undefined>(places.length).fill(undefined);
			lines.set(label, line);
			line[place] = cellNumberOrNull(row[value]) ?? line[place];
		}
	}
	if (lines.size === 0) return null;
	const isScattered = kind === 'scatterchart';
	const drawn = [...lines]
		.slice(0, LINES_MAX)
		.map(([label, cells], index): Line => ({ label, values: cells, colour: index, isScattered, hasPoints: places.length < 100 }));
	return { data: { x: places, lines: drawn }, xKind: time >= 0 ? 'time' : 'number', isScattered };
}
