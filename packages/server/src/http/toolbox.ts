/** The toolbox through which every native request passes: who, may they, is it well formed; so that no route can forget one of these. */
import type { IncomingMessage } from 'node:http';
import {
	API_ROUTES,
	type RouteBody,
	type RouteDefinition,
	type RouteParams,
	type RouteQuery,
	type RouteResponse,
	RunsteadError,
} from '@runstead/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { waitForAnswersAtClose } from './answers-in-progress.ts';
import type { Guard } from './guard.ts';
import { ANYONE, authorizeAnywhere, authorizeHere, mayTouchEverything, type Principal, type ResourceScope } from './principal.ts';
import { checkerOf } from './validation.ts';

export type OperationId = keyof typeof API_ROUTES;

export interface Call<Route extends RouteDefinition> {
	readonly params: RouteParams<Route>;
	readonly query: RouteQuery<Route>;
	readonly body: RouteBody<Route>;
	readonly principal: Principal;
	/** The raw request: its body is not read on routes that stream bytes. */
	readonly request: IncomingMessage;
	/** For routes that stream their reply; others return a value. */
	readonly reply: FastifyReply;
}

export type Handler<Route extends RouteDefinition> = (
	call: Call<Route>,
) => Promise<Route['responseStream'] extends string ? FastifyReply : RouteResponse<Route>>;

export interface Toolbox {
	/** Serves an operation of the contract. */
	serve<Id extends OperationId>(operation: Id, handler: Handler<(typeof API_ROUTES)[Id]>): void;
	/** Operations that nobody serves yet: none may be left when the server starts. */
	unserved(): OperationId[];
}

export interface ToolboxOptions {
	readonly app: FastifyInstance;
	readonly guard: Guard;
	/** What the path of a request belongs to. @throws {RunsteadError} not-found. */
	readonly scopeOf: (params: Readonly<Record<string, string>>, principal: Principal) => Promise<ResourceScope>;
}

export function createToolbox({ app, guard, scopeOf }: ToolboxOptions): Toolbox {
	const served = new Set<OperationId>();
	const awaited = waitForAnswersAtClose(app);

	const serve = <Id extends OperationId>(operation: Id, handler: Handler<(typeof API_ROUTES)[Id]>): void => {
		const route: RouteDefinition = API_ROUTES[operation];
		const checkParams = checkerOf('params', route.params);
		const checkQuery = checkerOf('query', route.query);
		const checkBody = checkerOf('body', route.body);
		served.add(operation);
		const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
			guard.screen(request.raw);
			const principal = route.permission === 'public' ? ANYONE : await guard.admit(request.raw);
			const params = request.params as Record<string, string>;
			checkParams(params);
			// Someone who may do everything needs no look at whose it is; the service says if it does not exist.
			authorizeAnywhere(principal, route.permission);
			const scope = mayTouchEverything(principal) ? EVERYTHING : await scopeOf(params, principal);
			authorizeHere(principal, route.permission, scope);
			checkQuery(request.query);
			if (route.body) checkBody(jsonBody(request));
			const result = await handler({
				params,
				query: request.query,
				body: request.body,
				principal,
				request: request.raw,
				reply,
			} as unknown as Call<(typeof API_ROUTES)[Id]>);
			if (route.responseStream === undefined && result === undefined) return reply.code(204).send();
			return result;
		};
		const description: RouteOptions = {
			method: route.method,
			url: route.path,
			handler: (request, reply) => awaited(answer(request, reply)),
		};
		app.route(route.requestStream === 'bytes' ? { ...description, onRequest: leaveBodyUnread } : description);
	};

	return { serve, unserved: () => (Object.keys(API_ROUTES) as OperationId[]).filter((operation) => !served.has(operation)) };
}

/** Whatever type a body says it has, where bytes are meant it is left unread: JSON that is uploaded is a file like any other. */
function leaveBodyUnread(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
	request.headers = { 'content-type': 'application/octet-stream' };
	done();
}

const EVERYTHING: ResourceScope = { workspaceId: null, runLineage: [] };

/** A body that is not JSON was left unread by the parser for bytes. */
function jsonBody(request: FastifyRequest): unknown {
	if (request.body === request.raw || request.body === undefined) {
		const given = request.headers['content-type'] ?? 'none';
		if (given !== 'none') throw new RunsteadError('unsupported-media-type', { given, accepted: 'application/json' });
		request.body = {};
	}
	return request.body;
}
