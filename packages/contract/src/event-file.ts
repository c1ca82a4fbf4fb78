/**
 * How TensorBoard's event files frame their records, for those who read and who write them: length, checksum of it, message, checksum
 * of that. Source: tensorflow/core/lib/io/record_writer.cc.
 */

/** Length and its checksum come before a message, its own checksum after it. */
const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;
/** Greater than any record that a writer makes: what says to be longer is no record. */
const RECORD_BYTES_MAX = 64 * 1024 * 1024;

/** As TensorBoard tells them. */
export const isEventFile = (path: string): boolean => path.slice(path.lastIndexOf('/') + 1).includes('tfevents');

/** The bytes at a place are no record: another file, or one that was damaged. */
export class MalformedRecord extends Error {
	override readonly name = 'MalformedRecord';
}

const CRC32C_POLYNOMIAL = 0x82f63b78;
const CRC32C_TABLE = /* @__PURE__ */ Uint32Array.from({ length: 256 }, (_, byte) => {
	let value = byte;
	for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ CRC32C_POLYNOMIAL : value >>> 1;
	return value;
});

/** Masked, since a checksum of bytes that hold checksums is a weak one. */
function maskedChecksum(bytes: Uint8Array): number {
	let sum = 0xffffffff;
	for (const byte of bytes) sum = (CRC32C_TABLE[(sum ^ byte) & 0xff] as number) ^ (sum >>> 8);
	sum = ~sum >>> 0;
	return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

/** A message as it stands in an event file. */
export function frameRecord(message: Uint8Array): Uint8Array {
	const framed = new Uint8Array(HEADER_BYTES + message.length + FOOTER_BYTES);
	const view = new DataView(framed.buffer);
	view.setBigUint64(0, BigInt(message.length), true);
	view.setUint32(8, maskedChecksum(framed.subarray(0, 8)), true);
	framed.set(message, HEADER_BYTES);
	view.setUint32(HEADER_BYTES + message.length, maskedChecksum(message), true);
	return framed;
}

/**
 * The message of the record that begins the bytes, and how many bytes the record has; null when its end is not there yet.
 * @throws {MalformedRecord}.
 */
export function readRecord(bytes: Uint8Array): { readonly message: Uint8Array; readonly sizeBytes: number } | null {
	if (bytes.length < HEADER_BYTES) return null;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const length = view.getBigUint64(0, true);
	if (view.getUint32(8, true) !== maskedChecksum(bytes.subarray(0, 8))) throw new MalformedRecord('The checksum of a length is wrong.');
	if (length > RECORD_BYTES_MAX) throw new MalformedRecord(`A record of ${length} bytes is longer than ${RECORD_BYTES_MAX}.`);
	const end = HEADER_BYTES + Number(length);
	if (bytes.length < end + FOOTER_BYTES) return null;
	const message = bytes.subarray(HEADER_BYTES, end);
	if (view.getUint32(end, true) !== maskedChecksum(message)) throw new MalformedRecord('The checksum of a record is wrong.');
	return { message, sizeBytes: end + FOOTER_BYTES };
}
