/** The history of one column of a series in order of time, step and value, from one place to another. */
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import { type ChunkPoints, unpackChunk } from './chunk.ts';
import { unpackOutline } from './outline.ts';
import * as store from './store.ts';
import { numberAt } from './values.ts';

/** Points that are numbers; a step that is not there is 0. Times are in microseconds. */
export interface HistoryPoints {
	readonly count: number;
	readonly times: Float64Array;
	readonly steps: Float64Array;
	readonly values: Float64Array;
}

export const NO_HISTORY: HistoryPoints = { count: 0, times: new Float64Array(), steps: new Float64Array(), values: new Float64Array() };

/** A column of a series. */
export interface ColumnPlace {
	readonly seriesKey: number;
	readonly ordinal: number;
}

/** Chunks that are read at once: enough to be quick, few enough to stay small. */
const CHUNKS_AT_ONCE = 32;
/** Where a sample takes one of this many points at most, the outlines of chunks hold enough to choose from. */
const OUTLINED_POINTS_PER_SAMPLE = 128;

/** The points from an offset on, `limit` at most; null: all of them. */
export async function readHistory(
	db: Kysely<Tables>,
	place: ColumnPlace,
	{ offset, limit }: { readonly offset: number; readonly limit: number | null },
): Promise<HistoryPoints> {
	const collected = new Collected();
	let left = limit ?? Number.POSITIVE_INFINITY;
	for await (const piece of historyInPieces(db, place, offset)) {
		collected.addPoints(piece, Math.min(left, piece.count));
		left -= piece.count;
		if (left <= 0) break;
	}
	return collected.points();
}

/** As {@link readHistory}, some chunks at a time: where they follow one another in order, no more is in memory. */
export async function* historyInPieces(
	db: Kysely<Tables>,
	{ seriesKey, ordinal }: ColumnPlace,
	offset: number,
): AsyncGenerator<HistoryPoints> {
	const heads = await store.readChunkHeads(db, seriesKey);
	// Of a series that did not come in order, all has to be sorted.
	const isInOrder = heads.every((head, index) => index === 0 || follows(head, heads[index - 1] as store.ChunkHead));
	const atOnce = isInOrder ? CHUNKS_AT_ONCE : heads.length;
	let skip = offset;
	for (let at = 0; at < heads.length; at += atOnce) {
		const some = heads.slice(at, at + atOnce);
		// Counted by what they hold at most: a column may lack values, and then no chunk is passed over.
		const pointCount = some.reduce((sum, { point_count }) => sum + point_count, 0);
		if (isInOrder && ordinal === 0 && skip >= pointCount && some.every(({ sealed }) => sealed === 1)) {
			skip -= pointCount;
			continue;
		}
		const collected = new Collected();
		const [first, last] = [some[0] as store.ChunkHead, some.at(-1) as store.ChunkHead];
		for (const { data } of await store.readChunkRange(db, seriesKey, first.first_arrival, last.first_arrival, false))
			collected.addChunk(unpackChunk(data as Uint8Array), ordinal);
		const points = collected.sorted();
		if (skip >= points.count) skip -= points.count;
		else {
			yield sliced(points, skip);
			skip = 0;
		}
	}
}

/** Points evenly taken from those between two steps (null: no bound), the first and the last among them. */
export async function readSampledHistory(
	db: Kysely<Tables>,
	{ seriesKey, ordinal }: ColumnPlace,
	{ from, to, points: wanted }: { readonly from: number | null; readonly to: number | null; readonly points: number },
): Promise<HistoryPoints> {
	const heads = (await store.readChunkHeads(db, seriesKey)).filter(
		({ min_step, max_step }) => (from === null || (max_step ?? 0) >= from) && (to === null || (min_step ?? 0) <= to),
	);
	const [first, last] = [heads[0], heads.at(-1)];
	const collected = new Collected(from, to);
	if (!first || !last) return collected.points();
	const pointCount = heads.reduce((sum, { point_count }) => sum + point_count, 0);
	const isOutlined = ordinal === 0 && pointCount >= wanted * OUTLINED_POINTS_PER_SAMPLE;
	for (const { data, outline } of await store.readChunkRange(db, seriesKey, first.first_arrival, last.first_arrival, isOutlined)) {
		if (outline) for (const { step, time, last: value } of unpackOutline(outline)) collected.add(time, step ?? 0, value);
		else collected.addChunk(unpackChunk(data as Uint8Array), ordinal);
	}
	return sampled(collected.sortedBySteps(), wanted);
}

function follows(head: store.ChunkHead, before: store.ChunkHead): boolean {
	if (head.min_time !== before.max_time) return head.min_time > before.max_time;
	return (head.min_step ?? 0) >= (before.max_step ?? 0);
}

function sampled(points: HistoryPoints, wanted: number): HistoryPoints {
	if (points.count <= wanted) return points;
	const places = Uint32Array.from({ length: wanted }, (_, index) =>
		wanted === 1 ? points.count - 1 : Math.floor((index * (points.count - 1)) / (wanted - 1)),
	);
	return picked(points, places);
}

function picked({ times, steps, values }: HistoryPoints, places: Uint32Array): HistoryPoints {
	const take = (from: Float64Array): Float64Array => Float64Array.from(places, (place) => from[place] as number);
	return { count: places.length, times: take(times), steps: take(steps), values: take(values) };
}

function sliced({ count, times, steps, values }: HistoryPoints, from: number): HistoryPoints {
	if (from === 0) return { count, times, steps, values };
	return { count: count - from, times: times.subarray(from), steps: steps.subarray(from), values: values.subarray(from) };
}

class Collected {
	readonly #from: number;
	readonly #to: number;
	#count = 0;
	#times = new Float64Array(1_024);
	#steps = new Float64Array(1_024);
	#values = new Float64Array(1_024);

	/** Of what is added, it keeps what lies between two steps. */
	constructor(from: number | null = null, to: number | null = null) {
		this.#from = from ?? Number.NEGATIVE_INFINITY;
		this.#to = to ?? Number.POSITIVE_INFINITY;
	}

	add(time: number, step: number, value: number): void {
		if (step < this.#from || step > this.#to) return;
		if (this.#count === this.#times.length) this.#grow();
		this.#times[this.#count] = time;
		this.#steps[this.#count] = step;
		this.#values[this.#count] = value;
		this.#count++;
	}

	addChunk({ count, steps, times, columns }: ChunkPoints, ordinal: number): void {
		const values = columns.get(ordinal);
		for (let index = 0; values && index < count; index++) {
			const value = values.type === 'mixed' ? numberAt(values, index) : (values.numbers[index] as number);
			if (value === null) continue;
			const step = steps?.[index] ?? 0;
			this.add(times[index] as number, Number.isNaN(step) ? 0 : step, value);
		}
	}

	addPoints({ times, steps, values }: HistoryPoints, count: number): void {
		for (let index = 0; index < count; index++) this.add(times[index] as number, steps[index] as number, values[index] as number);
	}

	points(): HistoryPoints {
		const cut = (column: Float64Array): Float64Array => column.subarray(0, this.#count);
		return { count: this.#count, times: cut(this.#times), steps: cut(this.#steps), values: cut(this.#values) };
	}

	sorted(): HistoryPoints {
		return sortedBy(this.points(), ({ times, steps, values }) => [times, steps, values]);
	}

	sortedBySteps(): HistoryPoints {
		return sortedBy(this.points(), ({ times, steps, values }) => [steps, times, values]);
	}

	#grow(): void {
		const roomy = (column: Float64Array): Float64Array<ArrayBuffer> => {
			const larger = new Float64Array(column.length * 2);
			larger.set(column);
			return larger;
		};
		this.#times = roomy(this.#times);
		this.#steps = roomy(this.#steps);
		this.#values = roomy(this.#values);
	}
}

/** Most series are in order already: sorting is for those that are not. */
function sortedBy(points: HistoryPoints, keysOf: (points: HistoryPoints) => readonly Float64Array[]): HistoryPoints {
	const keys = keysOf(points);
	const compare = (one: number, other: number): number => {
		for (const key of keys) {
			const [left, right] = [key[one] as number, key[other] as number];
			if (left < right) return -1;
			if (left > right) return 1;
		}
		return 0;
	};
	let isSorted = true;
	for (let index = 1; index < points.count && isSorted; index++) isSorted = compare(index - 1, index) <= 0;
	if (isSorted) return points;
	return picked(points, Uint32Array.from({ length: points.count }, (_, index) => index).sort(compare));
}
