/** Live updates over HTTP. */
import type { IncomingMessage } from 'node:http';
import type { RunService } from '../capabilities/runs/service.ts';
import type { WorkspaceService } from '../capabilities/workspaces/service.ts';
import type { Toolbox } from '../http/toolbox.ts';
import type { Database } from '../storage/database.ts';
import { streamEvents } from './event-stream.ts';
import type { LiveHub } from './hub.ts';

export function serveLive(
	{ serve }: Toolbox,
	{ database, hub, workspaces, runs }: { database: Database; hub: LiveHub; workspaces: WorkspaceService; runs: RunService },
): void {
	serve('streamWorkspace', async ({ params, query, request, reply }) => {
		const { key } = await workspaces.find(params.workspace);
		return streamEvents({
			database,
			hub,
			reply,
			workspaceKey: key,
			after: lastEventIdOrNull(request) ?? query.after ?? null,
			from: query.from ?? null,
			wants: { change: () => true, signal: () => true },
		});
	});
	serve('streamRun', async ({ params, query, request, reply }) => {
		const run = await runs.find(params.run);
		const family = new Set([run.id, ...(await runs.descendantIds(run))]);
		const wants = {
			change: (event: { type: string; subject: string; data: Record<string, unknown> }): boolean => {
				if (event.type === 'run.created' && family.has(String(event.data.parentId))) family.add(event.subject);
				return family.has(event.subject);
			},
			signal: (signal: { run: string }): boolean => family.has(signal.run),
		};
		return streamEvents({
			database,
			hub,
			reply,
			workspaceKey: run.workspace_key,
			after: lastEventIdOrNull(request) ?? query.after ?? null,
			from: null,
			wants,
		});
	});
}

/** What a browser sends when it comes back: the id of the last event that it saw. */
function lastEventIdOrNull(request: IncomingMessage): number | null {
	const id = request.headers['last-event-id'];
	return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : null;
}
