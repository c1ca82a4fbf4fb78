/** The worker thread that searches: it may be ended in the middle of a pattern that never comes to an end. */
import { parentPort, workerData } from 'node:worker_threads';
import { type LineHit, type LineQuery, LineScanner } from './line-scanner.ts';

export interface SearchTask {
	readonly query: LineQuery;
	/** Byte at which the search begins. */
	readonly from: number;
}

/** Bytes that follow; null: there are no more. */
export type SearchPart = Uint8Array | null;

export interface SearchProgress {
	readonly hits: readonly LineHit[];
	readonly searchedTo: number;
	readonly lines: number;
}

const { query, from } = workerData as SearchTask;
const scanner = new LineScanner(query, from);

parentPort?.on('message', (part: SearchPart) => {
	const hits = part === null ? scanner.finish() : scanner.feed(part);
	parentPort?.postMessage({ hits, searchedTo: scanner.searchedTo, lines: scanner.lines } satisfies SearchProgress);
});
parentPort?.postMessage('ready');
