/** Whether what is given keeps to a limit. */
import { RunsteadError } from './errors.ts';
import { LIMITS, type LimitName } from './limits.ts';

/**
 * @param what is counted, as the error names it: 'The number of files'.
 * @throws {RunsteadError} limit-exceeded.
 */
export function checkLimit(what: string, given: number, limit: LimitName): void {
	const { max } = LIMITS[limit];
	if (given > max) throw new RunsteadError('limit-exceeded', { what, given, limit, max });
}
