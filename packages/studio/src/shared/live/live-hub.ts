/** The live stream between the connection and those who listen: it holds the state, and hands each event on. */
import { LiveMemory } from './live-memory.ts';
import type { LiveMessage, LiveState } from './live-message.ts';

type LiveEvent = Exclude<LiveMessage, { kind: 'state' }>;
export type LiveListener = (event: LiveEvent) => void;

export class LiveHub {
	state: LiveState = { kind: 'connecting' };
	readonly #listeners = new Set<LiveListener>();
	readonly #stateListeners = new Set<() => void>();
	readonly #memory = new LiveMemory();

	readonly subscribeState = (listener: () => void): (() => void) => {
		this.#stateListeners.add(listener);
		return () => this.#stateListeners.delete(listener);
	};

	/** First of all, what was said since a time, as far as it is remembered. */
	subscribe(listener: LiveListener, sinceMs: number): () => void {
		this.#listeners.add(listener);
		for (const news of this.#memory.since(sinceMs) ?? this.#memory.all()) listener(news);
		return () => this.#listeners.delete(listener);
	}

	receive(message: LiveMessage): void {
		if (message.kind === 'change' || message.kind === 'signal') this.#memory.add(message);
		if (message.kind !== 'state') {
			for (const listener of this.#listeners) listener(message);
			return;
		}
		this.state = message.state;
		for (const listener of this.#stateListeners) listener();
	}
}
