/** A port that somebody typed. */
import { UsageError } from './command.ts';

/** @throws {UsageError} */
export function portOf(text: string): number {
	const port = Number(text);
	if (/^\d+$/.test(text) && port <= 65_535) return port;
	throw new UsageError(`"${text}" is not a port: give a whole number from 0 to 65535.`);
}
