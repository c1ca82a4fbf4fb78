/** A token as the commands answer it. */
import type { AccessToken } from '@runstead/contract';

/** What it is good for. */
export function scopeOf({ workspace, compute, permissions }: AccessToken): string {
	if (compute !== null) return `nodes of ${compute} in ${workspace}`;
	const where = workspace ?? 'the whole server';
	return permissions.includes('server.admin') ? where : `${where}: ${permissions.join(', ')}`;
}

export function stateOf({ revokedTime, revokedBy, expiryTime }: AccessToken): string {
	if (revokedTime !== null) return `revoked ${revokedTime} by ${revokedBy}`;
	return Date.parse(expiryTime) > Date.now() ? `good until ${expiryTime}` : `over since ${expiryTime}`;
}
