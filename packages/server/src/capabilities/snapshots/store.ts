/** Snapshots in SQL. */
import type { Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { SnapshotContentTable, SnapshotTable, Tables } from '../../storage/tables.ts';

export type SnapshotRecord = Selectable<SnapshotTable>;
export type ContentRecord = Selectable<SnapshotContentTable>;

/** Below the number of parameters that a database takes in one statement. */
const CONTENTS_PER_QUERY = 500;

export function snapshotById(db: Kysely<Tables>, workspaceKey: number, id: string): Promise<SnapshotRecord | undefined> {
	return db.selectFrom('snapshot').selectAll().where('workspace_key', '=', workspaceKey).where('id', '=', id).executeTakeFirst();
}

export async function insertSnapshot(db: Kysely<Tables>, snapshot: SnapshotRecord): Promise<void> {
	await db.insertInto('snapshot').values(snapshot).execute();
}

/** Sizes of those of the contents that the workspace knows. */
export async function knownContents(db: Kysely<Tables>, workspaceKey: number, sha256s: readonly string[]): Promise<Map<string, number>> {
	const known = new Map<string, number>();
	for (let at = 0; at < sha256s.length; at += CONTENTS_PER_QUERY) {
		const rows = await db
			.selectFrom('snapshot_content')
			.select(['sha256', 'size_bytes'])
			.where('workspace_key', '=', workspaceKey)
			.where('sha256', 'in', sha256s.slice(at, at + CONTENTS_PER_QUERY))
			.execute();
		for (const { sha256, size_bytes } of rows) known.set(sha256, size_bytes);
	}
	return known;
}

/** False if the workspace knew the content already; then its time is set anew, if no snapshot uses it. */
export async function addContent(db: Kysely<Tables>, content: ContentRecord): Promise<boolean> {
	const { numInsertedOrUpdatedRows } = await db
		.insertInto('snapshot_content')
		.values(content)
		.onConflict((conflict) => conflict.doNothing())
		.executeTakeFirst();
	if (Number(numInsertedOrUpdatedRows) > 0) return true;
	await db
		.updateTable('snapshot_content')
		.set({ uploaded_time: content.uploaded_time })
		.where('workspace_key', '=', content.workspace_key)
		.where('sha256', '=', content.sha256)
		.execute();
	return false;
}

export async function renewContents(
	db: Kysely<Tables>,
	workspaceKey: number,
	sha256s: readonly string[],
	change: { used: number } | { uploaded_time: number },
): Promise<void> {
	for (let at = 0; at < sha256s.length; at += CONTENTS_PER_QUERY) {
		await db
			.updateTable('snapshot_content')
			.set(change)
			.where('workspace_key', '=', workspaceKey)
			.where('sha256', 'in', sha256s.slice(at, at + CONTENTS_PER_QUERY))
			.where(sql<boolean>`used = 0`)
			.execute();
	}
}

export function deleteUnusedContents(db: Kysely<Tables>, uploadedBefore: number): Promise<{ sha256: string }[]> {
	return db
		.deleteFrom('snapshot_content')
		.where(sql<boolean>`used = 0`)
		.where('uploaded_time', '<', uploadedBefore)
		.returning('sha256')
		.execute();
}

/** What a client calls a snapshot; the first that it said holds. */
export async function nameSnapshot(db: Kysely<Tables>, workspaceKey: number, name: string, snapshotId: string): Promise<void> {
	await db
		.insertInto('snapshot_name')
		.values({ workspace_key: workspaceKey, name, snapshot_id: snapshotId })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}

export async function snapshotIdOfName(db: Kysely<Tables>, workspaceKey: number, name: string): Promise<string | null> {
	const found = await db
		.selectFrom('snapshot_name')
		.select('snapshot_id')
		.where('workspace_key', '=', workspaceKey)
		.where('name', '=', name)
		.executeTakeFirst();
	return found?.snapshot_id ?? null;
}
