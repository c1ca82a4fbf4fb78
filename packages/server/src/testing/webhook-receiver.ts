/** Another program that webhooks are sent to. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
	readonly headers: IncomingHttpHeaders;
	readonly text: string;
	readonly body: Record<string, unknown>;
}

/** It remembers what it was told, and answers what it is told to, first to last, then 200. */
export async function startReceiver(...answers: number[]) {
	const received: Received[] = [];
	const server = createServer((request, reply) => {
		let text = '';
		request.setEncoding('utf8').on('data', (part: string) => {
			text += part;
		});
		request.on('end', () => {
			received.push({ headers: request.headers, text, body: JSON.parse(text) as Record<string, unknown> });
			const status = answers.shift() ?? 200;
			reply.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end('a secret of the network');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		received,
		url: `http://127.0.0.1:${port}/hook?key=secret`,
		[Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
	};
}
