/** One search in a file that may grow, outside React: hits as the server finds them, then those in what was added. */
import type { FileSearchMessage, LogLevel } from '@runstead/contract';

export type SearchHit = Extract<FileSearchMessage, { readonly offset: number }>;

export interface SearchQuery {
	readonly pattern: string;
	readonly isRegex: boolean;
	readonly level: LogLevel | null;
}

/** More hits are not read: nobody steps through them. */
export const HITS_MAX = 10_000;

/** Asks for the lines from a byte on. */
export type ReadMessages = (from: number, limit: number, signal: AbortSignal) => AsyncIterable<FileSearchMessage>;

export class FileSearch {
	hits: readonly SearchHit[] = [];
	searchedBytes = 0;
	isSearching = false;
	/** Why it knows no more: as many as it may, or a pattern that takes too long. */
	ended: 'whole' | 'limit' | 'time' | null = null;
	error: unknown = null;
	readonly #read: ReadMessages;
	readonly #changed: () => void;
	readonly #stop = new AbortController();
	#sizeBytes = 0;
	/** Where the last line began that had no end: a line that grows is searched again. */
	#resumeAt = 0;
	#resumeLines = 0;

	constructor(read: ReadMessages, changed: () => void) {
		this.#read = read;
		this.#changed = changed;
	}

	stop(): void {
		this.#stop.abort();
	}

	/** Searches up to a size that the file is known to have; more of it is searched when it is known to be larger. */
	grow(sizeBytes: number): void {
		const isFirst = this.ended === null && !this.isSearching && this.error === null;
		if (!isFirst && sizeBytes <= this.#sizeBytes) return;
		this.#sizeBytes = sizeBytes;
		if (isFirst || this.ended === 'whole') void this.#search();
	}

	async #search(): Promise<void> {
		const wanted = this.#sizeBytes;
		const [from, lines] = [this.#resumeAt, this.#resumeLines];
		const kept = this.hits.filter((hit) => hit.offset < from);
		const found: SearchHit[] = [];
		this.isSearching = true;
		try {
			for await (const message of this.#read(from, HITS_MAX - kept.length, this.#stop.signal)) {
				if ('offset' in message) {
					found.push({ ...message, line: message.line + lines });
					continue;
				}
				this.searchedBytes = from + message.searchedBytes;
				this.ended = message.ended;
				this.hits = [...kept, ...found];
				if (message.ended === null) {
					this.#resumeAt = from + message.searchedBytes;
					this.#resumeLines = lines + message.lines;
				}
				this.#changed();
			}
		} catch (error) {
			if (this.#stop.signal.aborted) return;
			this.error = error;
		}
		this.isSearching = false;
		this.#changed();
		if (this.ended === 'whole' && this.#sizeBytes > wanted) void this.#search();
	}
}
