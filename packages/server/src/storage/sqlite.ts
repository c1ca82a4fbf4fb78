/** SQLite through node:sqlite: the embedded default, one file in the data folder. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { backup, type DatabaseSync } from 'node:sqlite';
import { RunsteadError } from '@runstead/contract';
import { Kysely, SqliteDialect } from 'kysely';
import type { Database, DatabaseOptions } from './database.ts';
import { GroupCommit, type WriteConnection, type WriteEngine } from './group-commit.ts';
import { type Migratable, migrate } from './migrate.ts';
import type { ColumnTypes } from './migrations/migration.ts';
import { rowsOfList, runOfValues } from './rows-statement.ts';
import { createCheckpoints } from './sqlite-checkpoints.ts';
import { openConnection, statementRunner } from './sqlite-connection.ts';
import { kyselyDatabase } from './sqlite-kysely.ts';
import { createLogSync } from './sqlite-log-sync.ts';
import { workerReader } from './sqlite-worker-reader.ts';
import type { Tables } from './tables.ts';

/** Keys are never used again, as PostgreSQL has it: files of purged runs may still lie under theirs. */
const TYPES: ColumnTypes = { id: 'integer primary key autoincrement', integer: 'integer', text: 'text', real: 'real', bytes: 'blob' };

const SQLITE_FULL = 13;
const SQLITE_IOERR = 10;

function kyselyOver(connection: DatabaseSync): Kysely<Tables> {
	return new Kysely<Tables>({ dialect: new SqliteDialect({ database: kyselyDatabase(connection) }) });
}

export async function openSqlite(file: string, options: DatabaseOptions): Promise<Database> {
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	const writer = openConnection(file);
	await migrate(sqliteMigratable(writer, file));
	const reader = openConnection(file, { readOnly: true });
	const ask = statementRunner(reader);
	const heavyReader = workerReader(file);
	const totalReader = workerReader(file);
	const connection = writeConnection(writer);
	const log = createLogSync(file, writer);
	const checkpoints = createCheckpoints(file, writer);
	const withConnection: WriteEngine['withConnection'] = async (work) => {
		await checkpoints.held();
		await work(connection);
		checkpoints.look();
	};
	const commits = new GroupCommit(
		{ begin: ['begin immediate'], isUndoneByFailure: false, withConnection, sync: log.sync, fatalErrorOrNull },
		options.clock,
		options,
	);
	return {
		engine: 'sqlite',
		read: kyselyOver(reader),
		ask: async (sql, parameters) => ask(sql, parameters),
		heavyRead: heavyReader.kysely,
		totalRead: totalReader.kysely,
		write: (work) => commits.write(work),
		errorOrNull: fatalErrorOrNull,
		inspect: async () => inspect(reader, file),
		// The data folder is locked: there is no other server.
		leadOrNull: async () => ({ release: async () => undefined }),
		async close() {
			await commits.drain();
			await Promise.all([heavyReader.close(), totalReader.close(), checkpoints.close()]);
			reader.close();
			await log.close();
			writer.close();
		},
	};
}

/** What is sent is done at once. */
function writeConnection(writer: DatabaseSync): WriteConnection {
	const run = statementRunner(writer);
	return {
		db: kyselyOver(writer),
		execute: async (sql, parameters) => run(sql, parameters),
		executeRows: async (statement, rows) => runOfValues(statement, rows, run),
		executeList: async (sql, parameters, texts) => rowsOfList(sql, texts, (text, list) => run(text, [...parameters, ...list])),
		send: (sql, parameters) => void run(sql, parameters),
		sendRows: (statement, rows) => void runOfValues(statement, rows, run),
		async takeKey(table) {
			const [next] = run('update sqlite_sequence set seq = seq + 1 where name = ? returning seq', [table]);
			if (next) return Number(next.seq);
			run('insert into sqlite_sequence (name, seq) values (?, 1)', [table]);
			return 1;
		},
	};
}

function fatalErrorOrNull(error: unknown): RunsteadError | null {
	const { errcode: code, syscall, message } = (error ?? {}) as { errcode?: number; syscall?: string; message?: string };
	if (syscall === 'fdatasync' || syscall === 'fsync')
		return new RunsteadError('storage-unavailable', { reason: message ?? syscall }, { cause: error });
	if (code === undefined) return null;
	if ((code & 0xff) === SQLITE_FULL) return new RunsteadError('storage-full', {}, { cause: error });
	if ((code & 0xff) === SQLITE_IOERR)
		return new RunsteadError('storage-unavailable', { reason: message ?? 'its file cannot be written' }, { cause: error });
	return null;
}

/** A SQLite database as migrations see it; copies of it go beside its file. */
export function sqliteMigratable(connection: DatabaseSync, file: string): Migratable {
	return {
		types: TYPES,
		version: async () => Number(connection.prepare('pragma user_version').get()?.user_version),
		async apply(version, _name, statements) {
			connection.exec('begin immediate');
			try {
				for (const statement of statements) connection.exec(statement);
				connection.exec(`pragma user_version = ${version}`);
				connection.exec('commit');
			} catch (error) {
				connection.exec('rollback');
				throw error;
			}
		},
		async backup(from, to) {
			const target = join(dirname(file), `before-schema-${to}-from-${from}.db`);
			if (!existsSync(target)) await backup(connection, target);
		},
	};
}

function inspect(connection: DatabaseSync, file: string): { name: string; ok: boolean; value: string }[] {
	const only = (sql: string): string => String(Object.values(connection.prepare(sql).get() ?? {})[0]);
	const integrity = only('pragma quick_check');
	return [
		{ name: 'database', ok: true, value: `SQLite ${only('select sqlite_version()')}, ${file}` },
		{ name: 'database size', ok: true, value: `${Number(only('pragma page_count')) * Number(only('pragma page_size'))} bytes` },
		{ name: 'schema version', ok: true, value: only('pragma user_version') },
		{ name: 'integrity check', ok: integrity === 'ok', value: integrity },
	];
}
