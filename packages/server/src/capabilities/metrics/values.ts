/** Single values of a column: as the wire has them, and as numbers. */
import type { WireValue } from '@runstead/contract';
import type { ColumnValues } from './points.ts';

/** A float as JSON can carry it. */
export function wireNumber(number: number): WireValue {
	if (Number.isFinite(number)) return number;
	return { number: Number.isNaN(number) ? 'NaN' : number > 0 ? 'Infinity' : '-Infinity' };
}

/** The value at a place, as the wire has it; integers are plain numbers where they are safe ones. */
export function wireValueAt(column: ColumnValues, index: number): WireValue {
	return column.type === 'mixed' ? (column.values[index] as WireValue) : wireNumber(column.numbers[index] as number);
}

/** The value as a number; NaN for NaN, null for what is no number. */
export function numberOrNull(value: WireValue): number | null {
	if (typeof value === 'number') return value;
	if (typeof value === 'boolean') return value ? 1 : 0;
	if (typeof value !== 'object' || value === null) return null;
	return 'integer' in value ? Number(value.integer) : Number(value.number);
}

/** The number at a place; null for what is no number. */
export function numberAt(column: ColumnValues, index: number): number | null {
	return column.type === 'mixed' ? numberOrNull(column.values[index] as WireValue) : (column.numbers[index] as number);
}

/** All values as a mixed column has them, where an integer says that it is one. */
export function mixedValues(column: ColumnValues): readonly WireValue[] {
	if (column.type === 'mixed') return column.values;
	if (column.type === 'integer') return Array.from(column.numbers, (number) => ({ integer: String(number) }));
	return Array.from(column.numbers, wireNumber);
}

/** Whether any value is there. */
export function hasValue(column: ColumnValues): boolean {
	return column.type !== 'mixed' || column.values.some((value) => value !== null);
}
