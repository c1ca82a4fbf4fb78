/** Requests as they stand: with headers and addresses that `fetch` would set right first. */
import { request as startRequest } from 'node:http';
import { text } from 'node:stream/consumers';

export interface RawReply {
	readonly status: number;
	readonly body: string;
}

/** Sends a request; its Host is that of the address unless the headers say otherwise. */
export function sendRaw(
	url: string,
	options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawReply> {
	const { method = 'GET', headers = {}, body } = options;
	return new Promise((resolve, reject) => {
		const request = startRequest(url, { method, headers, agent: false }, (reply) => {
			text(reply).then((content) => resolve({ status: reply.statusCode as number, body: content }), reject);
		});
		request.on('error', reject);
		request.end(body);
	});
}

/** The code of the catalogue's error that a reply carries. */
export function errorCodeOf({ body }: RawReply): string {
	return (JSON.parse(body) as { error: { code: string } }).error.code;
}
