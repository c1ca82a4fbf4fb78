/** Import marks in SQL. */
import type { Kysely, Selectable } from 'kysely';
import type { ImportMarkTable, Tables } from '../../storage/tables.ts';

export type ImportMarkRecord = Selectable<ImportMarkTable>;

export function marksBySubject(
	db: Kysely<Tables>,
	workspaceKey: number,
	after: string | null,
	limit: number,
): Promise<Pick<ImportMarkRecord, 'subject' | 'digest'>[]> {
	return db
		.selectFrom('import_mark')
		.select(['subject', 'digest'])
		.where('workspace_key', '=', workspaceKey)
		.$if(after !== null, (all) => all.where('subject', '>', after as string))
		.orderBy('subject')
		.limit(limit)
		.execute();
}

export function markOf(db: Kysely<Tables>, workspaceKey: number, subject: string): Promise<ImportMarkRecord | undefined> {
	return db
		.selectFrom('import_mark')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where('subject', '=', subject)
		.executeTakeFirst();
}

export async function putMark(db: Kysely<Tables>, mark: ImportMarkRecord): Promise<void> {
	const { digest, seen, modified_time } = mark;
	await db
		.insertInto('import_mark')
		.values(mark)
		.onConflict((conflict) => conflict.columns(['workspace_key', 'subject']).doUpdateSet({ digest, seen, modified_time }))
		.execute();
}
