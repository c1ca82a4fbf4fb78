/** Long reads of SQLite in a worker thread, so that a search never holds up an answer. Started on first need, ended when idle: it weighs some megabytes. */
import { Worker } from 'node:worker_threads';
import {
	type CompiledQuery,
	type DatabaseConnection,
	type Driver,
	Kysely,
	type QueryResult,
	SqliteAdapter,
	SqliteIntrospector,
	SqliteQueryCompiler,
} from 'kysely';
import type { Row, SqlValue } from './sql-value.ts';
import type { Answer, Question } from './sqlite-reading-worker.ts';
import type { Tables } from './tables.ts';

/** A worker that nobody has asked anything for so long ends. */
const IDLE_MS = 60_000;

interface Waiting {
	readonly resolve: (rows: Row[]) => void;
	readonly reject: (error: Error) => void;
}

export function workerReader(file: string): { kysely: Kysely<Tables>; close(): Promise<void> } {
	const reader = new WorkerReader(file);
	const connection: DatabaseConnection = {
		async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
			return { rows: (await reader.ask(query.sql, query.parameters as SqlValue[])) as R[] };
		},
		async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
			yield await this.executeQuery<R>(query);
		},
	};
	const refuse = async (): Promise<never> => {
		throw new Error('The reading worker has no transactions.');
	};
	const driver: Driver = {
		init: async () => undefined,
		acquireConnection: async () => connection,
		beginTransaction: refuse,
		commitTransaction: refuse,
		rollbackTransaction: refuse,
		releaseConnection: async () => undefined,
		destroy: async () => undefined,
	};
	const kysely = new Kysely<Tables>({
		dialect: {
			createAdapter: () => new SqliteAdapter(),
			createDriver: () => driver,
			createIntrospector: (db) => new SqliteIntrospector(db),
			createQueryCompiler: () => new SqliteQueryCompiler(),
		},
	});
	return { kysely, close: () => reader.close() };
}

class WorkerReader {
	readonly #file: string;
	readonly #waiting = new Map<number, Waiting>();
	#worker: Worker | null = null;
	#idle: NodeJS.Timeout | null = null;
	#lastId = 0;
	#isClosed = false;

	constructor(file: string) {
		this.#file = file;
	}

	async ask(sql: string, parameters: readonly SqlValue[]): Promise<Row[]> {
		// A worker that is started while the process ends keeps it from ending.
		if (this.#isClosed) throw new Error('The database is closed.');
		this.#worker ??= this.#start();
		const worker = this.#worker;
		const id = ++this.#lastId;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
			worker.postMessage({ id, sql, parameters } satisfies Question);
		});
	}

	/** For good: nothing is read any more. */
	async close(): Promise<void> {
		this.#isClosed = true;
		await this.#end();
	}

	async #end(): Promise<void> {
		const worker = this.#worker;
		this.#worker = null;
		if (this.#idle) clearTimeout(this.#idle);
		await worker?.terminate();
	}

	#start(): Worker {
		const worker = new Worker(new URL('./sqlite-reading-worker.ts', import.meta.url), { workerData: { file: this.#file } });
		worker.unref();
		worker.on('message', (answer: Answer) => this.#answered(answer));
		const end = (error: Error): void => {
			if (this.#worker === worker) this.#worker = null;
			for (const waiting of this.#waiting.values()) waiting.reject(error);
			this.#waiting.clear();
		};
		worker.on('error', end);
		worker.on('exit', () => end(new Error('The reading worker has ended.')));
		return worker;
	}

	#answered(answer: Answer): void {
		const waiting = this.#waiting.get(answer.id);
		this.#waiting.delete(answer.id);
		if ('error' in answer) waiting?.reject(new Error(answer.error));
		else waiting?.resolve(answer.rows);
		if (this.#waiting.size > 0) return;
		if (this.#idle) this.#idle.refresh();
		else this.#idle = setTimeout(() => void this.#endIfIdle(), IDLE_MS).unref();
	}

	async #endIfIdle(): Promise<void> {
		this.#idle = null;
		if (this.#waiting.size === 0) await this.#end();
	}
}
