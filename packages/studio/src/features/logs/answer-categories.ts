/** An answer as numbers of named things: what `render barchart`, `columnchart`, `piechart` and `card` ask for. */
import type { QueryAnswer } from '@runstead/contract';
import { cellNumberOrNull, isNumberType } from './column-types.ts';

/** Things of one chart: more are not read. */
const CATEGORIES_MAX = 100;
const SERIES_MAX = 8;

const SHAPES = { barchart: 'bars', columnchart: 'columns', piechart: 'pie', card: 'card' } as const;

export interface Categories {
	readonly shape: (typeof SHAPES)[keyof typeof SHAPES];
	readonly names: readonly string[];
	readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
	/** Things that are not drawn. */
	readonly leftCount: number;
}

/** The first column that is no number names the things; a second one of text splits them into series; the numbers are drawn. Null: no such chart. */
export function answerCategories({
	columns,
	rows,
	visualization,
}: Pick<QueryAnswer, 'columns' | 'rows' | 'visualization'>): Categories | null {
	const kind = String(visualization?.visualization ?? '');
	if (!Object.hasOwn(SHAPES, kind)) return null;
	const shape = SHAPES[kind as keyof typeof SHAPES];
	const named = columns.findIndex(({ type }) => !isNumberType(type));
	const by = named >= 0 ? named : columns.length > 1 && shape !== 'card' ? 0 : -1;
	const split = columns.findIndex(({ type }, index) => index > by && type === 'string');
	const values = columns.flatMap(({ name, type }, index) => (index !== by && isNumberType(type) ? [{ name, index }] : []));
	if (values.length === 0) return null;
	const names = new Map<string, number>();
	const series = new Map<string, (number | null)[]>();
	for (const row of rows) {
		const name = by < 0 ? '' : String(row[by] ?? '');
		const place = names.get(name) ?? names.size;
		names.set(name, place);
		for (const value of values) {
			const label = split < 0 ? value.name : [String(row[split]), ...(values.length > 1 ? [value.name] : [])].join(' · ');
			const cells = series.get(label) ?? [];
			series.set(label, cells);
			cells[place] = cellNumberOrNull(row[value.index]);
		}
	}
	const kept = Math.min(names.size, CATEGORIES_MAX);
	return {
		shape,
		names: [...names.keys()].slice(0, kept),
		series: [...series]
			.slice(0, SERIES_MAX)
			.map(([name, cells]) => ({ name, values: Array.from({ length: kept }, (_, at) => cells[at] ?? null) })),
		leftCount: names.size - kept + Math.max(0, series.size - SERIES_MAX),
	};
}
