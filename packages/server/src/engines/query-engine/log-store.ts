/** The tables that queries read. They are a copy of what the outbox tells: they can be thrown away and are then made again. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import type { LogTable, LogTableName } from '@runstead/contract';
import type { LogRecord } from '../../capabilities/log-records/service.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { createRowBatch, type DynamicTexts, type RowBatch, type TableRow } from './row-batch.ts';
import { openTableColumns, storedTable } from './table-columns.ts';

/** Rows that go to their table together, some megabytes at most: a statement for few takes as long as one for a thousand. */
const ROWS_PER_STATEMENT = 2_500;
/** Statements that wait for the one before them while further rows are made. */
const STATEMENTS_WAITING = 1;
/** Statements differ in which columns have values, and in which all rows have the same. */
const STATEMENTS_KEPT = 64;

export type { TableRow } from './row-batch.ts';

/** How far something has been read, by its key: bytes, points, events. */
export type ProgressStep = readonly [key: number, done: number];

/** The records of some events, and the last of these events. */
export interface RecordPage {
	readonly records: readonly LogRecord[];
	readonly texts: DynamicTexts;
	readonly upTo: number;
}

export interface LogStore {
	readonly read: LogFile['read'];
	/** Sequence of the last event whose records are there. */
	readonly cursor: () => number;
	/** Adds the records of pages of events: all of them and the new cursor, or nothing. A page is made while the one before it is written. */
	append(pages: AsyncIterable<RecordPage>): Promise<void>;
	/** How far each of a kind has been read, or some of them. */
	progress(kind: string, keys?: readonly number[]): Promise<Map<number, number>>;
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
	const logFile = await openLogFile(file);
	const writer = await logFile.connect();
	const statements = new Map<string, DuckDBPreparedStatement>();
	const tableColumns = await openTableColumns(writer);
	let cursor = await readCursor(writer);

	/** The statement that inserts a batch. It has copies of the texts. */
	const statementOf = async (batch: RowBatch): Promise<DuckDBPreparedStatement> => {
		const { sql, parameters } = batch.insertion();
		const statement = statements.get(sql) ?? (await writer.prepare(sql));
		statements.delete(sql);
		statements.set(sql, statement);
		if (statements.size > STATEMENTS_KEPT) {
			const [oldest, unused] = statements.entries().next().value as [string, DuckDBPreparedStatement];
			unused.destroySync();
			statements.delete(oldest);
		}
		for (const [index, given] of parameters.entries())
			if (typeof given === 'string') statement.bindVarchar(index + 1, given);
			else statement.bindBlob(index + 1, given);
		return statement;
	};

	const insert = async (name: LogTableName, batch: RowBatch): Promise<void> => {
		await tableColumns.widen(name, batch.columns);
		const statement = await statementOf(batch);
		batch.release();
		await statement.run();
		// It would hold the texts until it is used again.
		statement.clearBindings();
	};

	const insertRows = async (name: LogTableName, rows: readonly TableRow[]): Promise<void> => {
		if (rows.length === 0) return;
		const batch = createRowBatch(name);
		for (const row of rows) batch.add(row);
		await insert(name, batch);
	};

	/** Takes records page by page, while those before them are written. */
	const insertPages = async (pages: AsyncIterable<RecordPage>, onTaken: (upTo: number) => void): Promise<void> => {
		const batches = new Map<LogTableName, RowBatch>();
		const waiting: Promise<void>[] = [];
		let last: Promise<void> = Promise.resolve();
		const send = (name: LogTableName, batch: RowBatch): void => {
			batches.delete(name);
			last = last.then(() => insert(name, batch));
			// It is awaited below, maybe after it has failed.
			last.catch(() => undefined);
			waiting.push(last);
		};
		try {
			for await (const { records, texts, upTo } of pages) {
				for (const { table, workspaceKey, time, shared, own } of records)
					batches.getOrInsertComputed(table, createRowBatch).add({ workspaceKey, time, shared, columns: own }, texts);
				for (const [name, batch] of batches) {
					batch.join();
					if (batch.rowCount < ROWS_PER_STATEMENT) continue;
					await logFile.writeAlone();
					send(name, batch);
				}
				while (waiting.length > STATEMENTS_WAITING) await waiting.shift();
				// What is written meanwhile ends in the event loop, and only there the next of it begins.
				await nextTurn();
				onTaken(upTo);
			}
			for (const [name, batch] of batches) send(name, batch);
		} finally {
			// Nothing is rolled back while something is still being written.
			await Promise.allSettled(waiting);
		}
		await last;
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
				await tableColumns.forget();
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
		read: logFile.read,
		cursor: () => cursor,
		async append(pages) {
			let upTo = cursor;
			await inTransaction(async () => {
				await insertPages(pages, (sequence) => {
					upTo = sequence;
				});
				await writer.run(`UPDATE engine_cursor SET sequence = ${Number(upTo)}`);
			});
			cursor = upTo;
		},
		async progress(kind, keys) {
			const some = keys === undefined ? '' : ` AND key IN (SELECT unnest(from_json(CAST($2 AS VARCHAR), '["BIGINT"]')))`;
			const parameters = keys === undefined ? [kind] : [kind, JSON.stringify(keys)];
			const rows = (await writer.runAndReadAll(`SELECT key, done FROM engine_progress WHERE kind = $1${some}`, parameters)).getRows();
			return new Map(rows.map(([key, done]) => [Number(key), Number(done)]));
		},
		advance: (kind, steps) => inTransaction(() => keepProgress(kind, steps)),
		add: (table, rows, ...progress) =>
			inTransaction(async () => {
				await insertRows(table, rows);
				for (let index = 0; index < progress.length; index += 2)
					await keepProgress(progress[index] as string, progress[index + 1] as readonly ProgressStep[]);
			}),
		replace: (table, { column, values }, rows) =>
			inTransaction(async () => {
				await tableColumns.widen(table, [[column, { type: 'string' }]]);
				await writer.run(
					`DELETE FROM "${storedTable(table)}" WHERE "${column}" IN (SELECT unnest(from_json(CAST($1 AS JSON), '["VARCHAR"]')))`,
					[JSON.stringify(values)],
				);
				await insertRows(table, rows);
			}),
		close() {
			writer.closeSync();
			logFile.close();
		},
	};
}

async function readCursor(connection: DuckDBConnection): Promise<number> {
	const rows = (await connection.runAndReadAll('SELECT sequence FROM engine_cursor')).getRows();
	return Number(rows[0]?.[0] ?? 0);
}
