/** What happened to a cluster and its nodes, as the outbox has it. */
import type { ComputeEvent } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime } from '../../http/time.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import type { NodesOptions } from './nodes.ts';
import * as store from './store.ts';

export function createHistory({ database, find }: Pick<NodesOptions, 'database' | 'find'>) {
	return {
		/** Newest first. @throws {RunsteadError} not-found, invalid-cursor. */
		async events(
			workspace: WorkspaceRecord,
			name: string,
			{ limit, cursor }: { limit: number; cursor?: string | undefined },
		): Promise<{ events: ComputeEvent[]; nextCursor: string | null }> {
			const cluster = await find(workspace, name);
			const [before] = cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor(cursor, ['integer']);
			const page = pageOf(await store.eventsBefore(database.heavyRead, cluster, before, limit + 1), limit, (last) => [last.sequence]);
			const events = page.rows.map(({ sequence, type, subject, time, actor, data }) => ({
				sequence,
				type,
				subject,
				time: toWireTime(time),
				actor,
				data: JSON.parse(data) as Record<string, unknown>,
			}));
			return { events, nextCursor: page.nextCursor };
		},
	};
}
