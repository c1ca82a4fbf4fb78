/** Refusals as MLflow's clients expect them: a code, a message, and the status that goes with the code. */
import { type ErrorCode, RunsteadError } from '@runstead/contract';

const STATUS_OF_CODE = {
	BAD_REQUEST: 400,
	INVALID_PARAMETER_VALUE: 400,
	RESOURCE_ALREADY_EXISTS: 400,
	UNAUTHENTICATED: 401,
	PERMISSION_DENIED: 403,
	RESOURCE_DOES_NOT_EXIST: 404,
	ENDPOINT_NOT_FOUND: 404,
	RESOURCE_CONFLICT: 409,
	REQUEST_LIMIT_EXCEEDED: 429,
	INTERNAL_ERROR: 500,
	NOT_IMPLEMENTED: 501,
	TEMPORARILY_UNAVAILABLE: 503,
} as const;

export type MlflowErrorCode = keyof typeof STATUS_OF_CODE;

/** A refusal that only this protocol has, such as a malformed name; what a capability refuses is a `RunsteadError`. */
export class MlflowError extends Error {
	override readonly name = 'MlflowError';
	readonly code: MlflowErrorCode;
	readonly status: number;

	constructor(code: MlflowErrorCode, message: string, status: number = STATUS_OF_CODE[code]) {
		super(message);
		this.code = code;
		this.status = status;
	}

	toJSON(): { error_code: MlflowErrorCode; message: string } {
		return { error_code: this.code, message: this.message };
	}
}

/** For a `catch`: null stands for what is not there. @throws any other error. */
export function nullIfNotFound(error: unknown): null {
	if (error instanceof RunsteadError && error.code === 'not-found') return null;
	throw error;
}

/** For a `catch`: says in MLflow's words that something is not there. @throws {MlflowError} RESOURCE_DOES_NOT_EXIST, or any other error. */
export function notFoundAs(words: string): (error: unknown) => never {
	return (error) => {
		throw error instanceof RunsteadError && error.code === 'not-found' ? new MlflowError('RESOURCE_DOES_NOT_EXIST', words) : error;
	};
}

/** Most refusals: something given cannot be. */
export function invalidParameter(message: string): MlflowError {
	return new MlflowError('INVALID_PARAMETER_VALUE', message);
}

/** Where the code of the catalogue says more than its status. */
const CODES: Readonly<Partial<Record<ErrorCode, MlflowErrorCode>>> = {
	'already-exists': 'RESOURCE_ALREADY_EXISTS',
	'unknown-route': 'ENDPOINT_NOT_FOUND',
	'run-is-active': 'INVALID_PARAMETER_VALUE',
	'run-trashed': 'INVALID_PARAMETER_VALUE',
	'param-changed': 'INVALID_PARAMETER_VALUE',
	'metric-kind-changed': 'INVALID_PARAMETER_VALUE',
	'status-change-not-allowed': 'INVALID_PARAMETER_VALUE',
};

/** Words that clients of MLflow know, and some look for; undefined: the catalogue's own. */
const MESSAGES: Readonly<Partial<Record<ErrorCode, (details: Readonly<Record<string, unknown>>) => string | undefined>>> = {
	'run-trashed': ({ run }) => `The run ${run} must be in the 'active' state. Current state is deleted.`,
	'invalid-path': () => 'Invalid path',
	'param-changed': ({ key, run, value, given }) =>
		`Changing param values is not allowed. Param with key='${key}' was already logged with value='${value}' for run ID='${run}'. Attempted logging new value '${given}'.`,
	'already-exists': ({ noun, given }) => (noun === 'experiment' ? `Experiment(name=${given}) already exists.` : undefined),
	'not-found'({ noun, given }) {
		if (noun === 'run') return `Run with id=${given} not found`;
		return noun === 'experiment' ? `No Experiment with id=${given} exists` : undefined;
	},
};

const CODES_OF_STATUS: Readonly<Record<number, MlflowErrorCode>> = {
	400: 'INVALID_PARAMETER_VALUE',
	401: 'UNAUTHENTICATED',
	403: 'PERMISSION_DENIED',
	404: 'RESOURCE_DOES_NOT_EXIST',
	409: 'RESOURCE_CONFLICT',
	429: 'REQUEST_LIMIT_EXCEEDED',
	500: 'INTERNAL_ERROR',
	501: 'NOT_IMPLEMENTED',
};

/** An error of the catalogue in this protocol's words. A full disk is 503: it is what clients try again. */
export function asMlflowError(error: RunsteadError): MlflowError {
	const { status } = error;
	const code = CODES[error.code] ?? (status >= 502 ? 'TEMPORARILY_UNAVAILABLE' : (CODES_OF_STATUS[status] ?? 'INVALID_PARAMETER_VALUE'));
	return new MlflowError(code, MESSAGES[error.code]?.(error.details) ?? error.message);
}
