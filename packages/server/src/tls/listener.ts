/** The TLS listener: the same application as over http, behind the same guard, on a port of its own. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { HEADER_BYTES_MAX } from '../http/app.ts';
import { answerBrokenRequest } from '../http/broken-request.ts';
import type { Certificates } from './certificates.ts';

export interface TlsListener {
	readonly port: number;
	/** From the next connection on. */
	replace(certificates: Certificates): void;
	/** Takes nothing new; whoever is being answered has a moment for it. */
	retire(): void;
	close(): Promise<void>;
}

/** The answer to the request that ended the listener is on its way for less. */
const RETIREMENT_MS = 1_000;

/** @throws an error with code EADDRINUSE or EACCES when the port cannot be had. */
export async function openTlsListener(
	app: FastifyInstance,
	{ host, port }: { host: string; port: number },
	certificates: Certificates,
): Promise<TlsListener> {
	const server = createServer({ ...contextOf(certificates), minVersion: 'TLSv1.2', maxHeaderSize: HEADER_BYTES_MAX }, app.routing);
	server.on('clientError', answerBrokenRequest);
	// What the application has set for http holds here too: uploads may take hours.
	server.requestTimeout = app.server.requestTimeout;
	server.headersTimeout = app.server.headersTimeout;
	server.keepAliveTimeout = app.server.keepAliveTimeout;
	await listen(server, host, port);
	return {
		port: (server.address() as AddressInfo).port,
		replace: (renewed) => server.setSecureContext(contextOf(renewed)),
		retire() {
			server.close();
			setTimeout(() => server.closeAllConnections(), RETIREMENT_MS).unref();
		},
		close: () =>
			new Promise((resolve, reject) => {
				server.close((error) => (error ? reject(error) : resolve()));
				// An open log follower or event stream must not hold up the stop.
				server.closeAllConnections();
			}),
	};
}

function contextOf({ server, authority }: Certificates): { key: string; cert: string } {
	return { key: server.key, cert: `${server.certificate}${authority}` };
}

function listen(server: Server, host: string, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			server.off('error', reject);
			resolve();
		});
	});
}
