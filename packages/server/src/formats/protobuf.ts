/** Reads protobuf messages field by field, as far as the formats that we take need it: https://protobuf.dev/programming-guides/encoding. */

/** The bytes are no protobuf message, or end too early. */
export class MalformedProtobuf extends Error {
	override readonly name = 'MalformedProtobuf';
}

const VARINT_BYTES_MAX = 10;

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** One field of a message; each reading says what it is taken for, and refuses a field of another kind. */
export interface ProtobufField {
	readonly number: number;
	bytes(): Uint8Array;
	text(): string;
	/** A varint as a signed 64-bit number. */
	integer(): bigint;
	/** A fixed 64-bit number, unsigned. */
	fixed64(): bigint;
	double(): number;
	float(): number;
	/** Doubles in a row, or one alone. */
	doubles(): number[];
	floats(): number[];
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The fields of a message in their order. @throws {MalformedProtobuf}. */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
	const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
	let at = 0;

	const varint = (): bigint => {
		let value = 0n;
		for (let index = 0; index < VARINT_BYTES_MAX; index += 1) {
			const byte = message[at];
			if (byte === undefined) throw new MalformedProtobuf('It ends within a number.');
			at += 1;
			value |= BigInt(byte & 0x7f) << BigInt(7 * index);
			if (byte < 0x80) return BigInt.asUintN(64, value);
		}
		throw new MalformedProtobuf('A number has more than 64 bits.');
	};

	const skip = (count: number): number => {
		const from = at;
		if (count > message.length - at) throw new MalformedProtobuf('It ends within a field.');
		at += count;
		return from;
	};

	while (at < message.length) {
		const key = varint();
		const number = Number(key >> 3n);
		const wire = Number(key & 7n);
		if (number === 0) throw new MalformedProtobuf('A field has the number 0.');
		const taken = (wanted: keyof typeof WIRE): void => {
			if (wire !== WIRE[wanted]) throw new MalformedProtobuf(`Field ${number} is of another type.`);
		};
		let value = 0n;
		let from = at;
		if (wire === WIRE.varint) value = varint();
		else if (wire === WIRE.fixed64) from = skip(8);
		else if (wire === WIRE.fixed32) from = skip(4);
		else if (wire === WIRE.bytes) {
			const length = varint();
			if (length > BigInt(message.length)) throw new MalformedProtobuf('It ends within a field.');
			from = skip(Number(length));
		} else throw new MalformedProtobuf(`Field ${number} is of no known type.`);
		const end = at;
		const bytes = (): Uint8Array => {
			taken('bytes');
			return message.subarray(from, end);
		};
		const packed = (size: number, read: (place: number) => number): number[] => {
			if (wire !== WIRE.bytes) return [read(from)];
			return Array.from({ length: Math.floor((end - from) / size) }, (_, index) => read(from + index * size));
		};
		yield {
			number,
			bytes,
			text() {
				try {
					return UTF8.decode(bytes());
				} catch (error) {
					if (error instanceof MalformedProtobuf) throw error;
					throw new MalformedProtobuf(`Field ${number} is no UTF-8.`);
				}
			},
			integer() {
				taken('varint');
				return BigInt.asIntN(64, value);
			},
			fixed64() {
				taken('fixed64');
				return view.getBigUint64(from, true);
			},
			double() {
				taken('fixed64');
				return view.getFloat64(from, true);
			},
			float() {
				taken('fixed32');
				return view.getFloat32(from, true);
			},
			doubles: () => packed(8, (place) => view.getFloat64(place, true)),
			floats: () => packed(4, (place) => view.getFloat32(place, true)),
		};
	}
}
