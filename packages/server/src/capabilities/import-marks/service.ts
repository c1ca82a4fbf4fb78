/** Import marks: kept for importers, which alone know what they say. */
import { checkLimit, type ImportMark, RunsteadError } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import type { Database } from '../../storage/database.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import * as store from './store.ts';

export type ImportMarkService = ReturnType<typeof createImportMarkService>;

export function createImportMarkService({ database }: { readonly database: Database }) {
	return {
		async list(workspace: WorkspaceRecord, { limit, cursor }: { limit: number; cursor?: string }) {
			const [after] = cursor === undefined ? [null] : decodeCursor(cursor, ['text']);
			const found = await store.marksBySubject(database.read, workspace.key, after, limit + 1);
			const page = pageOf(found, limit, (last) => [last.subject]);
			return { marks: page.rows, nextCursor: page.nextCursor };
		},

		/** @throws {RunsteadError} not-found. */
		async get(workspace: WorkspaceRecord, subject: string): Promise<ImportMark> {
			const mark = await store.markOf(database.read, workspace.key, subject);
			if (!mark) throw new RunsteadError('not-found', { noun: 'import mark', given: subject });
			return { digest: mark.digest, seen: JSON.parse(mark.seen) as Record<string, string> };
		},

		/** @throws {RunsteadError} limit-exceeded. */
		async put(workspace: WorkspaceRecord, subject: string, { digest, seen }: ImportMark): Promise<void> {
			const text = JSON.stringify(seen);
			const given = Buffer.byteLength(text);
			checkLimit('The size of the mark in bytes', given, 'importMarkBytes');
			await database.write((unit) =>
				store.putMark(unit.db, { workspace_key: workspace.key, subject, digest, seen: text, modified_time: unit.now }),
			);
		},
	};
}
