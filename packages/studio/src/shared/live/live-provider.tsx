/** The live stream of the workspace on screen: how it stands, and what it says, for every component below. */
import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useMemo, useSyncExternalStore } from 'react';
import { LiveHub, type LiveListener } from './live-hub.ts';
import type { LiveState } from './live-message.ts';
import { openLive } from './open-live.ts';

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

/** The same for what may be drawn outside of a workspace, where there is no stream. */
export function useLiveStateOrNull(): LiveState | null {
	const hub = useContext(LiveContext);
	return useSyncExternalStore(hub?.subscribeState ?? neverChanges, () => hub?.state ?? null);
}

const neverChanges = () => () => undefined;

/**
 * Calls `listener` with what the stream says for as long as the component is on screen; first with what it said while what the component
 * shows may have been read already: by the page's loader, by whoever showed it before, or while the component itself was on its way.
 */
export function useLiveEvents(listener: LiveListener): void {
	useLiveEventsSince(() => 0, listener);
}

/** The same for what is told once: with nothing of before. */
export function useLiveEventsFromNow(listener: LiveListener): void {
	useLiveEventsSince(Date.now, listener);
}

/** The same for a component that knows when what it shows was asked for. */
export function useLiveEventsSince(sinceMs: () => number, listener: LiveListener): void {
	const hub = useHub();
	const latest = useEffectEvent(listener);
	const begin = useEffectEvent(sinceMs);
	useEffect(() => hub.subscribe((event) => latest(event), begin()), [hub]);
}
