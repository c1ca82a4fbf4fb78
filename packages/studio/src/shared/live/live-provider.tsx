/** The live stream of the workspace on screen: how it stands, and what it says, for every component below. */
import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useMemo, useSyncExternalStore } from 'react';
import { LiveMemory } from './live-memory.ts';
import type { LiveMessage, LiveState } from './live-message.ts';
import { openLive } from './open-live.ts';

type LiveEvent = Exclude<LiveMessage, { kind: 'state' }>;
type Listener = (event: LiveEvent) => void;

/** Holds the state and hands each event to its listeners. */
class LiveHub {
	state: LiveState = { kind: 'connecting' };
	readonly #listeners = new Set<Listener>();
	readonly #stateListeners = new Set<() => void>();
	readonly #memory = new LiveMemory();

	readonly subscribeState = (listener: () => void): (() => void) => {
		this.#stateListeners.add(listener);
		return () => this.#stateListeners.delete(listener);
	};

	/** First of all, what was said since a time, as far as it is remembered. */
	subscribe(listener: Listener, sinceMs: number): () => void {
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

const LiveContext = createContext<LiveHub | null>(null);

export function LiveProvider({ url, children }: { readonly url: string; readonly children: ReactNode }) {
	// biome-ignore lint/correctness/useExhaustiveDependencies: another stream is another hub, so that nothing of the last one is shown
	const hub = useMemo(() => new LiveHub(), [url]);
	useEffect(() => openLive(url, (message) => hub.receive(message)), [url, hub]);
	return <LiveContext value={hub}>{children}</LiveContext>;
}

function useHub(): LiveHub {
	const hub = useContext(LiveContext);
	if (hub === null) throw new Error('useLive… is used outside LiveProvider');
	return hub;
}

export function useLiveState(): LiveState {
	const hub = useHub();
	return useSyncExternalStore(hub.subscribeState, () => hub.state);
}

/**
 * Calls `listener` with what the stream says for as long as the component is on screen; first with what it said while what the component
 * shows may have been read already: by the page's loader, by whoever showed it before, or while the component itself was on its way.
 */
export function useLiveEvents(listener: Listener): void {
	useLiveEventsSince(() => 0, listener);
}

/** The same for what is told once: with nothing of before. */
export function useLiveEventsFromNow(listener: Listener): void {
	useLiveEventsSince(Date.now, listener);
}

/** The same for a component that knows when what it shows was asked for. */
export function useLiveEventsSince(sinceMs: () => number, listener: Listener): void {
	const hub = useHub();
	const latest = useEffectEvent(listener);
	const begin = useEffectEvent(sinceMs);
	useEffect(() => hub.subscribe((event) => latest(event), begin()), [hub]);
}
