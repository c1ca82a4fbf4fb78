/** A client of one server: calls the routes of the contract by operation id. */
import {
	API_ROUTES,
	type RouteBody,
	type RouteDefinition,
	type RouteParams,
	type RouteQuery,
	type RouteResponse,
} from '@runstead/contract';
import { errorOfReply, unreachable } from './request-error.ts';

type Routes = typeof API_ROUTES;
export type OperationId = keyof Routes;

/** A field is required when the route has it and something in it is required. */
type Field<Name extends string, Value> = [Value] extends [undefined]
	? { [N in Name]?: undefined }
	: Record<never, never> extends Value
		? { [N in Name]?: Value }
		: { [N in Name]: Value };

/** Bytes, text, a blob or a stream. */
type Bytes = NonNullable<RequestInit['body']>;

type BodyOf<Route extends RouteDefinition> = Route extends { requestStream: 'bytes' } ? Bytes : RouteBody<Route>;

/** What an operation is given: `params` of its path, `query`, `body`, as the contract says. */
export type RequestOf<Id extends OperationId> = Field<'params', RouteParams<Routes[Id]>> &
	Field<'query', RouteQuery<Routes[Id]>> &
	Field<'body', BodyOf<Routes[Id]>> & { headers?: Record<string, string>; signal?: AbortSignal };

type AddressOf<Id extends OperationId> = Field<'params', RouteParams<Routes[Id]>> & Field<'query', RouteQuery<Routes[Id]>>;

type OptionalIfEmpty<Given> = Record<never, never> extends Given ? [request?: Given] : [request: Given];

type StreamId = { [Id in OperationId]: Routes[Id] extends { responseStream: string } ? Id : never }[OperationId];

export interface ClientOptions {
	/** Address of the server, with its base path if it has one: `http://127.0.0.1:8155`. */
	url: string;
	/** Sent as a bearer token; loopback without accounts needs none. */
	token?: string;
	/** What carries requests in place of the global `fetch`. */
	fetch?: typeof fetch;
}

export interface Client {
	readonly url: string;
	/** What it shows the server, for programs that are started on its behalf. */
	readonly token: string | undefined;
	/**
	 * Calls an operation and gives what it answers.
	 * @throws RequestError with the catalogue's code, message and hint.
	 * @example const run = await client.call('getRun', { params: { run: 'hello_1' } });
	 */
	call<Id extends Exclude<OperationId, StreamId>>(id: Id, ...request: OptionalIfEmpty<RequestOf<Id>>): Promise<RouteResponse<Routes[Id]>>;
	/**
	 * Opens an operation that answers with bytes or events; its body is not read yet.
	 * @example for await (const chunk of (await client.open('readRunFile', { params: { run, '*': path } })).body!) …
	 */
	open<Id extends StreamId>(id: Id, ...request: OptionalIfEmpty<RequestOf<Id>>): Promise<Response>;
	/** The address of an operation, for links and event sources. */
	address<Id extends OperationId>(id: Id, ...request: OptionalIfEmpty<AddressOf<Id>>): string;
}

/** An untyped view of a request: the types above have checked it. */
interface AnyRequest {
	params?: Record<string, string>;
	query?: Record<string, string | number | boolean | undefined>;
	body?: unknown;
	headers?: Record<string, string>;
	signal?: AbortSignal;
}

function pathOf(route: RouteDefinition, request: AnyRequest): string {
	const params = request.params ?? {};
	const path = route.path
		.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
		.replace(/\*$/, () => (params['*'] ?? '').split('/').map(encodeURIComponent).join('/'));
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(request.query ?? {})) if (value !== undefined) query.set(name, String(value));
	const text = query.toString();
	return text === '' ? path : `${path}?${text}`;
}

export function createClient(options: ClientOptions): Client {
	const url = options.url.replace(/\/+$/, '');
	const send = options.fetch ?? fetch;

	async function request(id: OperationId, given: AnyRequest): Promise<Response> {
		const route: RouteDefinition = API_ROUTES[id];
		const headers: Record<string, string> = { ...given.headers };
		if (options.token !== undefined) headers.authorization = `Bearer ${options.token}`;
		const init: RequestInit & { duplex?: 'half' } = { method: route.method, headers };
		if (given.signal !== undefined) init.signal = given.signal;
		if (route.requestStream === 'bytes') {
			headers['content-type'] ??= 'application/octet-stream';
			init.body = given.body as Bytes;
			// Node sends a stream only when told that the reply may not come before its end.
			if (given.body instanceof ReadableStream) init.duplex = 'half';
		} else if (given.body !== undefined) {
			headers['content-type'] = 'application/json';
			init.body = JSON.stringify(given.body);
		}
		const reply = await send(url + pathOf(route, given), init).catch((error: unknown) => {
			throw given.signal?.aborted ? error : unreachable(url, error);
		});
		if (!reply.ok) throw await errorOfReply(reply);
		return reply;
	}

	async function call(id: OperationId, given: AnyRequest = {}): Promise<unknown> {
		const reply = await request(id, given);
		if ((API_ROUTES[id] as RouteDefinition).response !== undefined) return reply.json();
		await reply.body?.cancel();
		return undefined;
	}

	return {
		url,
		token: options.token,
		call: call as Client['call'],
		open: (id, given?: AnyRequest) => request(id, given ?? {}),
		address: (id, given?: AnyRequest) => url + pathOf(API_ROUTES[id], given ?? {}),
	};
}
