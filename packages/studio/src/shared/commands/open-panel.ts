/** Which panel lies over the page: the command palette, the map of the keys, or none. */
import { useSyncExternalStore } from 'react';

type Panel = 'palette' | 'keys';

const listeners = new Set<() => void>();
let current: Panel | null = null;

export function openPanel(panel: Panel | null): void {
	current = panel;
	for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

export function useOpenPanel(): Panel | null {
	return useSyncExternalStore(subscribe, () => current);
}
