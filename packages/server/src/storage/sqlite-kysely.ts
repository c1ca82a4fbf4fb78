/** A connection of SQLite as Kysely takes it, with its statements prepared once each. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import type { SqlValue } from './sql-value.ts';
import { PreparedStatements } from './sqlite-connection.ts';

export function kyselyDatabase(connection: DatabaseSync): SqliteDatabase {
	const statements = new PreparedStatements(connection);
	// To ask a statement for its columns takes longer than many a query.
	const prepared = new WeakMap<StatementSync, SqliteStatement>();
	return {
		close: () => undefined,
		prepare: (sql: string) => prepared.getOrInsertComputed(statements.get(sql), asKyselyStatement),
	};
}

function asKyselyStatement(statement: StatementSync): SqliteStatement {
	return {
		reader: statement.columns().length > 0,
		all: (parameters) => statement.all(...(parameters as SqlValue[])),
		run: (parameters) => statement.run(...(parameters as SqlValue[])),
		iterate: (parameters) => statement.iterate(...(parameters as SqlValue[])),
	};
}
