/** Requests that break off or are no HTTP: answered as far as an answer is still possible, then hung up on. */
import type { Socket } from 'node:net';
import { RunsteadError } from '@runstead/contract';

export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
	if (error.code === 'ECONNRESET' || !socket.writable) {
		socket.destroy();
		return;
	}
	// Each of these is a 400; its words are not asked of node:http, whose import here would load a client of some 15 MB.
	const answer = errorOf(error);
	const body = JSON.stringify(answer.toJSON());
	socket.end(
		[
			`HTTP/1.1 ${answer.status} Bad Request`,
			'Content-Type: application/json; charset=utf-8',
			`Content-Length: ${Buffer.byteLength(body)}`,
			'Connection: close',
			'',
			body,
		].join('\r\n'),
	);
}

function errorOf({ code, message }: Error & { readonly code?: string }): RunsteadError {
	if (code === 'HPE_INVALID_EOF_STATE') return new RunsteadError('body-truncated', { received: 'fewer', expected: 'the announced' });
	if (code === 'HPE_HEADER_OVERFLOW')
		return new RunsteadError('invalid-request', { what: 'The headers and the address of the request are too long.' });
	return new RunsteadError('invalid-request', { what: `The request is not valid HTTP: ${message}.` });
}
