/** Writes scalars as TensorBoard's event files hold them. Sources: tensorflow/core/util/event.proto, framework/summary.proto. */
import { frameRecord } from '@runstead/contract';

export interface ScalarPoint {
	readonly tag: string;
	readonly step: number;
	/** Microseconds since 1970. */
	readonly time: number;
	readonly value: number;
}

/** What an event file begins with. */
const FILE_VERSION = 'brain.Event:2';

const utf8 = new TextEncoder();

function varint(value: number): number[] {
	const bytes: number[] = [];
	// A negative step has all of its 64 bits written.
	let left = BigInt.asUintN(64, BigInt(value));
	do {
		bytes.push(Number(left & 0x7fn) | (left > 0x7fn ? 0x80 : 0));
		left >>= 7n;
	} while (left > 0n);
	return bytes;
}

const message = (field: number, content: Uint8Array): Uint8Array =>
	Buffer.concat([Uint8Array.of((field << 3) | 2), Uint8Array.from(varint(content.length)), content]);

function wallTime(time: number): Uint8Array {
	const bytes = new Uint8Array(9);
	bytes[0] = (1 << 3) | 1;
	new DataView(bytes.buffer).setFloat64(1, time / 1e6, true);
	return bytes;
}

/** The record that every event file begins with. */
export function firstEvent(time: number): Uint8Array {
	return frameRecord(Buffer.concat([wallTime(time), message(3, utf8.encode(FILE_VERSION))]));
}

/** A record that holds one point of a tag. */
export function scalarEvent({ tag, step, time, value }: ScalarPoint): Uint8Array {
	const number = new Uint8Array(5);
	number[0] = (2 << 3) | 5;
	new DataView(number.buffer).setFloat32(1, value, true);
	const summary = message(1, Buffer.concat([message(1, utf8.encode(tag)), number]));
	return frameRecord(Buffer.concat([wallTime(time), Uint8Array.of(2 << 3, ...varint(step)), message(5, summary)]));
}
