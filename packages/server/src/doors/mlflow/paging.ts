/** Pages as MLflow cuts them: a token says how many were given out before. */
import { invalidParameter } from './errors.ts';

/** @throws {MlflowError} INVALID_PARAMETER_VALUE for what is no token. */
export function offsetOf(token: string | undefined): number {
	if (token === undefined || token === '') return 0;
	const decoded = Buffer.from(token, 'base64').toString('utf8');
	let offset: unknown;
	try {
		offset = (JSON.parse(decoded) as { offset?: unknown } | null)?.offset;
	} catch {
		throw invalidParameter(`Invalid page token, decoded value=${JSON.stringify(decoded.slice(0, 100))}`);
	}
	if (!Number.isSafeInteger(Number(offset)) || Number(offset) <= 0)
		throw invalidParameter(`Invalid page token, parsed value=${decoded.slice(0, 100)}`);
	return Number(offset);
}

export function pageToken(offset: number): string {
	return Buffer.from(JSON.stringify({ offset })).toString('base64');
}

/** Checks how many results a page may have. @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function checkMaxResults(given: number, max: number): number {
	if (!(given >= 1 && given <= max))
		throw invalidParameter(
			`Invalid value ${given} for parameter 'max_results' supplied: It must be at least 1 and at most ${max}. See the API docs for more information about request parameters.`,
		);
	return given;
}
