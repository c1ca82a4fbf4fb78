/** One stream of server-sent events that reopens by itself, with whoever listens to it. */
import type { LiveChange, LiveSignal } from '@runstead/contract';
import { LiveMemory, type LiveNews } from './live-memory.ts';
import type { LiveMessage, LiveState } from './live-message.ts';
import type { LiveStart } from './live-start.ts';

type Listener = (message: LiveMessage) => void;

/** The browser reconnects by itself unless the server answered with an error; then we wait this long, doubling up to the most. */
const RETRY_MS = { first: 500, most: 15_000 };

export class LiveConnection {
	readonly #url: string;
	readonly #open: (url: string) => EventSource;
	readonly #listeners = new Set<Listener>();
	#source: EventSource | null = null;
	#retryTimer: ReturnType<typeof setTimeout> | null = null;
	#retryMs = RETRY_MS.first;
	#state: LiveState = { kind: 'connecting' };
	#lastSequence: number | null = null;
	readonly #memory = new LiveMemory();
	/** Where the server is asked to begin; null once the stream was lost: what was said meanwhile is not asked for. */
	#mark: string | null = null;
	/** All that was said since then was heard, or will be: of a stream that is opened with a mark, or stands. */
	#wholeSinceMs: number | null = null;

	constructor(url: string, open: (url: string) => EventSource = (address) => new EventSource(address)) {
		this.#url = url;
		this.#open = open;
	}

	get isIdle(): boolean {
		return this.#listeners.size === 0;
	}

	/** Opens the stream for its first listener, and tells each new one how the stream stands, and what was said since `start`. */
	listen(listener: Listener, start: LiveStart | null = null): () => void {
		this.#listeners.add(listener);
		listener({ kind: 'state', state: this.#state });
		if (this.#source === null && this.#retryTimer === null) this.#connect(start);
		else this.#tellWhatWasSaid(listener, start);
		return () => {
			this.#listeners.delete(listener);
			if (this.isIdle) this.#close();
		};
	}

	#tellWhatWasSaid(listener: Listener, start: LiveStart | null): void {
		const isWhole = start !== null && this.#wholeSinceMs !== null && start.sinceMs >= this.#wholeSinceMs;
		const said = isWhole ? this.#memory.since(start.sinceMs) : null;
		if (said !== null) for (const news of said) listener(news);
		else if (this.#state.kind === 'connected') listener({ kind: 'resumed' });
		// All are told to read again when it stands.
		else this.#mark = null;
	}

	#connect(start: LiveStart | null): void {
		this.#retryTimer = null;
		this.#mark = start?.mark ?? null;
		this.#wholeSinceMs = start?.markedMs ?? null;
		const address = new URL(this.#url);
		if (start !== null) address.searchParams.set('from', start.mark);
		if (this.#lastSequence !== null) address.searchParams.set('after', String(this.#lastSequence));
		const source = this.#open(address.href);
		this.#source = source;
		source.addEventListener('open', () => this.#opened());
		source.addEventListener('gap', () => this.#resumed());
		source.addEventListener('error', () => this.#failed(source));
		source.addEventListener('change', (event) => {
			const change = JSON.parse(event.data) as LiveChange;
			this.#lastSequence = change.sequence;
			this.#hear({ kind: 'change', change });
		});
		source.addEventListener('signal', (event) => this.#hear({ kind: 'signal', signal: JSON.parse(event.data) as LiveSignal }));
	}

	#opened(): void {
		this.#retryMs = RETRY_MS.first;
		this.#change({ kind: 'connected' });
		if (this.#mark === null) this.#resumed();
	}

	/** From here on nothing is missed; what was said before may have been. */
	#resumed(): void {
		this.#memory.clear();
		this.#wholeSinceMs = Date.now();
		this.#send({ kind: 'resumed' });
	}

	#failed(source: EventSource): void {
		this.#mark = null;
		this.#wholeSinceMs = null;
		if (this.#state.kind !== 'lost') this.#change({ kind: 'lost', sinceMs: Date.now() });
		if (source.readyState !== 2) return;
		source.close();
		this.#source = null;
		if (this.isIdle) return;
		this.#retryTimer = setTimeout(() => this.#connect(null), this.#retryMs);
		this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS.most);
	}

	#close(): void {
		if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
		this.#retryTimer = null;
		this.#source?.close();
		this.#source = null;
		this.#state = { kind: 'connecting' };
		this.#lastSequence = null;
		this.#mark = null;
		this.#wholeSinceMs = null;
		this.#memory.clear();
	}

	#change(state: LiveState): void {
		this.#state = state;
		this.#send({ kind: 'state', state });
	}

	#hear(news: LiveNews): void {
		this.#memory.add(news);
		this.#send(news);
	}

	#send(message: LiveMessage): void {
		for (const listener of this.#listeners) listener(message);
	}
}
