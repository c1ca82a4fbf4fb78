/** Addresses of this server as the sender of a request reaches it. */
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

export interface Addresses {
	/** As it was asked, such as `http://127.0.0.1:8155`; no slash at the end. */
	own(request: IncomingMessage): string;
	/** The same host over TLS; null while that is off. */
	secureOrNull(request: IncomingMessage): string | null;
	/** Over TLS where there is such, else as it was asked. */
	best(request: IncomingMessage): string;
}

export function createAddresses(httpsUrl: () => string | null, basePath: string): Addresses {
	const hostOf = (request: IncomingMessage): string => request.headers.host ?? 'localhost';
	const own = (request: IncomingMessage): string => `${isSecure(request) ? 'https' : 'http'}://${hostOf(request)}${basePath}`;
	const secureOrNull = (request: IncomingMessage): string | null => {
		if (isSecure(request)) return own(request);
		const listening = httpsUrl();
		if (listening === null) return null;
		return `https://${hostOf(request).replace(/:\d+$/, '')}:${new URL(listening).port || '443'}${basePath}`;
	};
	return { own, secureOrNull, best: (request) => secureOrNull(request) ?? own(request) };
}

/** Over TLS to here, or to a proxy before this server that says so: who makes that up is told addresses that lead nowhere. */
function isSecure({ socket, headers }: IncomingMessage): boolean {
	return socket instanceof TLSSocket || headers['x-forwarded-proto'] === 'https';
}
