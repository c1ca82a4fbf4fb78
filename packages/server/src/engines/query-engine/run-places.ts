/** Where runs belong: what rows that are made of their metrics and logs say of them. */
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';

export interface RunPlace {
	readonly key: number;
	readonly id: string;
	readonly workspaceKey: number;
	readonly workspaceId: string;
	readonly workspaceName: string;
}

export async function placesOf(db: Kysely<Tables>, runKeys: readonly number[]): Promise<Map<number, RunPlace>> {
	if (runKeys.length === 0) return new Map();
	const rows = await db
		.selectFrom('run')
		.innerJoin('workspace', 'workspace.key', 'run.workspace_key')
		.select(['run.key', 'run.id', 'run.workspace_key', 'workspace.id as workspaceId', 'workspace.name as workspaceName'])
		.where('run.key', 'in', runKeys)
		.execute();
	return new Map(rows.map((row) => [row.key, { ...row, workspaceKey: row.workspace_key }]));
}
