/** The worker thread of a connection: answers each question with its rows. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Row, SqlValue } from './sql-value.ts';
import { openConnection, statementRunner } from './sqlite-connection.ts';

export interface Question {
	readonly id: number;
	readonly sql: string;
	readonly parameters: readonly SqlValue[];
}

export type Answer = { readonly id: number; readonly rows: Row[] } | { readonly id: number; readonly error: string };

/** The connection that a worker has. */
export interface WorkerConnection {
	readonly file: string;
	/** It only reads, and much. */
	readonly reads: boolean;
}

/** Long reads look at much: half the time of a search is copying pages. Mapped ones are given back when the worker ends. */
const MAPPED_BYTES_MAX = 1024 ** 3;

const { file, reads } = workerData as WorkerConnection;
const connection = openConnection(file, { readOnly: reads });
if (reads) connection.exec(`pragma mmap_size = ${MAPPED_BYTES_MAX}`);
const run = statementRunner(connection);

parentPort?.on('message', ({ id, sql, parameters }: Question) => {
	try {
		parentPort?.postMessage({ id, rows: run(sql, parameters) } satisfies Answer);
	} catch (error) {
		parentPort?.postMessage({ id, error: (error as Error).message } satisfies Answer);
	}
});
