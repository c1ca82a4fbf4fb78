/** A token as the commands answer it. */
import type { Client } from '@runstead/client';
import type { AccessToken } from '@runstead/contract';
import { pages } from './output/answer.ts';

/** Those that people made, the newest first. */
export function allTokens(client: Client, ended: boolean | undefined): AsyncIterable<AccessToken> {
	return pages(async (cursor) => {
		const page = await client.call('listTokens', { query: { ended, limit: 1_000, cursor } });
		return { items: page.tokens, nextCursor: page.nextCursor };
	});
}

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
