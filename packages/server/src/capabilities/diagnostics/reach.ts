/** How far the addresses may lead that somebody gives. */
import type { Reach } from '../../http/outbound-address.ts';
import type { Principal } from '../../http/principal.ts';

/** Whoever administers the server may name its own networks and folders. */
export function reachOf({ permissions }: Principal): Reach {
	return permissions.has('server.admin') ? 'internal' : 'public';
}
