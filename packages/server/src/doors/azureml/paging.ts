/** Pages of what has no cursor of its own: a token says how many were given out before. */
import { decodeCursor, encodeCursor } from '../../http/cursor.ts';

/** @throws {RunsteadError} invalid-cursor for what is no token. */
export function offsetOf(token: string | undefined): number {
	return token === undefined || token === '' ? 0 : decodeCursor(token, ['integer'])[0];
}

export function pageToken(offset: number): string {
	return encodeCursor([offset]);
}
