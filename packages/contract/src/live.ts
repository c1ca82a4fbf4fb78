/** Live updates: server-sent events of what changed. */

import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

/**
 * What the stream sends. `event: change` carries an event of the outbox, its SSE id is the event's sequence; on reconnect
 * (Last-Event-ID) what was missed is sent. `event: signal` says that something grew: a metric series or a log; signals are
 * merged over 50 ms and never repeated: read what you show again. `event: gap` answers a `from` that is too old: what happened since
 * is not known any more, so read again what was read before.
 */
export interface LiveChange {
	sequence: number;
	type: string;
	subject: string;
	time: string;
	actor: string;
	data: Record<string, unknown>;
}

export const liveRoutes = {
	streamWorkspace: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/live',
		permission: 'workspace.read',
		summary: 'Stream what changes in a workspace',
		params: WorkspaceParams,
		query: Type.Object({
			after: Type.Optional(Type.Integer({ minimum: 0, description: 'Begin after this event; without it, with what happens from now.' })),
			from: Type.Optional(
				Type.String({
					maxLength: 100,
					description: "Begin with what happened since the studio's page was sent, as its element `meta[name=runstead-live]` says it.",
				}),
			),
		}),
		responseStream: 'events',
	}),
	streamRun: route({
		method: 'GET',
		path: '/api/v1/runs/:run/live',
		permission: 'run.read',
		summary: 'Stream what changes in a run and its children',
		params: Type.Object({ run: Type.String() }),
		query: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) }),
		responseStream: 'events',
	}),
};
