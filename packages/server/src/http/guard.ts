/** What a request must be before anything of it is looked at: addressed to us, not sent by a foreign page, from this user or with a token. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { userInfo } from 'node:os';
import { RunsteadError } from '@runstead/contract';
import { peerUserIdOrNull } from './peer-user.ts';
import { ALL_PERMISSIONS, type Principal } from './principal.ts';

export interface Guard {
	/** What even the public routes ask of a request. @throws {RunsteadError} foreign-host, foreign-origin. */
	screen(request: IncomingMessage): void;
	/** Whose request it is. @throws {RunsteadError} unauthorized. */
	admit(request: IncomingMessage): Promise<Principal>;
}

export interface GuardOptions {
	readonly allowedHosts: readonly string[];
	/** Who a presented token stands for. @throws {RunsteadError} unauthorized. */
	readonly principalOfToken: (token: string) => Promise<Principal>;
}

const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

const BEARER = /^Bearer +(\S+)$/i;
const BASIC = /^Basic +([A-Za-z0-9+/=]+)$/i;

/** The token of an Authorization header: as it is, or as the password of any user, which is the one form that some clients have. */
function tokenOrNull(authorization: string): string | null {
	const encoded = BASIC.exec(authorization)?.[1];
	if (encoded === undefined) return BEARER.exec(authorization)?.[1] ?? null;
	const credentials = Buffer.from(encoded, 'base64').toString('utf8');
	return credentials.slice(credentials.indexOf(':') + 1) || null;
}

export function createGuard({ allowedHosts, principalOfToken }: GuardOptions): Guard {
	const hosts = new Set([...LOOPBACK_NAMES, ...allowedHosts.map((host) => host.toLowerCase())]);
	const owner: Principal = {
		name: ownName(),
		permissions: ALL_PERMISSIONS,
		workspaceId: null,
		runId: null,
		target: null,
		agent: null,
		token: null,
	};
	const sameUser = new WeakMap<Socket, Promise<boolean>>();

	/** Root can read the token of any user anyway. Where the system does not tell, loopback alone has to do. */
	const isSameUser = (socket: Socket): Promise<boolean> => {
		let same = sameUser.get(socket);
		if (same === undefined) {
			same = peerUserIdOrNull(socket).then(
				(userId) => userId === 0 || userId === process.getuid?.() || (userId === null && process.platform !== 'linux'),
			);
			sameUser.set(socket, same);
		}
		return same;
	};

	return {
		screen(request) {
			const host = request.headers.host ?? '';
			if (!hosts.has(hostName(host))) throw new RunsteadError('foreign-host', { host });
			const { origin } = request.headers;
			if (origin !== undefined && !isOwnOrigin(origin, host, hosts)) throw new RunsteadError('foreign-origin', { origin });
		},

		async admit(request) {
			const { authorization } = request.headers;
			if (authorization !== undefined) {
				const token = tokenOrNull(authorization);
				if (token === null)
					throw new RunsteadError('unauthorized', {
						reason: 'the Authorization header is neither "Bearer <token>" nor "Basic <user>:<token>"',
					});
				return principalOfToken(token);
			}
			if (!(await isSameUser(request.socket)))
				throw new RunsteadError('unauthorized', { reason: 'it comes from another user of this machine' });
			return owner;
		},
	};
}

/** Containers run programs as users that have no name. */
function ownName(): string {
	try {
		return userInfo().username;
	} catch {
		return `user ${process.getuid?.()}`;
	}
}

/** The name without the port, lower-cased. */
function hostName(host: string): string {
	return host.toLowerCase().replace(/:\d+$/, '');
}

/** A page of ours: the same host and port as the request, or a proxy's name that was allowed. */
function isOwnOrigin(origin: string, host: string, hosts: ReadonlySet<string>): boolean {
	const parsed = URL.parse(origin);
	if (!parsed) return false;
	return parsed.host === host.toLowerCase() || (hosts.has(hostName(parsed.host)) && !LOOPBACK_NAMES.has(hostName(parsed.host)));
}
