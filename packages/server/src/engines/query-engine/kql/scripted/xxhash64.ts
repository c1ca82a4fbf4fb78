/** xxHash64 with seed 0, as its specification has it: what `hash()` is to Kusto. */

const MASK = (1n << 64n) - 1n;
const [P1, P2, P3, P4, P5] = [
	11_400_714_785_074_694_791n,
	14_029_467_366_897_019_727n,
	1_609_587_929_392_839_161n,
	9_650_029_242_287_828_579n,
	2_870_177_450_012_600_261n,
] as const;
const STRIPE_BYTES = 32;

const rotated = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & MASK;
const mixed = (lane: bigint, input: bigint): bigint => (rotated((lane + input * P2) & MASK, 31n) * P1) & MASK;

/** As a signed number of 64 bits. */
export function xxhash64(bytes: Buffer): bigint {
	let at = 0;
	let hash: bigint = P5;
	if (bytes.length >= STRIPE_BYTES) {
		let lanes = [(P1 + P2) & MASK, P2, 0n, -P1 & MASK];
		for (; at + STRIPE_BYTES <= bytes.length; at += STRIPE_BYTES) {
			const start = at;
			lanes = lanes.map((lane, index) => mixed(lane, bytes.readBigUInt64LE(start + index * 8)));
		}
		hash = lanes.reduce((sum, lane, index) => sum + rotated(lane, [1n, 7n, 12n, 18n][index] as bigint), 0n) & MASK;
		for (const lane of lanes) hash = ((hash ^ mixed(0n, lane)) * P1 + P4) & MASK;
	}
	hash = (hash + BigInt(bytes.length)) & MASK;
	for (; at + 8 <= bytes.length; at += 8) hash = (rotated(hash ^ mixed(0n, bytes.readBigUInt64LE(at)), 27n) * P1 + P4) & MASK;
	if (at + 4 <= bytes.length) {
		hash = (rotated(hash ^ ((BigInt(bytes.readUInt32LE(at)) * P1) & MASK), 23n) * P2 + P3) & MASK;
		at += 4;
	}
	for (; at < bytes.length; at++) hash = (rotated(hash ^ ((BigInt(bytes.readUInt8(at)) * P5) & MASK), 11n) * P1) & MASK;
	hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
	hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
	return BigInt.asIntN(64, hash ^ (hash >> 32n));
}
