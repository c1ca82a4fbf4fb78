/** Whether what is given keeps to a limit. */
import { RunsteadError } from './errors.ts';
import { LIMITS, type LimitName } from './limits.ts';

/**
 * @param what is counted, as the error names it: 'The number of files'; a function where it would be made for nothing each time.
 * @throws {RunsteadError} limit-exceeded.
 */
export function checkLimit(what: string | (() => string), given: number, limit: LimitName): void {
	const { max } = LIMITS[limit];
	if (given > max) throw new RunsteadError('limit-exceeded', { what: typeof what === 'string' ? what : what(), given, limit, max });
}

/** @throws {RunsteadError} limit-exceeded, invalid-request for a NUL, which PostgreSQL does not keep. */
export function checkText(what: string, text: string, limit: LimitName): void {
	checkLimit(() => `${what}, in characters,`, text.length, limit);
	if (text.includes('\0')) throw new RunsteadError('invalid-request', { what: `${what} holds the NUL character.` });
}
