/** The HTTP application: parsers, headers, and the one place where errors become answers. */

import { appendFileSync } from 'node:fs';
import { ERRORS, LIMITS, RunsteadError } from '@runstead/contract';
import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { answerBrokenRequest } from './broken-request.ts';
import { canonicalUrl } from './canonical-url.ts';
import { dropContentHeaders } from './content-reply.ts';

export interface AppOptions {
	readonly logFile: string;
	readonly basePath: string;
	/** What an error of the database means, if it is one. */
	readonly storageErrorOrNull: (error: unknown) => RunsteadError | null;
}

/** The longest path an API request can have: an artifact path, percent-encoded (a character has up to three bytes, each becomes three characters), and what is around it. */
const PARAMETER_CHARACTERS_MAX = LIMITS.artifactPathCharacters.max * 9 + 1_000;
/** Such a path, and the headers beside it. */
export const HEADER_BYTES_MAX = PARAMETER_CHARACTERS_MAX + 16_384;

/** `\u0000` as JSON writes it: its backslash is not itself escaped. */
const ESCAPED_NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/** PostgreSQL keeps no NUL in a text; nobody means one. */
export function holdsNul(json: string): boolean {
	return json.includes('\\u0000') && ESCAPED_NUL.test(json);
}

export function nulError(): RunsteadError {
	return new RunsteadError('invalid-request', { what: 'The body holds the NUL character (\\u0000) in a text.' });
}

export function createApp({ logFile, basePath, storageErrorOrNull }: AppOptions): FastifyInstance {
	const app = Fastify({
		logger: { level: 'info', stream: logStream(logFile) },
		logController: new LogController({ disableRequestLogging: true }),
		// What is logged of a request names it; a logger of its own each would take longer than many a request.
		childLoggerFactory: (logger) => logger,
		bodyLimit: LIMITS.jsonBodyBytes.max,
		routerOptions: { maxParamLength: PARAMETER_CHARACTERS_MAX },
		http: { maxHeaderSize: HEADER_BYTES_MAX },
		clientErrorHandler: answerBrokenRequest,
		// An open log follower or event stream must not hold up the stop.
		forceCloseConnections: true,
		rewriteUrl: (request) => canonicalUrl(withoutBasePath(request.url ?? '/', basePath), request),
		frameworkErrors: (error, request, reply) => {
			const answer = asRunsteadError(error, request.id, request.log, storageErrorOrNull);
			void (reply as FastifyReply).code(answer.status).send(answer.toJSON());
		},
	});
	const parseJson = app.getDefaultJsonParser('error', 'error');
	app.removeContentTypeParser('application/json');
	app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
		if (holdsNul(body as string)) done(nulError());
		else parseJson(request, body as string, done);
	});
	// Routes that take bytes read the request themselves; the toolbox refuses these where JSON is meant.
	app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
	app.addHook('onSend', async (_request, reply) => {
		reply.header('x-content-type-options', 'nosniff');
		reply.header('referrer-policy', 'same-origin');
	});
	app.setErrorHandler((error: FastifyError, request, reply) => {
		dropContentHeaders(reply);
		const answer = asRunsteadError(error, request.id, request.log, storageErrorOrNull);
		if (answer.status === 401) reply.header('www-authenticate', 'Bearer');
		return reply.code(answer.status).send(answer.toJSON());
	});
	app.setNotFoundHandler((request, reply) => {
		const error = new RunsteadError('unknown-route', { method: request.method, path: request.url });
		return reply.code(error.status).send(error.toJSON());
	});
	return app;
}

/** Few lines, of what went wrong. One that a full disk does not take is dropped: it must not end the server. */
function logStream(file: string): { write(line: string): void } {
	return {
		write(line) {
			try {
				appendFileSync(file, line, { mode: 0o600 });
			} catch {}
		},
	};
}

function withoutBasePath(url: string, basePath: string): string {
	if (basePath === '' || !url.startsWith(basePath)) return url;
	const rest = url.slice(basePath.length);
	return rest === '' ? '/' : rest.startsWith('/') ? rest : url;
}

/** What went wrong, as the catalogue names it; what it does not know is logged whole. */
export function asRunsteadError(
	error: unknown,
	request: string,
	log: FastifyBaseLogger,
	storageErrorOrNull: AppOptions['storageErrorOrNull'],
): RunsteadError {
	if (error instanceof RunsteadError) return error;
	const { code, message, statusCode } = error as FastifyError;
	switch (code) {
		case 'FST_ERR_CTP_BODY_TOO_LARGE':
			return new RunsteadError('body-too-large', { max: LIMITS.jsonBodyBytes.max });
		case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
		case 'ECONNRESET':
			return new RunsteadError('body-truncated', { received: 'fewer', expected: 'the announced' });
		case 'FST_ERR_CTP_INVALID_JSON_BODY':
			return new RunsteadError('invalid-json', {
				reason: (error as Error).cause instanceof Error ? ((error as Error).cause as Error).message : 'it cannot be read',
			});
		case 'FST_ERR_CTP_EMPTY_JSON_BODY':
			return new RunsteadError('invalid-json', { reason: 'it is empty' });
		case 'FST_ERR_BAD_URL':
			return new RunsteadError('invalid-path', { path: '', reason: 'the address is not properly percent-encoded' });
	}
	if (error instanceof SyntaxError && statusCode === 400) return new RunsteadError('invalid-json', { reason: message });
	if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new RunsteadError('invalid-request', { what: message });
	const storage = storageErrorOrNull(error);
	if (storage) return storage;
	log.error({ err: error, request }, ERRORS.internal.message);
	return new RunsteadError('internal', { request });
}
