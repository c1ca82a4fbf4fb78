/**
 * The tables that queries read: one DuckDB file, owned by this process alone. It is a copy of what the outbox tells; it can be thrown away
 * and is then made again. Queries reach nothing but its tables: the engine's files, network, extensions and settings are locked.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBPreparedStatement } from '@duckdb/node-api';
import { LOG_TABLES, type LogTable, type LogTableName, type LogValue } from '@runstead/contract';
import type { LogRecord } from '../../capabilities/log-records/service.ts';
import { MACRO_STATEMENTS } from './kql/macros.ts';
import { SQL_TYPES } from './kql/values.ts';

/** Grows with the layout of the tables: an older file is made again from the outbox. */
const LAYOUT = 2;
const MEMORY_LIMIT = '320MB';
const THREADS = 2;

export interface TableRow {
	readonly workspaceKey: number | null;
	readonly columns: Readonly<Record<string, LogValue>>;
}

/** How far something has been read, by its key: bytes, points, events. */
export type ProgressStep = readonly [key: number, done: number];

export interface LogStore {
	readonly connection: () => Promise<DuckDBConnection>;
	/** Sequence of the last event whose records are there. */
	readonly cursor: () => number;
	/** Adds the records of events up to a sequence: all of them and the new cursor, or nothing. */
	append(records: readonly LogRecord[], upTo: number): Promise<void>;
	/** How far each of a kind has been read. */
	progress(kind: string): Promise<Map<number, number>>;
	advance(kind: string, steps: readonly ProgressStep[]): Promise<void>;
	/** Adds rows together with how far that was read, once or twice. */
	add(table: LogTableName, rows: readonly TableRow[], ...progress: (string | readonly ProgressStep[])[]): Promise<void>;
	/** Puts rows in place of those with these values. */
	replace(
		table: LogTableName,
		where: { readonly column: string; readonly values: readonly string[] },
		rows: readonly TableRow[],
	): Promise<void>;
	close(): void;
}

/** SQL that reads a table as far as a query may see it; null workspaces: every one, and the server's own events. */
export function visibleRows(table: LogTable<LogTableName>, workspaceKeys: readonly number[] | null, condition = ''): string {
	const scope = workspaceKeys === null ? [] : [`_workspace IN (${workspaceKeys.map(Number).join(', ')})`];
	const conditions = [...scope, ...(condition === '' ? [] : [condition])];
	const columns = table.columns.map(({ name }) => `"${name}"`);
	return `SELECT ${columns.join(', ')} FROM "${table.name}"${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`;
}

export async function openLogStore(file: string): Promise<LogStore> {
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	const instance = await DuckDBInstance.create(file, {
		memory_limit: MEMORY_LIMIT,
		threads: String(THREADS),
		autoinstall_known_extensions: 'false',
		autoload_known_extensions: 'false',
		enable_external_access: 'false',
	});
	const writer = await instance.connect();
	await prepareLayout(writer);
	await writer.run("SET TimeZone = 'UTC'");
	await writer.run('SET lock_configuration = true');
	const statements = new Map<string, DuckDBPreparedStatement>();
	let cursor = await readCursor(writer);

	const insert = async (table: LogTableName, records: readonly TableRow[]): Promise<void> => {
		const used = new Set(records.flatMap(({ columns }) => Object.keys(columns)));
		const sql = insertSql(LOG_TABLES.get(table) as LogTable<LogTableName>, used);
		const statement = statements.get(sql) ?? (await writer.prepare(sql));
		statements.set(sql, statement);
		const lines = records.map(({ workspaceKey, columns }) => wellFormedJson({ _workspace: workspaceKey, ...columns }));
		statement.bindVarchar(1, lines.join('\n'));
		await statement.run();
	};

	// One writer, and so one transaction at a time: others wait for their turn.
	let turn: Promise<unknown> = Promise.resolve();
	const inTransaction = (work: () => Promise<void>): Promise<void> => {
		const mine = turn.then(async () => {
			await writer.run('BEGIN');
			try {
				await work();
				await writer.run('COMMIT');
			} catch (error) {
				await writer.run('ROLLBACK');
				throw error;
			}
		});
		turn = mine.catch(() => undefined);
		return mine;
	};

	const keepProgress = async (kind: string, steps: readonly ProgressStep[]): Promise<void> => {
		for (const [key, done] of steps) await writer.run('INSERT OR REPLACE INTO engine_progress VALUES ($1, $2, $3)', [kind, key, done]);
	};

	return {
		connection: () => instance.connect(),
		cursor: () => cursor,
		async append(records, upTo) {
			const byTable = Map.groupBy(records, ({ table }) => table);
			await inTransaction(async () => {
				for (const [table, ofTable] of byTable) await insert(table, ofTable);
				await writer.run(`UPDATE engine_cursor SET sequence = ${Number(upTo)}`);
			});
			cursor = upTo;
		},
		async progress(kind) {
			const rows = (await writer.runAndReadAll('SELECT key, done FROM engine_progress WHERE kind = $1', [kind])).getRows();
			return new Map(rows.map(([key, done]) => [Number(key), Number(done)]));
		},
		advance: (kind, steps) => inTransaction(() => keepProgress(kind, steps)),
		add: (table, rows, ...progress) =>
			inTransaction(async () => {
				if (rows.length > 0) await insert(table, rows);
				for (let index = 0; index < progress.length; index += 2)
					await keepProgress(progress[index] as string, progress[index + 1] as readonly ProgressStep[]);
			}),
		replace: (table, { column, values }, rows) =>
			inTransaction(async () => {
				await writer.run(`DELETE FROM "${table}" WHERE "${column}" IN (SELECT unnest(from_json(CAST($1 AS JSON), '["VARCHAR"]')))`, [
					JSON.stringify(values),
				]);
				if (rows.length > 0) await insert(table, rows);
			}),
		close() {
			writer.closeSync();
			instance.closeSync();
		},
	};
}

async function readCursor(connection: DuckDBConnection): Promise<number> {
	const rows = (await connection.runAndReadAll('SELECT sequence FROM engine_cursor')).getRows();
	return Number(rows[0]?.[0] ?? 0);
}

async function prepareLayout(connection: DuckDBConnection): Promise<void> {
	await connection.run('CREATE TABLE IF NOT EXISTS engine_layout (version INTEGER)');
	const [row] = (await connection.runAndReadAll('SELECT max(version) FROM engine_layout')).getRows();
	if (Number(row?.[0] ?? 0) !== LAYOUT) {
		for (const name of [...LOG_TABLES.keys(), 'engine_cursor', 'engine_progress']) await connection.run(`DROP TABLE IF EXISTS "${name}"`);
		for (const table of LOG_TABLES.values()) {
			const columns = table.columns.map(({ name, type }) => `"${name}" ${SQL_TYPES[type]}`);
			await connection.run(`CREATE TABLE "${table.name}" (_workspace INTEGER, ${columns.join(', ')})`);
		}
		await connection.run('CREATE TABLE engine_cursor (sequence BIGINT)');
		await connection.run('INSERT INTO engine_cursor VALUES (0)');
		await connection.run('CREATE TABLE engine_progress (kind VARCHAR, key BIGINT, done BIGINT, PRIMARY KEY (kind, key))');
		await connection.run('DELETE FROM engine_layout');
		await connection.run(`INSERT INTO engine_layout VALUES (${LAYOUT})`);
	}
	for (const statement of MACRO_STATEMENTS) await connection.run(statement);
}

/** JSON that DuckDB reads whatever a client named its things: half a surrogate pair, which it refuses, becomes the sign of a character that is not one. */
function wellFormedJson(value: object): string {
	// Of a surrogate, JSON.stringify escapes what has no other half. A backslash is passed over together with what it escapes.
	return JSON.stringify(value).replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (found) => (found.startsWith('\\ud') ? '\\ufffd' : found));
}

/** Records come as JSON texts, one a line, which DuckDB takes apart many times quicker than values come one by one. A text that is not there is empty. */
function insertSql(table: LogTable<LogTableName>, used: ReadonlySet<string>): string {
	// Most records fill few of the columns: only those are looked for.
	const filled = table.columns.filter(({ name }) => used.has(name));
	const structure = Object.fromEntries([
		['_workspace', 'INTEGER'],
		...filled.map(({ name, type }) => [name, type === 'datetime' ? 'VARCHAR' : SQL_TYPES[type]]),
	]);
	const values = table.columns.map(({ name, type }) => {
		if (!used.has(name)) return type === 'string' ? "''" : 'NULL';
		if (type === 'string') return `coalesce(r."${name}", '')`;
		if (type === 'datetime') return `kql_ticks(CAST(r."${name}" AS TIMESTAMPTZ))`;
		return `r."${name}"`;
	});
	const lines = 'SELECT unnest(string_split($1, chr(10))) AS line';
	// Materialized: else each column would take the whole text apart again.
	const rows = `SELECT from_json(CAST(line AS JSON), '${JSON.stringify(structure).replaceAll("'", "''")}') AS r FROM (${lines})`;
	return `INSERT INTO "${table.name}" WITH records AS MATERIALIZED (${rows}) SELECT r._workspace, ${values.join(', ')} FROM records`;
}
