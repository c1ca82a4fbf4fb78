/** What a person is told about an error: the server's own message, and a hint of use in a browser. */
import { RequestError, type RequestErrorCode } from '@runstead/client';

export interface ErrorDescription {
	readonly message: string;
	readonly hint: string;
}

/** In place of hints that are for those who write requests. */
const HINTS: Readonly<Partial<Record<RequestErrorCode, string>>> = {
	'not-found': 'The address may be mistyped, or what it names may have been deleted.',
	'unknown-route': 'The server is of another version than this page: load the page again.',
	'invalid-request': 'The server may be of another version than this page: load the page again.',
	'invalid-cursor': 'The list has changed since: load the page again.',
	unauthorized: 'Open the studio in a browser of the user who runs the server.',
};

export function describeError(error: unknown): ErrorDescription {
	if (error instanceof RequestError && error.code === 'unreachable') {
		return {
			message: 'The server does not answer.',
			hint: 'It may be stopped or restarting: run "runstead status" on its machine. This page goes on by itself when it is back.',
		};
	}
	if (error instanceof RequestError) return { message: error.message, hint: HINTS[error.code] ?? error.hint };
	return { message: 'The studio made a mistake.', hint: error instanceof Error ? error.message : String(error) };
}

/** Whether the server refused for this reason. */
export function isErrorOf(error: unknown, code: RequestErrorCode): boolean {
	return error instanceof RequestError && error.code === code;
}

/** Whether what was asked for is not there, as opposed to not readable now. */
export function isNotFound(error: unknown): boolean {
	return isErrorOf(error, 'not-found');
}

/** Whether trying again may help: the server is away or busy, not refusing. */
export function isPassing(error: unknown): boolean {
	return error instanceof RequestError && (error.status === 0 || error.status >= 500);
}
