/** How a route of the native API is described: once, here; the server, the clients and the OpenAPI document follow from it. */
import type { Static, TSchema } from 'typebox';

export const PERMISSIONS = {
	public: 'anyone who can reach the server',
	'server.read': 'read what the server says about itself',
	'server.admin': 'make workspaces and tokens, back up',
	'workspace.read': 'read what a workspace holds',
	'workspace.write': 'change a workspace: experiments, runs, snapshots',
	'model.write': 'register models and change them',
	'run.read': 'read one run and what it logged',
	'run.write': 'log to one run and its descendants, and submit children',
	'job.agent': 'lease and run jobs',
} as const;

export type Permission = keyof typeof PERMISSIONS;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a route carries beside JSON: `bytes` streams an octet body in or out; `events` is a stream of server-sent events; `lines` of JSON documents, one a line. */
export type Stream = 'bytes' | 'events' | 'lines';

export interface RouteDefinition {
	readonly method: Method;
	/** `:name` is one segment, a trailing `*` is the rest of the path. */
	readonly path: string;
	readonly permission: Permission;
	readonly summary: string;
	readonly params?: TSchema;
	readonly query?: TSchema;
	readonly body?: TSchema;
	readonly response?: TSchema;
	readonly requestStream?: 'bytes';
	readonly responseStream?: Stream;
}

/** Gives a route its exact type. Its name in the exported table is its operation id. */
export function route<const Definition extends RouteDefinition>(definition: Definition): Definition {
	return definition;
}

type StaticOf<Schema> = Schema extends TSchema ? Static<Schema> : undefined;

export type RouteParams<R extends RouteDefinition> = StaticOf<R['params']>;
export type RouteQuery<R extends RouteDefinition> = StaticOf<R['query']>;
export type RouteBody<R extends RouteDefinition> = StaticOf<R['body']>;
export type RouteResponse<R extends RouteDefinition> = R['response'] extends TSchema ? Static<R['response']> : void;
