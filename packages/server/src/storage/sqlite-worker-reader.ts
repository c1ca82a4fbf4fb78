/** Long reads of SQLite in a worker thread, started on first need, so that a search never holds up an answer. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { CompiledQuery, type DatabaseConnection, type Driver, Kysely, type QueryResult, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { openConnection, statementRunner } from './sqlite.ts';
import type { Tables } from './tables.ts';
import type { Row, SqlValue } from './unit-of-work.ts';

interface Question {
	readonly id: number;
	readonly sql: string;
	readonly parameters: readonly SqlValue[];
}

type Answer = { readonly id: number; readonly rows: Row[] } | { readonly id: number; readonly error: string };

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
	#lastId = 0;

	constructor(file: string) {
		this.#file = file;
	}

	ask(sql: string, parameters: readonly SqlValue[]): Promise<Row[]> {
		const worker = (this.#worker ??= this.#start());
		const id = ++this.#lastId;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
			worker.postMessage({ id, sql, parameters } satisfies Question);
		});
	}

	async close(): Promise<void> {
		await this.#worker?.terminate();
	}

	#start(): Worker {
		const worker = new Worker(new URL(import.meta.url), { workerData: { file: this.#file }, resourceLimits: { maxOldGenerationSizeMb: 512 } });
		worker.unref();
		worker.on('message', (answer: Answer) => {
			const waiting = this.#waiting.get(answer.id);
			this.#waiting.delete(answer.id);
			if ('error' in answer) waiting?.reject(new Error(answer.error));
			else waiting?.resolve(answer.rows);
		});
		const end = (error: Error): void => {
			this.#worker = null;
			for (const waiting of this.#waiting.values()) waiting.reject(error);
			this.#waiting.clear();
		};
		worker.on('error', end);
		worker.on('exit', () => end(new Error('The reading worker has ended.')));
		return worker;
	}
}

function serveQuestions(): void {
	const run = statementRunner(openConnection((workerData as { file: string }).file, { readOnly: true }));
	parentPort?.on('message', ({ id, sql, parameters }: Question) => {
		try {
			parentPort?.postMessage({ id, rows: run(sql, parameters) } satisfies Answer);
		} catch (error) {
			parentPort?.postMessage({ id, error: (error as Error).message } satisfies Answer);
		}
	});
}

if (!isMainThread && (workerData as { file?: string } | null)?.file) serveQuestions();
