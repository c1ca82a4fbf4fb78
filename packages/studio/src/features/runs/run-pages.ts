/**
 * The runs of one list, page by page: pages near what is on screen are held, those far away are forgotten and read again when they
 * are come back to. A list of 100,000 runs so takes no more memory than some pages, and their ids.
 */
import type { Run } from '@runstead/contract';

export interface RunPage {
	readonly runs: Run[];
	readonly nextCursor: string | null;
}

export type ReadPage = (cursor: string | null, signal: AbortSignal) => Promise<RunPage>;

export const PAGE_RUNS = 100;
/** Pages held before and after those on screen. */
const PAGES_AROUND = 3;
/** A page is asked for while so many rows are still before it. */
const ROWS_AHEAD = 60;
/** A list that was walked further than this is not read again whole by itself. */
const PAGES_READ_AGAIN_MAX = 20;

export interface PagesState {
	/** Grows with each change. */
	readonly version: number;
	/** Runs that are known to be there. */
	readonly count: number;
	readonly isEnd: boolean;
	/** Something was read at least once. */
	readonly isLoaded: boolean;
	readonly error: unknown;
	/** There are runs that the list does not show yet. */
	readonly isStale: boolean;
}

const EMPTY: PagesState = { version: 0, count: 0, isEnd: false, isLoaded: false, error: null, isStale: false };

export class RunPages {
	readonly #read: ReadPage;
	readonly #listeners = new Set<() => void>();
	#pages = new Map<number, readonly Run[]>();
	/** Where each page begins. */
	#cursors: (string | null)[] = [null];
	/** Ids of every run that was read, by place. */
	#ids: string[] = [];
	#places: Map<string, number> | null = null;
	#reading = new Map<number, Promise<void>>();
	#window = { first: 0, last: 0 };
	#abort = new AbortController();
	#state = EMPTY;
	#askedMs: number | null = null;

	constructor(read: ReadPage) {
		this.#read = read;
	}

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	readonly state = (): PagesState => this.#state;

	/** Something was read, is being read, or could not be. */
	get isBegun(): boolean {
		return this.#state.isLoaded || this.#state.error !== null || this.#reading.size > 0;
	}

	/** Resolves when the beginning that is on its way has come, or could not be had. */
	get firstRead(): Promise<void> {
		return this.#reading.get(0) ?? Promise.resolve();
	}

	/** When its beginning was last asked for; null for one that was not. */
	get askedMs(): number | null {
		return this.#askedMs;
	}

	/** Pages that are in memory. */
	get heldPages(): number {
		return this.#pages.size;
	}

	runAt(index: number): Run | null {
		return this.#pages.get(Math.floor(index / PAGE_RUNS))?.[index % PAGE_RUNS] ?? null;
	}

	/** The place of a run that was read; -1 for another. */
	placeOf(id: string): number {
		this.#places ??= new Map(this.#ids.map((one, place) => [one, place]));
		return this.#places.get(id) ?? -1;
	}

	/** Runs in memory, in order. */
	heldRuns(): Run[] {
		return [...this.#pages].toSorted(([one], [other]) => one - other).flatMap(([, runs]) => runs);
	}

	/** Reads what is needed to show these rows, and forgets what is far from them. */
	show(first: number, last: number): void {
		this.#window = { first, last };
		const firstPage = Math.floor(Math.max(0, first) / PAGE_RUNS);
		const lastPage = Math.floor((last + ROWS_AHEAD) / PAGE_RUNS);
		for (let page = firstPage; page <= lastPage; page++) {
			if (page < this.#cursors.length && !this.#pages.has(page)) void this.#readPage(page);
		}
		for (const page of this.#pages.keys()) {
			if (page < firstPage - PAGES_AROUND || page > lastPage + PAGES_AROUND) this.#pages.delete(page);
		}
	}

	/** Puts runs that were read anew where they stand. */
	replace(runs: readonly Run[]): void {
		let changed = false;
		for (const run of runs) {
			const place = this.placeOf(run.id);
			const page = Math.floor(place / PAGE_RUNS);
			const held = this.#pages.get(page);
			if (held === undefined) continue;
			this.#pages.set(page, held.with(place % PAGE_RUNS, run));
			changed = true;
		}
		if (changed) this.#change({});
	}

	/** Reads the list again, and shows it when it is there; a long one only says that it is no longer what the server has. */
	async readAgain({ isAsked = false } = {}): Promise<void> {
		const shownPages = Math.ceil(this.#ids.length / PAGE_RUNS);
		if (shownPages > PAGES_READ_AGAIN_MAX && !isAsked) return this.#change({ isStale: true });
		const pagesNeeded = isAsked ? 1 : Math.max(1, Math.floor(this.#window.last / PAGE_RUNS) + 1);
		this.#askedMs = Date.now();
		this.#abort.abort();
		this.#abort = new AbortController();
		const { signal } = this.#abort;
		this.#reading.clear();
		if (isAsked) this.#window = { first: 0, last: 0 };
		try {
			const pages = new Map<number, readonly Run[]>();
			const cursors: (string | null)[] = [null];
			const ids: string[] = [];
			for (let page = 0; page < pagesNeeded && page < cursors.length; page++) {
				const { runs, nextCursor } = await this.#read(cursors[page] ?? null, signal);
				pages.set(page, runs);
				ids.push(...runs.map(({ id }) => id));
				if (nextCursor !== null) cursors.push(nextCursor);
			}
			if (signal.aborted) return;
			this.#pages = pages;
			this.#cursors = cursors;
			this.#ids = ids;
			this.#places = null;
			this.#change({ count: ids.length, isEnd: cursors.length <= pages.size, isLoaded: true, error: null, isStale: false });
			this.show(this.#window.first, this.#window.last);
		} catch (error) {
			if (!signal.aborted) this.#change({ error });
		}
	}

	#readPage(page: number): Promise<void> {
		const known = this.#reading.get(page);
		if (known) return known;
		if (page === 0) this.#askedMs = Date.now();
		const { signal } = this.#abort;
		const reading = this.#read(this.#cursors[page] ?? null, signal)
			.then(({ runs, nextCursor }) => {
				if (signal.aborted) return;
				this.#take(page, runs, nextCursor);
			})
			.catch((error: unknown) => {
				if (!signal.aborted) this.#change({ error });
			})
			.finally(() => {
				if (this.#reading.get(page) === reading) this.#reading.delete(page);
			});
		this.#reading.set(page, reading);
		return reading;
	}

	#take(page: number, runs: readonly Run[], nextCursor: string | null): void {
		this.#pages.set(page, runs);
		runs.forEach((run, place) => {
			this.#ids[page * PAGE_RUNS + place] = run.id;
		});
		this.#places = null;
		if (nextCursor !== null && this.#cursors.length === page + 1) this.#cursors.push(nextCursor);
		const isEnd = this.#state.isEnd || nextCursor === null;
		this.#change({ count: this.#ids.length, isEnd, isLoaded: true, error: null });
		this.show(this.#window.first, this.#window.last);
	}

	#change(change: Partial<PagesState>): void {
		this.#state = { ...this.#state, ...change, version: this.#state.version + 1 };
		for (const listener of this.#listeners) listener();
	}
}
