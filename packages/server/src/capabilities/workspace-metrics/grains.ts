/** Grains of time: a row of aggregates, one a grain, that minutes or hours are added to. */
import type { MetricAggregation } from '@runstead/contract';
import { readMinutes } from './minutes.ts';
import { type Aggregate, MICROS_PER_HOUR, MICROS_PER_MINUTE } from './samples.ts';
import type { HourRow } from './store.ts';

export interface TimeGrid {
	/** A whole number of grains since 1970. */
	readonly from: number;
	readonly grainMicros: number;
	readonly count: number;
}

/** Aggregates of a grid, in columns; a grain without a sample has count 0. */
export class Grains {
	readonly grid: TimeGrid;
	readonly #totals: Float64Array;
	readonly #counts: Float64Array;
	readonly #minima: Float64Array;
	readonly #maxima: Float64Array;

	constructor(grid: TimeGrid) {
		this.grid = grid;
		this.#totals = new Float64Array(grid.count);
		this.#counts = new Float64Array(grid.count);
		this.#minima = new Float64Array(grid.count).fill(Number.POSITIVE_INFINITY);
		this.#maxima = new Float64Array(grid.count).fill(Number.NEGATIVE_INFINITY);
	}

	/** Adds an hour: by its minutes where the grain is finer. */
	addHour({ hour_time, total, sample_count, minimum, maximum, minutes }: HourRow): void {
		if (minutes === null) {
			this.#add(hour_time, { total, count: sample_count, minimum, maximum });
			return;
		}
		readMinutes(minutes, (minute, aggregate) => this.#add(hour_time + minute * MICROS_PER_MINUTE, aggregate));
	}

	#add(time: number, { total, count, minimum, maximum }: Aggregate): void {
		const index = Math.floor((time - this.grid.from) / this.grid.grainMicros);
		if (index < 0 || index >= this.grid.count) return;
		(this.#totals[index] as number) += total;
		(this.#counts[index] as number) += count;
		if (minimum < (this.#minima[index] as number)) this.#minima[index] = minimum;
		if (maximum > (this.#maxima[index] as number)) this.#maxima[index] = maximum;
	}

	/** All grains from one to another (excluded) in one; null if they have no sample. */
	over(first: number, end: number): Aggregate | null {
		let sum: Aggregate | null = null;
		for (let index = Math.max(0, first); index < Math.min(end, this.grid.count); index++) {
			const count = this.#counts[index] as number;
			if (count === 0) continue;
			sum ??= { total: 0, count: 0, minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY };
			sum.total += this.#totals[index] as number;
			sum.count += count;
			sum.minimum = Math.min(sum.minimum, this.#minima[index] as number);
			sum.maximum = Math.max(sum.maximum, this.#maxima[index] as number);
		}
		return sum;
	}

	/** One aggregation of every grain; null where nothing was measured. */
	values(aggregation: MetricAggregation): (number | null)[] {
		return Array.from({ length: this.grid.count }, (_, index) => {
			const aggregate = this.over(index, index + 1);
			return aggregate && aggregated(aggregate, aggregation);
		});
	}
}

/** An average is that of all samples, however they lie in the grain: the sum by the number of them. */
export function aggregated({ total, count, minimum, maximum }: Aggregate, aggregation: MetricAggregation): number {
	switch (aggregation) {
		case 'average':
			return total / count;
		case 'total':
			return total;
		case 'count':
			return count;
		case 'minimum':
			return minimum;
		case 'maximum':
			return maximum;
	}
}

/** The grid of a time: its grains are whole ones, the first begins at or before `from`, the last ends at or after `to`. */
export function gridOf(from: number, to: number, grainMicros: number): TimeGrid {
	const first = Math.floor(from / grainMicros) * grainMicros;
	return { from: first, grainMicros, count: Math.max(1, Math.ceil((to - first) / grainMicros)) };
}

export const needsMinutes = ({ grainMicros }: TimeGrid): boolean => grainMicros < MICROS_PER_HOUR;
