/** An answer turned: its rows counted or summed up by the values of one column, beside those of another. */
import type { QueryAnswer } from '@runstead/contract';
import { cellNumberOrNull, isNumberType } from './column-types.ts';
import type { Pivot, PivotMeasure } from './pivot-search.ts';

/** More do not fit a table that one reads. */
export const PIVOT_COLUMNS_MAX = 50;

export type Table = Pick<QueryAnswer, 'columns' | 'rows'>;

interface Sum {
	count: number;
	total: number;
	min: number;
	max: number;
}

/** What is turned first where nobody has chosen: the column with the fewest values, at least two of them if any has. */
export function usualPivot({ columns, rows }: Table): Pivot {
	const counted = columns.map(({ name }, index) => ({ name, values: new Set(rows.map((row) => textOf(row[index]))).size }));
	const [best] = counted.toSorted((one, other) => Number(one.values < 2) - Number(other.values < 2) || one.values - other.values);
	return { rows: best?.name ?? '', measure: 'count' };
}

/** Null where the answer has no such column: it is of another query. */
export function pivotedOrNull(table: Table, pivot: Pivot): (Table & { readonly leftOut: number }) | null {
	const place = (name: string | undefined): number => table.columns.findIndex((column) => column.name === name);
	const [byRow, byColumn, of] = [place(pivot.rows), place(pivot.columns), place(pivot.of)];
	const isCount = pivot.measure === 'count';
	if (byRow < 0 || (pivot.columns !== undefined && byColumn < 0) || (!isCount && of < 0)) return null;
	const sums = new Map<string, Map<string, Sum>>();
	const across = new Map<string, number>();
	for (const row of table.rows) {
		const value = isCount ? 1 : cellNumberOrNull(row[of]);
		if (value === null) continue;
		const head = byColumn < 0 ? pivot.measure : textOf(row[byColumn]);
		across.set(head, (across.get(head) ?? 0) + 1);
		const ofRow = getOrMake(sums, textOf(row[byRow]), () => new Map<string, Sum>());
		const sum = getOrMake(ofRow, head, () => ({ count: 0, total: 0, min: value, max: value }));
		sum.count += 1;
		sum.total += value;
		sum.min = Math.min(sum.min, value);
		sum.max = Math.max(sum.max, value);
	}
	// The most common first, so that what is left out is what is rare; then in their order.
	const shown = [...across]
		.toSorted(([, one], [, other]) => other - one)
		.slice(0, PIVOT_COLUMNS_MAX)
		.map(([head]) => head)
		.toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
	return {
		columns: [{ name: pivot.rows, type: 'string' }, ...shown.map((name) => ({ name, type: 'real' }))],
		rows: [...sums].map(([name, ofRow]) => [name, ...shown.map((head) => measured(ofRow.get(head), pivot.measure))]),
		leftOut: across.size - shown.length,
	};
}

/** Columns that can be summed up. */
export function numberColumns({ columns }: Table): string[] {
	return columns.filter(({ type }) => isNumberType(type)).map(({ name }) => name);
}

function measured(sum: Sum | undefined, measure: PivotMeasure): number | null {
	if (sum === undefined) return null;
	if (measure === 'count') return sum.count;
	if (measure === 'sum') return sum.total;
	return measure === 'mean' ? sum.total / sum.count : sum[measure];
}

function textOf(value: unknown): string {
	return value === null || value === undefined || value === '' ? '(empty)' : String(value);
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
	const found = map.get(key) ?? make();
	map.set(key, found);
	return found;
}
