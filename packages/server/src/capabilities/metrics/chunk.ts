/**
 * Chunks: points packed into bytes. Little-endian, every block aligned to 8 bytes:
 *
 *     u32 version  u32 points  u32 columns  u32 1 if steps follow
 *     a column each: u32 ordinal  u8 encoding  u8[3] 0  u64 bytes of its block (as float64)
 *     times: float64 a point; steps: float64 a point, NaN for none; then the block of each column
 *
 * Encodings: 1 floats, 2 integers (both float64 a point), 3 mixed (JSON text, padded with spaces).
 */
import type { WireValue } from '@runstead/contract';
import type { ColumnValues, Points } from './points.ts';
import { mixedValues } from './values.ts';

/** A chunk that holds this many points is sealed: large enough to read quickly, small enough to read only what is needed. */
export const POINTS_PER_CHUNK = 4_096;

/** Points with their columns known by ordinal in the series. */
export interface ChunkPoints {
	readonly count: number;
	readonly steps: Float64Array | null;
	readonly times: Float64Array;
	/** By ordinal; a column that is not there is null for all of these points. */
	readonly columns: ReadonlyMap<number, ColumnValues>;
}

const VERSION = 1;
const HEADER_BYTES = 16;
const COLUMN_HEADER_BYTES = 16;
const ENCODINGS = { float: 1, integer: 2, mixed: 3 } as const;
const SPACE = 0x20;

export function packChunk({ count, steps, times, columns }: ChunkPoints): Uint8Array {
	const blocks = [...columns].map(([ordinal, values]) => ({ ordinal, encoding: ENCODINGS[values.type], block: blockOf(values) }));
	const dataBytes = blocks.reduce((sum, { block }) => sum + block.byteLength, 0);
	const size = HEADER_BYTES + COLUMN_HEADER_BYTES * blocks.length + 8 * count * (steps ? 2 : 1) + dataBytes;
	// Many chunks are small: memory of its own for each would take longer than to fill it.
	const packed = Buffer.allocUnsafe(size);
	packed.writeUInt32LE(VERSION, 0);
	packed.writeUInt32LE(count, 4);
	packed.writeUInt32LE(blocks.length, 8);
	packed.writeUInt32LE(steps ? 1 : 0, 12);
	let at = HEADER_BYTES;
	for (const { ordinal, encoding, block } of blocks) {
		packed.writeUInt32LE(ordinal, at);
		packed.writeUInt32LE(encoding, at + 4);
		packed.writeDoubleLE(block.byteLength, at + 8);
		at += COLUMN_HEADER_BYTES;
	}
	at = putNumbers(packed, at, times);
	if (steps) at = putNumbers(packed, at, steps);
	for (const { block } of blocks) {
		if (block instanceof Float64Array) {
			at = putNumbers(packed, at, block);
		} else {
			packed.set(block, at);
			at += block.byteLength;
		}
	}
	return packed;
}

/** Fewer numbers are written one by one: to look at their bytes takes them out of the heap. */
const NUMBERS_AT_ONCE_MIN = 16;

/** Where what follows them begins. */
function putNumbers(packed: Buffer, at: number, numbers: Float64Array): number {
	if (numbers.length < NUMBERS_AT_ONCE_MIN) for (const [index, number] of numbers.entries()) packed.writeDoubleLE(number, at + 8 * index);
	else packed.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), at);
	return at + numbers.byteLength;
}

/** @throws {Error} when the bytes are not a chunk that this release knows. */
export function unpackChunk(packed: Uint8Array): ChunkPoints {
	const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
	const version = view.getUint32(0, true);
	if (version !== VERSION) throw new Error(`A metric chunk has version ${version}; this release reads ${VERSION}.`);
	const count = view.getUint32(4, true);
	const columnCount = view.getUint32(8, true);
	const hasSteps = view.getUint32(12, true) === 1;
	let at = HEADER_BYTES + COLUMN_HEADER_BYTES * columnCount;
	const take = (bytes: number): ArrayBuffer => {
		const start = packed.byteOffset + at;
		at += bytes;
		return packed.buffer.slice(start, start + bytes) as ArrayBuffer;
	};
	const times = new Float64Array(take(8 * count));
	const steps = hasSteps ? new Float64Array(take(8 * count)) : null;
	const columns = new Map<number, ColumnValues>();
	for (let index = 0; index < columnCount; index++) {
		const header = HEADER_BYTES + COLUMN_HEADER_BYTES * index;
		const encoding = view.getUint8(header + 4);
		const block = take(view.getFloat64(header + 8, true));
		const values: ColumnValues =
			encoding === ENCODINGS.mixed
				? { type: 'mixed', values: JSON.parse(new TextDecoder().decode(block)) as WireValue[] }
				: { type: encoding === ENCODINGS.integer ? 'integer' : 'float', numbers: new Float64Array(block) };
		columns.set(view.getUint32(header, true), values);
	}
	return { count, steps, times, columns };
}

/** Puts chunks that follow one another together. */
export function mergeChunks(chunks: readonly ChunkPoints[]): ChunkPoints {
	const count = chunks.reduce((sum, chunk) => sum + chunk.count, 0);
	const times = new Float64Array(count);
	const steps = chunks.some((chunk) => chunk.steps) ? new Float64Array(count).fill(Number.NaN) : null;
	let at = 0;
	for (const chunk of chunks) {
		times.set(chunk.times, at);
		if (chunk.steps) steps?.set(chunk.steps, at);
		at += chunk.count;
	}
	const ordinals = [...new Set(chunks.flatMap((chunk) => [...chunk.columns.keys()]))].sort((left, right) => left - right);
	return { count, steps, times, columns: new Map(ordinals.map((ordinal) => [ordinal, mergeColumn(chunks, ordinal, count)])) };
}

/** The points from one place to another. */
export function sliceChunk(chunk: ChunkPoints, from: number, to: number): ChunkPoints {
	const columns = new Map<number, ColumnValues>();
	for (const [ordinal, values] of chunk.columns) {
		columns.set(
			ordinal,
			values.type === 'mixed'
				? { type: 'mixed', values: values.values.slice(from, to) }
				: { type: values.type, numbers: values.numbers.slice(from, to) },
		);
	}
	return { count: to - from, steps: chunk.steps?.slice(from, to) ?? null, times: chunk.times.slice(from, to), columns };
}

/** Points of the wire as a chunk, their columns named by ordinal. */
export function chunkOf(points: Points, ordinalOf: (name: string) => number): ChunkPoints {
	return {
		count: points.count,
		steps: points.steps,
		times: points.times,
		columns: new Map(points.columns.map(({ name, values }) => [ordinalOf(name), values])),
	};
}

/** Least and greatest; null if there is no number. */
export function rangeOf(numbers: Float64Array | null): { min: number; max: number } | null {
	let min = Number.POSITIVE_INFINITY;
	let max = Number.NEGATIVE_INFINITY;
	const count = numbers?.length ?? 0;
	for (let index = 0; index < count; index++) {
		const number = (numbers as Float64Array)[index] as number;
		if (number < min) min = number;
		if (number > max) max = number;
	}
	return min <= max ? { min, max } : null;
}

function mergeColumn(chunks: readonly ChunkPoints[], ordinal: number, count: number): ColumnValues {
	const parts = chunks.map((chunk) => ({ count: chunk.count, values: chunk.columns.get(ordinal) }));
	const type = parts[0]?.values?.type ?? 'mixed';
	if (type !== 'mixed' && parts.every((part) => part.values?.type === type)) {
		const numbers = new Float64Array(count);
		let at = 0;
		for (const part of parts) {
			numbers.set((part.values as { numbers: Float64Array }).numbers, at);
			at += part.count;
		}
		return { type, numbers };
	}
	return {
		type: 'mixed',
		values: parts.flatMap((part) => (part.values ? mixedValues(part.values) : new Array<WireValue>(part.count).fill(null))),
	};
}

function blockOf(values: ColumnValues): Float64Array | Uint8Array {
	if (values.type !== 'mixed') return values.numbers;
	const text = new TextEncoder().encode(JSON.stringify(values.values));
	const padded = new Uint8Array(Math.ceil(text.byteLength / 8) * 8).fill(SPACE);
	padded.set(text);
	return padded;
}
