/** What every request of this door passes through: who, may they, is it well formed; and how refusals are worded. */

import type { IncomingMessage } from 'node:http';
import { type Permission, RunsteadError } from '@runstead/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { WorkspaceRecord } from '../../capabilities/workspaces/service.ts';
import { holdsNul, nulError } from '../../http/app.ts';
import { dropContentHeaders } from '../../http/content-reply.ts';
import type { Guard } from '../../http/guard.ts';
import { ANYONE, authorizeAnywhere, authorizeHere, mayTouchEverything, type Principal, type ResourceScope } from '../../http/principal.ts';
import { asMlflowError, invalidParameter, MlflowError } from './errors.ts';
import { type Message, message as messageOf } from './message.ts';

/** What a request is about, in the words of native paths: whoever may not touch everything is asked for it. */
export interface About {
	readonly run?: string;
	readonly experiment?: string;
	readonly workspace?: string;
}

export interface MlflowRoute<Value> {
	readonly method: HTTPMethods | readonly HTTPMethods[];
	/** Below `/api`, such as `/2.0/mlflow/runs/create`; `:name` is one segment, a trailing `*` the rest. */
	readonly path: string;
	readonly permission: Permission;
	readonly message?: Message<Value>;
	/** Whose permission is asked for; the workspace of the request if absent; null where the handler asks itself. */
	readonly about?: ((message: Value) => About) | null;
	/** The path is not below `/api`. */
	readonly isAtRoot?: true;
	/** The handler reads the bytes of the body itself. */
	readonly isByteBody?: true;
}

export interface MlflowCall<Value> {
	readonly message: Value;
	readonly params: Readonly<Record<string, string>>;
	readonly query: Readonly<Record<string, unknown>>;
	readonly principal: Principal;
	/** The workspace that the request is for. @throws {RunsteadError} not-found. */
	workspace(): Promise<WorkspaceRecord>;
	/** Which experiment an id names; the fields `experiment_id` and `experiment_ids` of the message were asked already. */
	experimentId(id: string): Promise<string>;
	/** How many bytes the body was. */
	readonly bodyBytes: number;
	readonly request: IncomingMessage;
	readonly reply: FastifyReply;
	/** Asks for the permission on something that only the handler knows. @throws {RunsteadError} forbidden, not-found. */
	authorize(about: About): Promise<void>;
}

declare module 'fastify' {
	interface FastifyRequest {
		/** The body as it came. */
		jsonText: string;
	}
}

/** A reply as JSON; a string is JSON already; a `FastifyReply` was sent. */
export type MlflowReply = object | string;

export interface MlflowToolbox {
	serve<Value>(route: MlflowRoute<Value>, handler: (call: MlflowCall<Value>) => Promise<MlflowReply> | MlflowReply): void;
	/** Says which methods there are, where another one is asked for; called when all is served. */
	refuseOtherMethods(): void;
}

export interface MlflowToolboxOptions {
	readonly app: FastifyInstance;
	readonly guard: Guard;
	readonly scopeOf: (params: Readonly<Record<string, string>>, principal: Principal) => Promise<ResourceScope>;
	/** The workspace that a request is for. @throws {RunsteadError} not-found. */
	readonly workspaceOf: (request: IncomingMessage, principal: Principal) => Promise<WorkspaceRecord>;
	readonly defaultExperimentOf: (workspace: WorkspaceRecord) => Promise<string>;
}

const NOTHING = messageOf({});
/** MLflow's id of the experiment that each workspace has from the beginning. */
const DEFAULT_EXPERIMENT_ID = '0';
const METHODS: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export function createMlflowToolbox({ app, guard, scopeOf, workspaceOf, defaultExperimentOf }: MlflowToolboxOptions): MlflowToolbox {
	const served = new Map<string, Set<HTTPMethods>>();
	return {
		serve<Value>(route: MlflowRoute<Value>, handler: (call: MlflowCall<Value>) => Promise<MlflowReply> | MlflowReply): void {
			const { method, path, permission, about, isByteBody, isAtRoot } = route;
			const message = (route.message ?? NOTHING) as Message<Value>;
			const url = isAtRoot ? path : `/api${path}`;
			const methods = [method].flat() as HTTPMethods[];
			served.set(url, new Set([...(served.get(url) ?? []), ...methods]));
			app.route({
				method: methods,
				url,
				...(isByteBody && { onRequest: leaveBodyUnread }),
				async handler(request, reply) {
					guard.screen(request.raw);
					const principal = permission === 'public' ? ANYONE : await guard.admit(request.raw);
					authorizeAnywhere(principal, permission);
					const workspace = (): Promise<WorkspaceRecord> => workspaceOf(request.raw, principal);
					const experimentId = async (id: string): Promise<string> =>
						id === DEFAULT_EXPERIMENT_ID ? defaultExperimentOf(await workspace()) : id;
					const read = isByteBody ? ({} as Value) : await withExperiments(messageIn(message, request), experimentId);
					const authorize = async (what: About): Promise<void> => {
						if (!mayTouchEverything(principal)) authorizeHere(principal, permission, await scopeOf({ ...what }, principal));
					};
					// Someone who may do everything needs no look at whose it is.
					if (permission !== 'public' && about !== null && !mayTouchEverything(principal))
						await authorize(about?.(read) ?? { workspace: (await workspace()).id });
					const answer = await handler({
						message: read,
						params: request.params as Record<string, string>,
						query: request.query as Record<string, unknown>,
						principal,
						workspace,
						experimentId,
						bodyBytes: Number(request.headers['content-length'] ?? 0),
						request: request.raw,
						reply,
						authorize,
					});
					if (answer === reply) return reply;
					return reply.type('application/json').send(answer);
				},
			});
		},

		refuseOtherMethods() {
			for (const [url, methods] of served) {
				const allowed = [...methods].join(', ');
				app.route({
					method: METHODS.filter((method) => !methods.has(method)),
					url,
					// Before the body is looked at.
					onRequest(request, reply, done) {
						reply.header('allow', allowed);
						done(new MlflowError('ENDPOINT_NOT_FOUND', `${request.method} is not allowed here: ${allowed} is.`, 405));
					},
					handler: (_request, reply) => reply,
				});
			}
		},
	};
}

/** The message with the ids of the experiments that it names at its top. */
async function withExperiments<Value>(read: Value, experimentId: (id: string) => Promise<string>): Promise<Value> {
	const { experiment_id: one, experiment_ids: several } = read as { experiment_id?: string; experiment_ids?: readonly string[] };
	const isOne = one === DEFAULT_EXPERIMENT_ID;
	const isAmong = several?.includes(DEFAULT_EXPERIMENT_ID) ?? false;
	if (!isOne && !isAmong) return read;
	return {
		...read,
		...(isOne && { experiment_id: await experimentId(one) }),
		...(isAmong && { experiment_ids: await Promise.all((several ?? []).map(experimentId)) }),
	};
}

function messageIn<Value>(message: Message<Value>, request: FastifyRequest): Value {
	const { method, query, body, params, headers } = request;
	const inPath = params as Record<string, string>;
	const isNul = (value: unknown): boolean => typeof value === 'string' && value.includes('\0');
	if ([...Object.values(inPath), ...Object.values(query as Record<string, unknown>).flat()].some(isNul))
		throw new RunsteadError('invalid-request', { what: 'The address holds the NUL character (%00).' });
	if (method === 'GET') return message.readQuery({ ...(query as Record<string, unknown>), ...inPath });
	// Some clients send what they delete as a query.
	if (body === undefined || body === null) return message.readQuery({ ...(query as Record<string, unknown>), ...inPath });
	if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''))
		throw invalidParameter("Bad Request. Content-Type must be one of ['application/json'].");
	// Old clients write their JSON as a JSON text.
	const json: unknown = typeof body === 'string' ? parsedJson(body) : body;
	const jsonText = typeof body === 'string' ? body : request.jsonText;
	if (Object.keys(inPath).length === 0 || typeof json !== 'object') return message.read(json, jsonText);
	return message.read({ ...json, ...inPath }, jsonText);
}

function leaveBodyUnread(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
	request.headers = { 'content-type': 'application/octet-stream' };
	done();
}

/** Reads JSON bodies: messages take from them what they know, so that no name in them can do harm. */
export function setMlflowParser(app: FastifyInstance): void {
	app.decorateRequest('jsonText', '');
	app.removeContentTypeParser('application/json');
	app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
		const json = (body as Buffer).toString();
		request.jsonText = json;
		if (holdsNul(json)) return done(nulError());
		try {
			// Clients that have nothing to say may send nothing.
			done(null, json === '' ? undefined : parsedJson(json));
		} catch (error) {
			done(error as RunsteadError);
		}
	});
}

/** @throws {RunsteadError} invalid-json. */
function parsedJson(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch (error) {
		throw new RunsteadError('invalid-json', { reason: (error as Error).message });
	}
}

/** Errors of this part of the application, in this protocol's words. */
export function setMlflowErrors(app: FastifyInstance, asRunsteadError: (error: unknown, request: FastifyRequest) => RunsteadError): void {
	app.setErrorHandler((error, request, reply) => {
		dropContentHeaders(reply);
		const known = error instanceof MlflowError ? error : asMlflowError(asRunsteadError(error, request));
		if (known.status === 401) reply.header('www-authenticate', 'Basic realm="mlflow"');
		return reply.code(known.status).send(known.toJSON());
	});
}
