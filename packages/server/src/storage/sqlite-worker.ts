/** A connection of SQLite in a worker thread of its own. Started on first need, ended when idle: it weighs some megabytes. */
import { Worker } from 'node:worker_threads';
import type { Row, SqlValue } from './sql-value.ts';
import type { Answer, Question, WorkerConnection } from './sqlite-worker-thread.ts';

/** A worker that nobody has asked anything for so long ends. */
const IDLE_MS = 60_000;

interface Waiting {
	readonly resolve: (rows: Row[]) => void;
	readonly reject: (error: Error) => void;
}

export class SqliteWorker {
	readonly #connection: WorkerConnection;
	readonly #waiting = new Map<number, Waiting>();
	#worker: Worker | null = null;
	#idle: NodeJS.Timeout | null = null;
	#lastId = 0;
	#isClosed = false;

	constructor(connection: WorkerConnection) {
		this.#connection = connection;
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

	/** For good: nothing is asked any more. */
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
		const worker = new Worker(new URL('./sqlite-worker-thread.ts', import.meta.url), { workerData: this.#connection });
		worker.unref();
		worker.on('message', (answer: Answer) => this.#answered(answer));
		const end = (error: Error): void => {
			if (this.#worker === worker) this.#worker = null;
			for (const waiting of this.#waiting.values()) waiting.reject(error);
			this.#waiting.clear();
		};
		worker.on('error', end);
		worker.on('exit', () => end(new Error('The worker of the database has ended.')));
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
