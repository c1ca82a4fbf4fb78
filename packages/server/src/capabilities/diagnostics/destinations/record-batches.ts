/** The envelope of an event hub: `{"records":[…]}`, records of one category in their order, each message within the size that hubs take. */
import { type DiagnosticLine, groupLines } from './destination.ts';

/** A hub of the basic tier takes 256 KB a message, with its headers. */
const MESSAGE_BYTES_MAX = 220_000;
const MESSAGE_RECORDS_MAX = 500;
const BEGIN = '{"records":[';
const END = ']}';

export interface RecordMessage {
	/** Messages of one category keep their order: it is their partition key. */
	readonly category: string;
	/** Sequence of the first event, by which a reader can tell what it has had before. */
	readonly sequence: number;
	readonly body: Buffer;
}

/** A record that alone is larger goes alone; what the hub says to it is its word. */
export function recordMessages(lines: readonly DiagnosticLine[]): RecordMessage[] {
	const messages: RecordMessage[] = [];
	for (const [category, group] of groupLines(lines, (line) => line.category)) {
		let texts: string[] = [];
		let bytes = 0;
		let sequence = 0;
		const end = (): void => {
			if (texts.length > 0) messages.push({ category, sequence, body: Buffer.from(`${BEGIN}${texts.join(',')}${END}`) });
			texts = [];
			bytes = 0;
		};
		for (const line of group) {
			const size = Buffer.byteLength(line.text) + 1;
			if (texts.length === MESSAGE_RECORDS_MAX || bytes + size > MESSAGE_BYTES_MAX) end();
			if (texts.length === 0) sequence = line.sequence;
			texts.push(line.text);
			bytes += size;
		}
		end();
	}
	return messages;
}
