/**
 * Reads the messages of TensorBoard's event files: scalars, pictures and histograms, as the writers of TensorFlow 1 and 2, PyTorch and
 * tensorboardX put them. Sources: tensorflow/core/util/event.proto, framework/summary.proto, framework/tensor.proto.
 */
import { MalformedProtobuf, protobufFields } from './protobuf.ts';

export interface HistogramBucket {
	readonly from: number;
	readonly to: number;
	readonly count: number;
}

/** What one tag has at one step. */
export interface SummaryValue {
	readonly tag: string;
	readonly value:
		| { readonly type: 'scalar'; readonly number: number }
		| { readonly type: 'images'; readonly images: readonly Uint8Array[] }
		| { readonly type: 'histogram'; readonly buckets: readonly HistogramBucket[] };
}

export interface TensorboardEvent {
	/** Microseconds since 1970. */
	readonly time: number;
	readonly step: number;
	readonly values: readonly SummaryValue[];
}

/** @throws {MalformedProtobuf}. */
export function readTensorboardEvent(message: Uint8Array): TensorboardEvent {
	let time = 0;
	let step = 0;
	const values: SummaryValue[] = [];
	for (const field of protobufFields(message)) {
		if (field.number === 1) time = Math.round(field.double() * 1e6);
		else if (field.number === 2) step = Number(field.integer());
		else if (field.number === 5) values.push(...readSummary(field.bytes()));
	}
	if (!Number.isSafeInteger(time) || !Number.isSafeInteger(step)) throw new MalformedProtobuf('A time or a step is out of range.');
	return { time, step, values };
}

function readSummary(message: Uint8Array): SummaryValue[] {
	const values: SummaryValue[] = [];
	for (const field of protobufFields(message)) {
		if (field.number !== 1) continue;
		const value = readValue(field.bytes());
		if (value) values.push(value);
	}
	return values;
}

/** Null for what is none of the three: texts, graphs, sounds, settings of plugins. */
function readValue(message: Uint8Array): SummaryValue | null {
	let tag = '';
	let value: SummaryValue['value'] | null = null;
	for (const field of protobufFields(message)) {
		if (field.number === 1) tag = field.text();
		else if (field.number === 2) value = { type: 'scalar', number: field.float() };
		else if (field.number === 4) value = readImage(field.bytes());
		else if (field.number === 5) value = { type: 'histogram', buckets: readHistogram(field.bytes()) };
		else if (field.number === 8) value = valueOfTensor(readTensor(field.bytes()));
	}
	return value && tag !== '' ? { tag, value } : null;
}

function readImage(message: Uint8Array): SummaryValue['value'] | null {
	for (const field of protobufFields(message)) if (field.number === 4) return { type: 'images', images: [field.bytes()] };
	return null;
}

function readHistogram(message: Uint8Array): HistogramBucket[] {
	let min = 0;
	const limits: number[] = [];
	const counts: number[] = [];
	for (const field of protobufFields(message)) {
		if (field.number === 1) min = field.double();
		else if (field.number === 6) limits.push(...field.doubles());
		else if (field.number === 7) counts.push(...field.doubles());
	}
	return limits.flatMap((to, index) => {
		const count = counts[index] ?? 0;
		// The first bucket of some writers reaches down to the least number that there is.
		return count > 0 ? [{ from: Math.max(limits[index - 1] ?? min, Math.min(min, to)), to, count }] : [];
	});
}

const FLOAT = 1;
const DOUBLE = 2;
const NUMBER_SIZES: Readonly<Record<number, number>> = { [FLOAT]: 4, [DOUBLE]: 8 };

interface Tensor {
	readonly type: number;
	readonly shape: readonly number[];
	readonly numbers: readonly number[];
	readonly texts: readonly Uint8Array[];
}

function readTensor(message: Uint8Array): Tensor {
	let type = 0;
	let shape: number[] = [];
	let content: Uint8Array | null = null;
	const numbers: number[] = [];
	const texts: Uint8Array[] = [];
	for (const field of protobufFields(message)) {
		if (field.number === 1) type = Number(field.integer());
		else if (field.number === 2) shape = readShape(field.bytes());
		else if (field.number === 4) content = field.bytes();
		else if (field.number === 5) numbers.push(...field.floats());
		else if (field.number === 6) numbers.push(...field.doubles());
		else if (field.number === 8) texts.push(field.bytes());
	}
	if (content && numbers.length === 0) numbers.push(...unpacked(content, type));
	return { type, shape, numbers, texts };
}

function readShape(message: Uint8Array): number[] {
	const shape: number[] = [];
	for (const dimension of protobufFields(message)) {
		if (dimension.number !== 2) continue;
		let size = 0;
		for (const field of protobufFields(dimension.bytes())) if (field.number === 1) size = Number(field.integer());
		shape.push(size);
	}
	return shape;
}

function unpacked(content: Uint8Array, type: number): number[] {
	const size = NUMBER_SIZES[type];
	if (size === undefined) return [];
	const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
	return Array.from({ length: Math.floor(content.length / size) }, (_, index) =>
		size === 4 ? view.getFloat32(4 * index, true) : view.getFloat64(8 * index, true),
	);
}

const PICTURE_BEGINNINGS = [
	[0x89, 0x50, 0x4e, 0x47],
	[0xff, 0xd8, 0xff],
	[0x47, 0x49, 0x46, 0x38],
];
const isPicture = (bytes: Uint8Array): boolean =>
	PICTURE_BEGINNINGS.some((beginning) => beginning.every((byte, index) => bytes[index] === byte));

/** Only the first summary of a tag names its plugin, so what a tensor is shows in its shape: TensorFlow 2 keeps all three as tensors. */
function valueOfTensor({ type, shape, numbers, texts }: Tensor): SummaryValue['value'] | null {
	if (texts.length > 0) {
		// Width and height come first, then the pictures.
		const images = texts.slice(2).filter(isPicture);
		return images.length > 0 ? { type: 'images', images } : null;
	}
	if (type !== FLOAT && type !== DOUBLE) return null;
	if (shape.length === 0) return numbers.length > 0 ? { type: 'scalar', number: numbers[0] as number } : null;
	if (shape.length !== 2 || shape[1] !== 3) return null;
	const buckets: HistogramBucket[] = [];
	for (let at = 0; at + 2 < numbers.length; at += 3) {
		const [from, to, count] = numbers.slice(at, at + 3) as [number, number, number];
		if (count > 0) buckets.push({ from, to, count });
	}
	return { type: 'histogram', buckets };
}
