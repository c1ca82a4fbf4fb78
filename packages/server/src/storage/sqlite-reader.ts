/** A SQLite database that another process writes, for reading. */
import { Kysely, SqliteDialect } from 'kysely';
import { openConnection } from './sqlite-connection.ts';
import { kyselyDatabase } from './sqlite-kysely.ts';
import type { Tables } from './tables.ts';

export function openSqliteReader(file: string): Kysely<Tables> {
	return new Kysely<Tables>({ dialect: new SqliteDialect({ database: kyselyDatabase(openConnection(file, { readOnly: true })) }) });
}
