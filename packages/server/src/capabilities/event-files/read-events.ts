/** The events of an event file from a byte on, a batch at a time, as far as whole records are there. */
import { MalformedRecord, readRecord } from '@runstead/contract';
import { MalformedProtobuf } from '../../formats/protobuf.ts';
import { readTensorboardEvent, type TensorboardEvent } from '../../formats/tensorboard-event.ts';

export interface EventBatch {
	readonly events: readonly TensorboardEvent[];
	/** Where the first record after the batch begins. */
	readonly position: number;
}

/** Events that are stored with one commit. */
const EVENTS_PER_BATCH = 5_000;

/** @throws {MalformedRecord} where the bytes are no record, after what came before it has been given. */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>, from: number): AsyncGenerator<EventBatch> {
	let left: Uint8Array = new Uint8Array();
	let position = from;
	let events: TensorboardEvent[] = [];
	for await (const chunk of bytes) {
		left = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
		let at = 0;
		let broken: MalformedRecord | null = null;
		while (broken === null) {
			const record = recordOrError(left.subarray(at));
			if (record instanceof MalformedRecord) broken = record;
			else if (record === null) break;
			else {
				at += record.sizeBytes;
				position += record.sizeBytes;
				const event = eventOrNull(record.message);
				if (event && event.values.length > 0) events.push(event);
			}
		}
		left = left.subarray(at);
		if (events.length >= EVENTS_PER_BATCH || (broken && events.length > 0)) {
			yield { events, position };
			events = [];
		}
		if (broken) throw broken;
	}
	if (position > from) yield { events, position };
}

function recordOrError(bytes: Uint8Array): ReturnType<typeof readRecord> | MalformedRecord {
	try {
		return readRecord(bytes);
	} catch (error) {
		if (error instanceof MalformedRecord) return error;
		throw error;
	}
}

/** A record that is whole and yet no event is left out: it holds up none that follows. */
function eventOrNull(message: Uint8Array): TensorboardEvent | null {
	try {
		return readTensorboardEvent(message);
	} catch (error) {
		if (error instanceof MalformedProtobuf || error instanceof RangeError) return null;
		throw error;
	}
}
