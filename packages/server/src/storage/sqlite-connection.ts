/** Connections of SQLite, opened rightly, and their prepared statements. Small: a worker loads nothing else. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Row, SqlValue } from './sql-value.ts';

/** More distinct statements than the product has; the cache is emptied when searches have filled it. */
const PREPARED_STATEMENTS_MAX = 500;

/** Opens a connection rightly. */
export function openConnection(file: string, options: { readOnly?: boolean } = {}): DatabaseSync {
	const connection = new DatabaseSync(file, { readOnly: options.readOnly ?? false });
	// First of all: every later pragma may meet a lock.
	connection.exec('pragma busy_timeout = 10000');
	if (!options.readOnly) {
		// Readers go on while one writer writes.
		connection.exec('pragma journal_mode = wal');
		// The log is synced before and the database after pages are copied from one to the other. The log of a commit is synced beside it.
		connection.exec('pragma synchronous = normal');
		connection.exec('pragma foreign_keys = on');
		// Pages that change with each batch go from the log to the database once for many; while a server runs, sqlite-checkpoints.ts sees to it.
		connection.exec('pragma wal_autocheckpoint = 4000');
		// A burst of writes must not leave a log of its size for ever.
		connection.exec('pragma journal_size_limit = 67108864');
	}
	connection.exec('pragma temp_store = memory');
	connection.exec('pragma cache_size = -16000');
	return connection;
}

/** Statements of a connection, prepared once each. */
export class PreparedStatements {
	readonly #connection: DatabaseSync;
	readonly #statements = new Map<string, StatementSync>();

	constructor(connection: DatabaseSync) {
		this.#connection = connection;
	}

	get(sql: string): StatementSync {
		let statement = this.#statements.get(sql);
		if (!statement) {
			if (this.#statements.size >= PREPARED_STATEMENTS_MAX) this.#statements.clear();
			statement = this.#connection.prepare(sql);
			this.#statements.set(sql, statement);
		}
		return statement;
	}
}

/** Runs plain SQL and gives its rows; also used by workers. */
export function statementRunner(connection: DatabaseSync): (sql: string, parameters: readonly SqlValue[]) => Row[] {
	const statements = new PreparedStatements(connection);
	return (sql, parameters) => statements.get(sql).all(...parameters) as Row[];
}
