/** The one DuckDB file of the log tables, owned by this process alone: opened, shut off from all else, and made again where another version laid it out. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { MACRO_STATEMENTS } from './kql/macros.ts';
import { registerScripted } from './kql/scripted/catalogue.ts';
import { quoteText } from './kql/values.ts';
import { makeTables } from './table-columns.ts';

/** Grows with the layout of the tables: an older file is made again from the outbox. */
const LAYOUT = 7;
const MEMORY_LIMIT = '72MB';
/** What queries work in. Rows are written in one: where another thread takes a part of so little work, the first turns in circles until it has done it. */
const QUERY_THREADS = 2;
/** The log that it writes ahead is brought into the file when it is so large: the default, 16 MB, would write parts of the same blocks again and again. */
const CHECKPOINT_AT = '128MB';
/**
 * Rows are compressed when so many of a table have come, and are kept as they are until then: of the default, 122,880, those of some
 * tables would need more memory than there is, and be written to the disk, and read again, twice.
 */
const ROWS_PER_GROUP = 8_192;

export interface LogFile {
	readonly connect: () => Promise<DuckDBConnection>;
	/** Work in one thread from now on, unless something is being read, until something is. */
	writeAlone(): Promise<void>;
	/** Works in all threads with a connection that is closed afterwards. */
	read<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result>;
	close(): void;
}

/** Queries reach nothing but its tables: files, network, extensions and settings are locked. */
export async function openLogFile(file: string): Promise<LogFile> {
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	const instance = await DuckDBInstance.create(':memory:', {
		memory_limit: MEMORY_LIMIT,
		threads: String(QUERY_THREADS),
		write_buffer_row_group_count: '1',
		checkpoint_threshold: CHECKPOINT_AT,
		autoinstall_known_extensions: 'false',
		autoload_known_extensions: 'false',
		temp_directory: `${file}.tmp`,
	});
	const connect = async (): Promise<DuckDBConnection> => {
		const connection = await instance.connect();
		await connection.run('USE logs');
		return connection;
	};
	const first = await instance.connect();
	const attach = async (): Promise<void> => {
		await first.run(`ATTACH ${quoteText(file)} AS logs (ROW_GROUP_SIZE ${ROWS_PER_GROUP}, STORAGE_VERSION 'latest')`);
		await first.run('USE logs');
	};
	await attach();
	if ((await layoutOf(first)) !== LAYOUT) {
		await first.run('USE memory');
		await first.run('DETACH logs');
		for (const made of [file, `${file}.wal`]) rmSync(made, { force: true });
		await attach();
		await layOut(first);
	}
	registerScripted(first);
	for (const statement of MACRO_STATEMENTS) await first.run(statement);
	await first.run("SET GLOBAL TimeZone = 'UTC'");
	await first.run('SET enable_external_access = false');
	await first.run("SET allowed_configs = ['threads']");
	await first.run('SET lock_configuration = true');
	let threads = QUERY_THREADS;
	let reading = 0;
	let turn: Promise<void> = Promise.resolve();
	/** One change after another; one that fails is no reason for the next to. */
	const workIn = (count: number): Promise<void> => {
		const mine = turn.then(async () => {
			if (threads === count) return;
			await first.run(`SET threads = ${count}`);
			threads = count;
		});
		turn = mine.catch(() => undefined);
		return mine;
	};
	return {
		connect,
		writeAlone: async () => (reading === 0 ? workIn(1) : undefined),
		async read(work) {
			reading++;
			try {
				await workIn(QUERY_THREADS);
				const connection = await connect();
				try {
					return await work(connection);
				} finally {
					connection.closeSync();
				}
			} finally {
				reading--;
			}
		},
		close() {
			first.closeSync();
			instance.closeSync();
		},
	};
}

/** Zero: there are no tables. */
async function layoutOf(connection: DuckDBConnection): Promise<number> {
	await connection.run('CREATE TABLE IF NOT EXISTS engine_layout (version INTEGER)');
	const [row] = (await connection.runAndReadAll('SELECT max(version) FROM engine_layout')).getRows();
	return Number(row?.[0] ?? 0);
}

async function layOut(connection: DuckDBConnection): Promise<void> {
	await makeTables(connection);
	await connection.run('CREATE TABLE engine_cursor (sequence BIGINT)');
	await connection.run('INSERT INTO engine_cursor VALUES (0)');
	await connection.run('CREATE TABLE engine_progress (kind VARCHAR, key BIGINT, done BIGINT, PRIMARY KEY (kind, key))');
	await connection.run(`CREATE TABLE engine_layout AS SELECT ${LAYOUT} AS version`);
}
