/** One stream of server-sent events that reopens by itself, with whoever listens to it. */
import type { LiveChange, LiveSignal } from '@runstead/contract';
import type { LiveMessage, LiveState } from './live-message.ts';

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

	constructor(url: string, open: (url: string) => EventSource = (address) => new EventSource(address)) {
		this.#url = url;
		this.#open = open;
	}

	get isIdle(): boolean {
		return this.#listeners.size === 0;
	}

	/** Opens the stream for its first listener, and tells each new one how the stream stands; what was said before one came, it may have missed. */
	listen(listener: Listener): () => void {
		this.#listeners.add(listener);
		listener({ kind: 'state', state: this.#state });
		if (this.#state.kind === 'connected') listener({ kind: 'resumed' });
		if (this.#source === null && this.#retryTimer === null) this.#connect();
		return () => {
			this.#listeners.delete(listener);
			if (this.isIdle) this.#close();
		};
	}

	#connect(): void {
		this.#retryTimer = null;
		const address = new URL(this.#url);
		if (this.#lastSequence !== null) address.searchParams.set('after', String(this.#lastSequence));
		const source = this.#open(address.href);
		this.#source = source;
		source.addEventListener('open', () => this.#opened());
		source.addEventListener('error', () => this.#failed(source));
		source.addEventListener('change', (event) => {
			const change = JSON.parse(event.data) as LiveChange;
			this.#lastSequence = change.sequence;
			this.#send({ kind: 'change', change });
		});
		source.addEventListener('signal', (event) => this.#send({ kind: 'signal', signal: JSON.parse(event.data) as LiveSignal }));
	}

	#opened(): void {
		this.#retryMs = RETRY_MS.first;
		this.#change({ kind: 'connected' });
		this.#send({ kind: 'resumed' });
	}

	#failed(source: EventSource): void {
		if (this.#state.kind !== 'lost') this.#change({ kind: 'lost', sinceMs: Date.now() });
		if (source.readyState !== 2) return;
		source.close();
		this.#source = null;
		if (this.isIdle) return;
		this.#retryTimer = setTimeout(() => this.#connect(), this.#retryMs);
		this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS.most);
	}

	#close(): void {
		if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
		this.#retryTimer = null;
		this.#source?.close();
		this.#source = null;
		this.#state = { kind: 'connecting' };
		this.#lastSequence = null;
	}

	#change(state: LiveState): void {
		this.#state = state;
		this.#send({ kind: 'state', state });
	}

	#send(message: LiveMessage): void {
		for (const listener of this.#listeners) listener(message);
	}
}
