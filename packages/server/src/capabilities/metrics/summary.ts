/** The summary of a column, kept while points come in. */
import type { ColumnSummary, WireValue } from '@runstead/contract';
import { fromWireTime, toWireTime } from '../../http/time.ts';
import type { ChunkPoints } from './chunk.ts';
import type { ColumnValues } from './points.ts';
import { numberAt, numberOrNull, wireNumber, wireValueAt } from './values.ts';

/** The numbers by which runs are searched and ordered; NaN and texts are none. */
export interface SearchNumbers {
	readonly first_number: number | null;
	readonly last_number: number | null;
	readonly min_number: number | null;
	readonly max_number: number | null;
	readonly mean_number: number | null;
}

/** A summary with the points of a column added; null while the column has no value. */
export function addToSummary(before: ColumnSummary | null, points: ChunkPoints, values: ColumnValues): ColumnSummary | null {
	const { first, count } = countValues(values, points.count);
	if (first < 0) return before;
	return {
		count: (before?.count ?? 0) + count,
		...addNumbers(before, points, values),
		first: before ? before.first : wireValueAt(values, first),
		...addLast(before, points, values),
	};
}

export function searchNumbers(summary: ColumnSummary): SearchNumbers {
	return {
		first_number: searchable(summary.first),
		last_number: searchable(summary.last),
		min_number: searchable(summary.min),
		max_number: searchable(summary.max),
		mean_number: searchable(summary.mean),
	};
}

function searchable(value: WireValue): number | null {
	const number = numberOrNull(value);
	return number === null || Number.isNaN(number) ? null : number;
}

/** How many values are not null, and where the first of them is (-1: nowhere). */
function countValues(values: ColumnValues, points: number): { first: number; count: number } {
	if (values.type !== 'mixed') return { first: 0, count: points };
	let first = -1;
	let count = 0;
	for (const [index, value] of values.values.entries()) {
		if (value === null) continue;
		if (first < 0) first = index;
		count++;
	}
	return { first, count };
}

function addNumbers(
	before: ColumnSummary | null,
	points: ChunkPoints,
	values: ColumnValues,
): Pick<ColumnSummary, 'numberCount' | 'min' | 'minStep' | 'max' | 'maxStep' | 'mean'> {
	let minPlace = -1;
	let maxPlace = -1;
	let min = before === null || before.min === null ? Number.POSITIVE_INFINITY : (numberOrNull(before.min) as number);
	let max = before === null || before.max === null ? Number.NEGATIVE_INFINITY : (numberOrNull(before.max) as number);
	let noneYet = (before?.numberCount ?? 0) === 0;
	let count = 0;
	let sum = 0;
	for (let index = 0; index < points.count; index++) {
		const number = numberAt(values, index);
		if (number === null || Number.isNaN(number)) continue;
		if (noneYet || number < min) {
			min = number;
			minPlace = index;
		}
		if (noneYet || number > max) {
			max = number;
			maxPlace = index;
		}
		noneYet = false;
		count++;
		sum += number;
	}
	const numberCount = (before?.numberCount ?? 0) + count;
	const meanBefore = before === null || before.mean === null ? 0 : (numberOrNull(before.mean) as number);
	return {
		numberCount,
		min: minPlace >= 0 ? wireValueAt(values, minPlace) : (before?.min ?? null),
		minStep: minPlace >= 0 ? stepAt(points, minPlace) : (before?.minStep ?? null),
		max: maxPlace >= 0 ? wireValueAt(values, maxPlace) : (before?.max ?? null),
		maxStep: maxPlace >= 0 ? stepAt(points, maxPlace) : (before?.maxStep ?? null),
		mean:
			numberCount === 0
				? null
				: count === 0
					? (before?.mean ?? null)
					: wireNumber((meanBefore * (before?.numberCount ?? 0) + sum) / numberCount),
	};
}

/** The last value is that of the greatest step, then time, then arrival. */
function addLast(
	before: ColumnSummary | null,
	points: ChunkPoints,
	values: ColumnValues,
): Pick<ColumnSummary, 'last' | 'lastStep' | 'lastTime'> {
	let step = before?.lastStep ?? Number.NEGATIVE_INFINITY;
	let time = before ? fromWireTime(before.lastTime, 'lastTime') : Number.NEGATIVE_INFINITY;
	let place = -1;
	for (let index = 0; index < points.count; index++) {
		if (values.type === 'mixed' && values.values[index] === null) continue;
		const candidateStep = stepAt(points, index) ?? Number.NEGATIVE_INFINITY;
		const candidateTime = points.times[index] as number;
		if (candidateStep < step || (candidateStep === step && candidateTime < time)) continue;
		step = candidateStep;
		time = candidateTime;
		place = index;
	}
	// Without one before there is a value here, and so a place.
	if (place < 0 && before) return { last: before.last, lastStep: before.lastStep, lastTime: before.lastTime };
	return { last: wireValueAt(values, place), lastStep: stepAt(points, place), lastTime: toWireTime(time) };
}

function stepAt(points: ChunkPoints, index: number): number | null {
	const step = points.steps?.[index];
	return step === undefined || Number.isNaN(step) ? null : step;
}
