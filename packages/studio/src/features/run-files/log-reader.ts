/** What reads one log, outside React: one reading at a time, what is wanted last first, and the end for as long as it is looked at. */
import { LogWindow } from './log-window.ts';

/** Bytes of one reading. */
const CHUNK_BYTES = 1024 * 1024;
/** What is read before a place that is gone to. */
const BEFORE_BYTES = CHUNK_BYTES / 4;
const NEWLINE = 0x0a;

type Wanted = 'open-end' | 'open-start' | 'earlier' | 'later' | { readonly at: number };

/** Gives the bytes from an offset up to, but not including, another. */
export type ReadRange = (from: number, to: number, signal: AbortSignal) => Promise<Uint8Array>;

export class LogReader {
	window = new LogWindow(0);
	/** Grows with each change of the window. */
	version = 0;
	/** Lines that came before the first ones by the last reading. */
	prepended = 0;
	/** The last reading opened the file at its start. */
	isOpenedAtStart = false;
	/** A byte that was gone to, and is still to be shown; see `reached`. */
	target: number | null = null;
	error: unknown = null;
	sizeBytes: number;
	readonly #readRange: ReadRange;
	readonly #changed: () => void;
	#stop = new AbortController();
	#wanted: Wanted | null = null;
	#isReading = false;
	/** The window reached the end of the file, so it follows it. */
	#isAtEnd = true;

	constructor(sizeBytes: number, readRange: ReadRange, changed: () => void) {
		this.sizeBytes = sizeBytes;
		this.#readRange = readRange;
		this.#changed = changed;
	}

	start(): void {
		this.#stop = new AbortController();
		this.#isReading = false;
		this.want('open-end');
	}

	stop(): void {
		this.#stop.abort();
	}

	/** The file has grown. A window at its end follows; another stays where it is. */
	grow(sizeBytes: number): void {
		if (sizeBytes <= this.sizeBytes) return;
		this.sizeBytes = sizeBytes;
		if (this.#isAtEnd && this.#wanted === null) this.want('later');
		else this.#changed();
	}

	/** Goes to the line that begins at a byte, which is read first where it is not held. */
	goTo(offset: number): void {
		if (this.window.indexAt(offset) === null) {
			this.want({ at: offset });
			return;
		}
		this.target = offset;
		this.#changed();
	}

	/** The target is on screen. */
	reached(): void {
		this.target = null;
	}

	want(what: Wanted): void {
		// What scrolling asks for does not come before a place that is gone to.
		if (typeof this.#wanted === 'object' && this.#wanted !== null && (what === 'earlier' || what === 'later')) return;
		this.#wanted = what;
		if (!this.#isReading) void this.#readWanted(this.#stop.signal);
	}

	async #readWanted(signal: AbortSignal): Promise<void> {
		this.#isReading = true;
		try {
			while (this.#wanted !== null) {
				const what = this.#wanted;
				this.#wanted = null;
				this.prepended = 0;
				await this.#read(what, signal);
				this.isOpenedAtStart = what === 'open-start';
				if (typeof what === 'object') this.target = what.at;
				if (signal.aborted) return;
				this.error = null;
				this.version += 1;
				this.#changed();
			}
		} catch (error) {
			if (signal.aborted) return;
			this.error = error;
			this.#changed();
		} finally {
			if (!signal.aborted) this.#isReading = false;
		}
	}

	async #read(what: Wanted, signal: AbortSignal): Promise<void> {
		if (what === 'open-end') return this.#openEnd(signal);
		if (typeof what === 'object') {
			await this.#openAt(what.at, signal);
		} else if (what === 'open-start') {
			const bytes = await this.#readRange(0, Math.min(CHUNK_BYTES, this.sizeBytes), signal);
			this.window = new LogWindow(0);
			this.window.append(bytes);
		} else {
			if (what === 'earlier') await this.#prepend(Math.max(0, this.window.start - CHUNK_BYTES), signal);
			else await this.#append(Math.min(this.window.end + CHUNK_BYTES, this.sizeBytes), signal);
		}
		const wasAtEnd = this.#isAtEnd && what === 'later';
		this.#isAtEnd = wasAtEnd || this.window.end >= this.sizeBytes;
		if (this.#isAtEnd && this.window.end < this.sizeBytes) this.#wanted ??= 'later';
	}

	async #openEnd(signal: AbortSignal): Promise<void> {
		await this.#open(Math.max(0, this.sizeBytes - CHUNK_BYTES), this.sizeBytes, signal);
		this.#isAtEnd = true;
		if (this.window.end < this.sizeBytes) this.#wanted ??= 'later';
	}

	/** The byte is the first one of a line; some lines before it are read too. */
	async #openAt(at: number, signal: AbortSignal): Promise<void> {
		const from = Math.max(0, at - BEFORE_BYTES);
		await this.#open(from, Math.min(from + CHUNK_BYTES, this.sizeBytes), signal);
	}

	async #open(from: number, to: number, signal: AbortSignal): Promise<void> {
		const bytes = await this.#readRange(from, to, signal);
		// What stands before the first line end belongs to an earlier line.
		const skipped = from === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
		this.window = new LogWindow(from + skipped);
		this.window.append(bytes.subarray(skipped));
	}

	async #prepend(from: number, signal: AbortSignal): Promise<void> {
		if (this.window.start > 0) this.prepended = this.window.prepend(await this.#readRange(from, this.window.start, signal));
	}

	async #append(to: number, signal: AbortSignal): Promise<void> {
		if (to > this.window.end) this.window.append(await this.#readRange(this.window.end, to, signal));
	}
}
