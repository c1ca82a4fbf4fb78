/** The hash that a client announces for the bytes that it sends. */
import { RunsteadError } from '@runstead/contract';

const SHA256 = /^[0-9a-f]{64}$/i;

/** What the header X-Content-SHA256 says. @throws {RunsteadError} invalid-request unless it is a SHA-256 in hexadecimal. */
export function announcedHash(header: string | string[] | undefined): string | undefined {
	if (header === undefined) return undefined;
	if (typeof header !== 'string' || !SHA256.test(header))
		throw new RunsteadError('invalid-request', { what: 'The header X-Content-SHA256 is not a SHA-256 in hexadecimal.' });
	return header.toLowerCase();
}
