/** One clock for the whole page: everything that ticks shows the same second. */
import { useSyncExternalStore } from 'react';

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let nowMs = Date.now();

function subscribe(listener: () => void): () => void {
	listeners.add(listener);
	timer ??= setInterval(() => {
		nowMs = Date.now();
		for (const one of listeners) one();
	}, TICK_MS);
	return () => {
		listeners.delete(listener);
		if (listeners.size > 0 || timer === null) return;
		clearInterval(timer);
		timer = null;
	};
}

/** While nothing ticks the value moves at most once a second, so that a snapshot read twice in one rendering is the same. */
function read(): number {
	if (timer === null && Date.now() - nowMs > TICK_MS) nowMs = Date.now();
	return nowMs;
}

const neverSubscribe = () => () => undefined;

/** Milliseconds since 1970, once a second; with `isTicking` false the page is not drawn again for it. */
export function useNow(isTicking = true): number {
	return useSyncExternalStore(isTicking ? subscribe : neverSubscribe, read);
}
