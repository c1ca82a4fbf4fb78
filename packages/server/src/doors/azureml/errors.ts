/** Refusals as the clients of Azure ML expect them: a code and a message within `error`. */

import type { RunsteadError } from '@runstead/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { dropContentHeaders } from '../../http/content-reply.ts';

const CODES: Readonly<Record<number, string>> = {
	400: 'UserError',
	401: 'InvalidAuthenticationToken',
	403: 'AuthorizationFailed',
	404: 'ResourceNotFound',
	409: 'Conflict',
	413: 'RequestTooLarge',
	415: 'UnsupportedMediaType',
	422: 'UserError',
	503: 'ServiceUnavailable',
	507: 'InsufficientStorage',
};

export interface AzureErrorBody {
	readonly code: string;
	readonly message: string;
	readonly details: readonly [];
	readonly innerError: { readonly code: string };
}

/** An error of the catalogue within a reply that says more than that. */
export function azureError(error: RunsteadError): AzureErrorBody {
	const { status } = error;
	const code = CODES[status] ?? (status >= 500 ? 'ServiceError' : 'UserError');
	return { code, message: error.hint ? `${error.message} ${error.hint}` : error.message, details: [], innerError: { code: error.code } };
}

/** Errors of this part of the application, in the words of its clients. */
export function setAzureErrors(app: FastifyInstance, asRunsteadError: (error: unknown, request: FastifyRequest) => RunsteadError): void {
	app.setErrorHandler((error, request, reply) => {
		dropContentHeaders(reply);
		const known = asRunsteadError(error, request);
		if (known.status === 401) reply.header('www-authenticate', 'Bearer');
		return reply.code(known.status).send({
			error: azureError(known),
			correlation: { operation: request.headers['x-ms-client-request-id'] ?? null, request: request.id },
			time: new Date().toISOString(),
		});
	});
}
