/** Live updates: server-sent events of what changed. */

import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

/**
 * What the stream sends. `event: change` carries an event of the outbox, its SSE id is the event's sequence; on reconnect
 * (Last-Event-ID) what was missed is sent. `event: signal` says that something grew: a metric series or a log; signals are
 * merged over 50 ms and never repeated: read what you show again.
 */
export interface LiveSignal {
	run: string;
	/** Names of the series that grew. */
	metrics?: string[];
	/** Logs that grew, with their new size in bytes. */
	logs?: { path: string; sizeBytes: number; sealed: boolean }[];
}

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
