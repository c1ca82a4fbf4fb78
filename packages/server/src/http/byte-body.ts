/** Request bodies that are bytes: counted as they stream, refused beyond their limit, and whole or an error. */
import type { IncomingMessage } from 'node:http';
import { RunsteadError } from '@runstead/contract';

/** A sender that is silent in the midst of a body for so long has gone. */
const SILENCE_MAX_MS = 60_000;
/** How long a sender that was refused may go on sending, so that it gets to read why. */
const LINGER_MS = 2_000;

/**
 * The bytes of a request's body.
 * @throws {RunsteadError} body-too-large, at once where the length is announced; body-truncated when it ends before its end.
 */
export async function* bodyBytes(request: IncomingMessage, bytesMax: number): AsyncGenerator<Uint8Array> {
	const announced = request.headers['content-length'] === undefined ? null : Number(request.headers['content-length']);
	let received = 0;
	const silence = setTimeout(() => request.destroy(), SILENCE_MAX_MS);
	try {
		if (announced !== null && announced > bytesMax) throw new RunsteadError('body-too-large', { max: bytesMax });
		for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
			silence.refresh();
			received += chunk.length;
			if (received > bytesMax) throw new RunsteadError('body-too-large', { max: bytesMax });
			yield chunk;
		}
		if (announced !== null && received < announced) throw truncated(received, announced);
	} catch (error) {
		if (error instanceof RunsteadError) throw error;
		throw request.complete ? error : truncated(received, announced);
	} finally {
		clearTimeout(silence);
		if (!request.complete) leaveRest(request);
	}
}

/** The whole body at once, for those that are small. */
export async function wholeBody(request: IncomingMessage, bytesMax: number): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of bodyBytes(request, bytesMax)) chunks.push(chunk);
	return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
}

function truncated(received: number, announced: number | null): RunsteadError {
	return new RunsteadError('body-truncated', { received, expected: announced ?? 'an unknown number' });
}

/** Lets the rest of a body pass unread for a moment, so that the answer can arrive; then hangs up. */
function leaveRest(request: IncomingMessage): void {
	const timer = setTimeout(() => request.destroy(), LINGER_MS);
	timer.unref();
	request.once('close', () => clearTimeout(timer));
	request.on('error', () => undefined);
	request.resume();
}
