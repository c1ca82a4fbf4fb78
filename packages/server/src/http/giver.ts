/** Who gives an address that the server connects to, and how far it may lead for that. */
import type { Reach } from './outbound-address.ts';
import type { Principal } from './principal.ts';

export interface Giver {
	readonly name: string;
	readonly reach: Reach;
}

/** Whoever administers the server may name its own networks and folders. */
export function reachOf({ permissions }: Principal): Reach {
	return permissions.has('server.admin') ? 'internal' : 'public';
}

export function giverOf(principal: Principal): Giver {
	return { name: principal.name, reach: reachOf(principal) };
}
