/** What every request of this door passes through: who, may they, in which workspace, about which run. */
import type { IncomingMessage } from 'node:http';
import { type Permission, RunsteadError } from '@runstead/contract';
import type { FastifyInstance, FastifyReply, HTTPMethods } from 'fastify';
import type { RunService } from '../../capabilities/runs/service.ts';
import type { WorkspaceRecord, WorkspaceService } from '../../capabilities/workspaces/service.ts';
import type { Guard } from '../../http/guard.ts';
import { authorizeAnywhere, authorizeHere, mayTouchEverything, type Principal, type ResourceScope } from '../../http/principal.ts';

/** How Azure names a workspace in a path. */
export const WORKSPACE_PATH =
	'/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.MachineLearningServices/workspaces/:workspace';

export interface AzureRoute {
	readonly method: HTTPMethods;
	/** Before the workspace, such as `/history/v1.0`; '' for the resource manager. */
	readonly service: string;
	/** Behind the workspace; `:name` is one segment, `*` the rest. A `:run` has to be one of the workspace. */
	readonly path: string;
	readonly permission: Permission;
	/** A `:run` may be one that is not there yet. */
	readonly mayMakeRun?: true;
}

export interface AzureCall {
	readonly workspace: WorkspaceRecord;
	readonly params: Readonly<Record<string, string>>;
	readonly query: Readonly<Record<string, string | undefined>>;
	/** As it was sent; undefined where nothing was. */
	readonly body: unknown;
	readonly principal: Principal;
	readonly request: IncomingMessage;
	readonly reply: FastifyReply;
	/** Asks for the permission on a run that only the handler knows. @throws {RunsteadError} forbidden, not-found. */
	authorizeRun(id: string): Promise<void>;
}

export type AzureHandler = (call: AzureCall) => Promise<object | string> | object | string;

export interface AzureToolbox {
	serve(route: AzureRoute, handler: AzureHandler): void;
}

export interface AzureToolboxOptions {
	readonly app: FastifyInstance;
	readonly guard: Guard;
	readonly workspaces: WorkspaceService;
	readonly runs: RunService;
	readonly scopeOf: (params: Readonly<Record<string, string>>, principal: Principal) => Promise<ResourceScope>;
}

export function createAzureToolbox({ app, guard, workspaces, runs, scopeOf }: AzureToolboxOptions): AzureToolbox {
	/** @throws {RunsteadError} not-found. */
	const workspaceOf = async ({ subscription = '', group = '', workspace = '' }: Readonly<Record<string, string>>) => {
		const found = await workspaces.find(workspace);
		const isThere =
			subscription.toLowerCase() === workspaces.subscriptionId.toLowerCase() && group.toLowerCase() === found.resource_group.toLowerCase();
		if (!isThere) throw new RunsteadError('not-found', { noun: 'workspace', given: `${workspace} in ${subscription}/${group}` });
		return found;
	};

	return {
		serve({ method, service, path, permission, mayMakeRun }, handler) {
			app.route({
				method,
				url: service + WORKSPACE_PATH + path,
				async handler(request, reply) {
					guard.screen(request.raw);
					const principal = await guard.admit(request.raw);
					authorizeAnywhere(principal, permission);
					const params = request.params as Record<string, string>;
					const isFree = mayTouchEverything(principal);
					if (!isFree) authorizeHere(principal, permission, await scopeOf({ workspace: params.workspace ?? '' }, principal));
					const workspace = await workspaceOf(params);
					const authorizeRun = async (id: string): Promise<void> => {
						const run = await runs.find(id);
						if (run.workspace_key !== workspace.key) throw new RunsteadError('not-found', { noun: 'run', given: id });
						if (!isFree) authorizeHere(principal, permission, await scopeOf({ run: id }, principal));
					};
					if (params.run !== undefined && !(mayMakeRun && (await runs.findOrNull(params.run)) === null)) await authorizeRun(params.run);
					const answer = await handler({
						workspace,
						params,
						query: request.query as Record<string, string | undefined>,
						body: request.body === request.raw ? undefined : request.body,
						principal,
						request: request.raw,
						reply,
						authorizeRun,
					});
					if (answer === reply) return reply;
					// Clients of Azure take 200 and nothing else for done.
					return reply.code(reply.statusCode).type('application/json; charset=utf-8').send(answer);
				},
			});
		},
	};
}
