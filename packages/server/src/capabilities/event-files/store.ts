/** Event files in SQL: files of runs, and how far each has been read. */
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../storage/tables.ts';

/** How far a file has been read is kept as that of a writer of metrics. */
export const writerOf = (path: string): string => `event-file:${path}`;

/** Stands in the text as in that of the index: a parameter would hide from the database that it fits. */
const IS_EVENT_FILE = sql<boolean>`run_file.newest = 1 and run_file.path like '%tfevents%'`;

/** Event files that have bytes which nobody has read, after a key. */
export function unreadEventFiles(
	db: Kysely<Tables>,
	after: number,
	limit: number,
): Promise<{ key: number; path: string; run_id: string }[]> {
	return db
		.selectFrom('run_file')
		.innerJoin('run', 'run.key', 'run_file.run_key')
		.leftJoin('metric_writer', (join) =>
			join
				.onRef('metric_writer.run_key', '=', 'run_file.run_key')
				.on('metric_writer.writer', '=', sql<string>`'event-file:' || run_file.path`),
		)
		.select(['run_file.key', 'run_file.path', 'run.id as run_id'])
		.where('run_file.key', '>', after)
		.where(IS_EVENT_FILE)
		.where(sql<boolean>`run_file.size_bytes > coalesce(metric_writer.stored, 0)`)
		.orderBy('run_file.key')
		.limit(limit)
		.execute();
}
