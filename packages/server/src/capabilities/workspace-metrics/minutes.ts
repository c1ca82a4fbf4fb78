/**
 * The minutes of an hour, packed: u8 minute, u8 form, then for form 0 (one sample) f64 value; for form 1 f64 total, u32 count,
 * f64 minimum, f64 maximum. Little-endian, in the order of the minutes. Ten bytes a minute for what is sampled once a minute.
 */
import { type Aggregate, addPart, addTo, MICROS_PER_MINUTE, type MinuteSamples } from './samples.ts';

const ONE = 0;
const SEVERAL = 1;
const ONE_BYTES = 10;
const SEVERAL_BYTES = 30;

export type Minutes = Map<number, Aggregate>;

function packMinutes(minutes: Minutes): Uint8Array {
	const sorted = [...minutes].sort(([left], [right]) => left - right);
	const packed = new Uint8Array(sorted.reduce((sum, [, minute]) => sum + (minute.count === 1 ? ONE_BYTES : SEVERAL_BYTES), 0));
	const view = new DataView(packed.buffer);
	let at = 0;
	for (const [minute, { total, count, minimum, maximum }] of sorted) {
		view.setUint8(at, minute);
		view.setUint8(at + 1, count === 1 ? ONE : SEVERAL);
		view.setFloat64(at + 2, total, true);
		if (count === 1) {
			at += ONE_BYTES;
			continue;
		}
		view.setUint32(at + 10, count, true);
		view.setFloat64(at + 14, minimum, true);
		view.setFloat64(at + 22, maximum, true);
		at += SEVERAL_BYTES;
	}
	return packed;
}

/** Calls back for each minute, from 0 to 59. */
export function readMinutes(packed: Uint8Array, take: (minute: number, aggregate: Aggregate) => void): void {
	const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
	for (let at = 0; at < packed.byteLength; ) {
		const minute = view.getUint8(at);
		const total = view.getFloat64(at + 2, true);
		if (view.getUint8(at + 1) === ONE) {
			take(minute, { total, count: 1, minimum: total, maximum: total });
			at += ONE_BYTES;
		} else {
			take(minute, {
				total,
				count: view.getUint32(at + 10, true),
				minimum: view.getFloat64(at + 14, true),
				maximum: view.getFloat64(at + 22, true),
			});
			at += SEVERAL_BYTES;
		}
	}
}

/** The minutes of an hour with more of them, and all of the hour in one. */
export function mergeHour(
	packed: Uint8Array | null,
	hourTime: number,
	more: readonly MinuteSamples[],
): { minutes: Uint8Array; hour: Aggregate } {
	const minutes: Minutes = new Map();
	if (packed) readMinutes(packed, (minute, aggregate) => minutes.set(minute, aggregate));
	for (const { time, isPart, ...samples } of more) {
		const minute = Math.round((time - hourTime) / MICROS_PER_MINUTE);
		const known = minutes.get(minute);
		if (known === undefined) minutes.set(minute, { ...samples });
		else (isPart ? addPart : addTo)(known, samples);
	}
	const [first, ...rest] = minutes.values();
	const hour = { ...(first as Aggregate) };
	for (const minute of rest) addTo(hour, minute);
	return { minutes: packMinutes(minutes), hour };
}
