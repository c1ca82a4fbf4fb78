/** Search in a file of any size: read here, searched in a worker thread that is ended when a pattern takes too long or nobody waits. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type FileSearchMessage, RunsteadError } from '@runstead/contract';
import { type LineQuery, matcherOf } from './line-scanner.ts';
import type { SearchPart, SearchProgress, SearchTask } from './line-search-worker.ts';

/** Bytes that are searched in one step. */
const PART_BYTES = 1024 * 1024;
/** A part takes a few milliseconds; a pattern that goes back over a line again and again takes for ever. */
const PART_MS_MAX = 2_000;
/** Searches at once; others wait. Each holds a core while it goes on. */
const SEARCHES_MAX = 2;

export interface FileSearch {
	readonly query: LineQuery;
	/** Byte at which the first line begins. */
	readonly from: number;
	readonly limit: number;
	readonly bytes: AsyncIterable<Uint8Array>;
	/** Aborted when nobody waits any more. */
	readonly gone: AbortSignal;
}

export interface LineSearches {
	/** @throws {RunsteadError} invalid-pattern, before anything is read. */
	search(search: FileSearch): AsyncGenerator<FileSearchMessage>;
}

export function createLineSearches(partMsMax = PART_MS_MAX): LineSearches {
	let running = 0;
	const waiting: (() => void)[] = [];
	const enter = async (): Promise<void> => {
		if (running >= SEARCHES_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
		else running += 1;
	};
	const leave = (): void => {
		const next = waiting.shift();
		if (next) next();
		else running -= 1;
	};

	async function* run({ query, from, limit, bytes, gone }: FileSearch): AsyncGenerator<FileSearchMessage> {
		await enter();
		let worker: SearchWorker | null = null;
		try {
			if (gone.aborted) return;
			worker = await startWorker({ query, from }, partMsMax, gone);
			let found = 0;
			let reached = { searchedBytes: 0, lines: 0 };
			for await (const part of parts(bytes)) {
				const progress = await worker.ask(part);
				if (progress === null) return void (yield { ...reached, ended: 'time' });
				for (const hit of progress.hits.slice(0, limit - found)) yield hit;
				found += progress.hits.length;
				reached = { searchedBytes: progress.searchedTo - from, lines: progress.lines };
				if (found >= limit) return void (yield { ...reached, ended: 'limit' });
				yield { ...reached, ended: part === null ? 'whole' : null };
			}
		} finally {
			await worker?.end();
			leave();
		}
	}

	return {
		search(search) {
			try {
				matcherOf(search.query);
			} catch (error) {
				const reason = (error as Error).message.replace(/^Invalid regular expression: /, '').replace(/\.$/, '');
				throw new RunsteadError('invalid-pattern', { given: JSON.stringify(search.query.pattern), reason });
			}
			return run(search);
		},
	};
}

interface SearchWorker {
	/** Null when it took too long, or nobody waits any more: the worker is of no use then. */
	ask(part: SearchPart): Promise<SearchProgress | null>;
	end(): Promise<unknown>;
}

async function startWorker(task: SearchTask, partMsMax: number, gone: AbortSignal): Promise<SearchWorker> {
	const worker = new Worker(new URL('./line-search-worker.ts', import.meta.url), { workerData: task });
	worker.unref();
	// It says when it is ready: its start is not counted as the time of a pattern.
	await once(worker, 'message', { signal: gone });
	return {
		async ask(part) {
			const late = AbortSignal.any([gone, AbortSignal.timeout(partMsMax)]);
			const answer = once(worker, 'message', { signal: late });
			worker.postMessage(part, part === null ? [] : [part.buffer as ArrayBuffer]);
			try {
				const [progress] = (await answer) as [SearchProgress];
				return progress;
			} catch (error) {
				if (late.aborted) return null;
				throw error;
			}
		},
		end: () => worker.terminate(),
	};
}

/** Bytes in parts of at least so many, each in memory of its own that can be handed on, then null. */
async function* parts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SearchPart> {
	let held: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of bytes) {
		held.push(chunk);
		size += chunk.length;
		if (size < PART_BYTES) continue;
		yield joined(held, size);
		held = [];
		size = 0;
	}
	if (size > 0) yield joined(held, size);
	yield null;
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
	const whole = new Uint8Array(size);
	let at = 0;
	for (const chunk of chunks) {
		whole.set(chunk, at);
		at += chunk.length;
	}
	return whole;
}
