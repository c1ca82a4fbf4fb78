/** Points that a series has already: where a client sends a batch again, or a point twice, none is stored a second time. */
import type { ColumnSummary } from '@runstead/contract';
import { fromWireTime } from '../../http/time.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import * as store from './adding-store.ts';
import type { ColumnValues, Points } from './points.ts';
import { numberAt } from './values.ts';

/** The points of one column that are not there yet, in their order. `summary` is that of the column. */
export async function withoutKnown(
	unit: UnitOfWork,
	seriesKey: number | null,
	points: Points,
	summary: ColumnSummary | null,
): Promise<Points> {
	const column = points.columns[0];
	if (!column || (summary === null && isRising(points, null))) return points;
	// Most points come after all that are there: then no chunk is read.
	if (summary !== null && isRising(points, { step: summary.lastStep ?? 0, time: fromWireTime(summary.lastTime, 'lastTime') }))
		return points;
	const seen = new Set<string>();
	if (seriesKey !== null && summary !== null) {
		const range = rangeOf(points);
		for (const chunk of await store.chunksOverlapping(unit, seriesKey, range)) {
			const values = chunk.columns.get(0);
			for (let index = 0; values && index < chunk.count; index++) seen.add(identity(chunk, values, index));
		}
	}
	const fresh: number[] = [];
	for (let index = 0; index < points.count; index++) {
		const key = identity(points, column.values, index);
		if (seen.has(key)) continue;
		seen.add(key);
		fresh.push(index);
	}
	return fresh.length === points.count ? points : picked(points, column.name, column.values, fresh);
}

interface Place {
	readonly step: number;
	readonly time: number;
}

type Steps = Pick<Points, 'steps'>;

/** A step that is not there counts as 0. */
function stepAt({ steps }: Steps, index: number): number {
	const step = steps?.[index] ?? 0;
	return Number.isNaN(step) ? 0 : step;
}

/** Each point lies after the one before it, by step and then by time; the first after `last`. */
function isRising(points: Points, last: Place | null): boolean {
	let step = last?.step ?? Number.NEGATIVE_INFINITY;
	let time = last?.time ?? Number.NEGATIVE_INFINITY;
	for (let index = 0; index < points.count; index++) {
		const ownStep = stepAt(points, index);
		const ownTime = points.times[index] as number;
		if (ownStep < step || (ownStep === step && ownTime <= time)) return false;
		step = ownStep;
		time = ownTime;
	}
	return true;
}

function rangeOf({ times, count }: Points): store.TimeRange {
	let first = Number.POSITIVE_INFINITY;
	let last = Number.NEGATIVE_INFINITY;
	for (let index = 0; index < count; index++) {
		first = Math.min(first, times[index] as number);
		last = Math.max(last, times[index] as number);
	}
	return { first, last };
}

function identity(points: Steps & { readonly times: Float64Array }, values: ColumnValues, index: number): string {
	return `${stepAt(points, index)} ${points.times[index]} ${numberAt(values, index)}`;
}

function picked({ steps, times }: Points, name: string, values: ColumnValues, places: readonly number[]): Points {
	const take = (from: Float64Array): Float64Array => Float64Array.from(places, (place) => from[place] as number);
	return {
		count: places.length,
		steps: steps && take(steps),
		times: take(times),
		columns: [
			{
				name,
				values:
					values.type === 'mixed'
						? { type: 'mixed', values: places.map((place) => values.values[place] ?? null) }
						: { type: values.type, numbers: take(values.numbers) },
			},
		],
	};
}
