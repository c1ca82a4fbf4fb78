/** What a person is told about an error: the server's own message and hint where there are any. */
import { RequestError } from '@runstead/client';

export interface ErrorDescription {
	readonly message: string;
	readonly hint: string;
}

export function describeError(error: unknown): ErrorDescription {
	if (error instanceof RequestError && error.code === 'unreachable') {
		return {
			message: 'The server does not answer.',
			hint: 'It may be stopped or restarting: run "runstead status" on its machine. This page goes on by itself when it is back.',
		};
	}
	if (error instanceof RequestError) return { message: error.message, hint: error.hint };
	return { message: 'The studio made a mistake.', hint: error instanceof Error ? error.message : String(error) };
}

/** Whether trying again may help: the server is away or busy, not refusing. */
export function isPassing(error: unknown): boolean {
	return error instanceof RequestError && (error.status === 0 || error.status >= 500);
}
