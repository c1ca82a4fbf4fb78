/** What a chart is drawn of: points, or several in one, in columns of numbers. There may be a million: an object each would take too long. */
import type { ChunkPoints } from './chunk.ts';
import { unpackOutline } from './outline.ts';
import { numberAt } from './values.ts';

/** Where a point stands; its step is NaN where it has none. */
export type XOf = (arrival: number, step: number, time: number) => number;

/** `x` and `last` are those of its last point; `min` and `max` are null where none of its points is a number. */
export interface Bucket {
	readonly x: number;
	readonly min: number | null;
	readonly max: number | null;
	/** NaN where the last value is NaN. */
	readonly last: number;
	readonly count: number;
}

function withRoom(column: Float64Array): Float64Array {
	const roomy = new Float64Array(column.length * 2 + 1);
	roomy.set(column);
	return roomy;
}

const orNull = (number: number): number | null => (Number.isNaN(number) ? null : number);

export class ChartPoints {
	readonly #from: number;
	readonly #to: number;
	#length = 0;
	#isSorted = true;
	#x: Float64Array;
	/** NaN for none; of a single point, its value. */
	#min: Float64Array;
	#max: Float64Array;
	#last: Float64Array;
	#count: Float64Array;

	/** Room for so many at first; of what is added, it keeps what lies between `from` and `to`. */
	constructor(capacity: number, from: number | null, to: number | null) {
		this.#from = from ?? Number.NEGATIVE_INFINITY;
		this.#to = to ?? Number.POSITIVE_INFINITY;
		this.#x = new Float64Array(capacity);
		this.#min = new Float64Array(capacity);
		this.#max = new Float64Array(capacity);
		this.#last = new Float64Array(capacity);
		this.#count = new Float64Array(capacity);
	}

	get length(): number {
		return this.#length;
	}

	/** The points of a chunk that are numbers in a column, each alone. */
	addChunk(chunk: ChunkPoints, firstArrival: number, ordinal: number, xOf: XOf): void {
		const values = chunk.columns.get(ordinal);
		for (let index = 0; values && index < chunk.count; index++) {
			const number = values.type === 'mixed' ? numberAt(values, index) : (values.numbers[index] as number);
			if (number === null) continue;
			const x = xOf(firstArrival + index, chunk.steps?.[index] ?? Number.NaN, chunk.times[index] as number);
			this.add(x, number, number, number, 1);
		}
	}

	addOutline(outline: Uint8Array, xOf: XOf): void {
		for (const { arrival, step, time, min, max, last, count } of unpackOutline(outline)) {
			this.add(xOf(arrival, step ?? Number.NaN, time), min ?? Number.NaN, max ?? Number.NaN, last, count);
		}
	}

	/** Most series come in order: sorting is for those that do not. Points of one x stay in order of arrival. */
	sort(): void {
		if (this.#isSorted) return;
		const x = this.#x;
		const order = Uint32Array.from({ length: this.#length }, (_, index) => index);
		order.sort((one, other) => (x[one] as number) - (x[other] as number));
		this.#replaceColumns((column) => Float64Array.from(order, (index) => column[index] as number));
		this.#isSorted = true;
	}

	/** Points in all, also those that lie several in one. */
	countAll(): number {
		return this.#count.subarray(0, this.#length).reduce((sum, count) => sum + count, 0);
	}

	/** So many buckets of one width; null: one for each point. What is added must be in order. */
	buckets(count: number | null): Bucket[] {
		const low = this.#x[0] ?? 0;
		const width = count === null ? 0 : ((this.#x[this.#length - 1] ?? 0) - low) / count;
		const bucketAt = (index: number): number => {
			if (count === null) return index;
			return width === 0 ? 0 : Math.min(count - 1, Math.floor(((this.#x[index] as number) - low) / width));
		};
		const buckets: Bucket[] = [];
		for (let start = 0; start < this.#length; ) {
			const bucket = bucketAt(start);
			let end = start + 1;
			while (end < this.#length && bucketAt(end) === bucket) end++;
			buckets.push(this.#join(start, end));
			start = end;
		}
		return buckets;
	}

	/** A point, or several in one whose `last` stands at `x`; what lies outside `from` and `to` is left out. */
	add(x: number, min: number, max: number, last: number, count: number): void {
		if (!(x >= this.#from && x <= this.#to)) return;
		const at = this.#length++;
		// A series may have grown between the look at its chunks and their reading.
		if (at === this.#x.length) this.#replaceColumns((column) => withRoom(column));
		if (at > 0 && x < (this.#x[at - 1] as number)) this.#isSorted = false;
		this.#x[at] = x;
		this.#min[at] = min;
		this.#max[at] = max;
		this.#last[at] = last;
		this.#count[at] = count;
	}

	#replaceColumns(change: (column: Float64Array) => Float64Array): void {
		this.#x = change(this.#x);
		this.#min = change(this.#min);
		this.#max = change(this.#max);
		this.#last = change(this.#last);
		this.#count = change(this.#count);
	}

	#join(start: number, end: number): Bucket {
		let min = Number.NaN;
		let max = Number.NaN;
		let count = 0;
		for (let index = start; index < end; index++) {
			const [low, high] = [this.#min[index] as number, this.#max[index] as number];
			// Nothing is less or greater than NaN: the first number takes its place.
			if (!(min <= low) && !Number.isNaN(low)) min = low;
			if (!(max >= high) && !Number.isNaN(high)) max = high;
			count += this.#count[index] as number;
		}
		return { x: this.#x[end - 1] as number, min: orNull(min), max: orNull(max), last: this.#last[end - 1] as number, count };
	}
}
