/** Which runs are chosen: told to each row alone, so that choosing one draws one. */
import { useSyncExternalStore } from 'react';
import type { RunSearch } from './api.ts';

export class Selection {
	#ids: ReadonlySet<string> = new Set();
	#whole: RunSearch | null = null;
	readonly #listeners = new Set<() => void>();

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	readonly ids = (): ReadonlySet<string> => this.#ids;

	toggle(id: string): void {
		const next = new Set(this.#ids);
		if (!next.delete(id)) next.add(id);
		this.set(next);
	}

	/** The search whose runs are all chosen; null where they were chosen one by one. */
	get whole(): RunSearch | null {
		return this.#whole;
	}

	set(ids: Iterable<string>, whole: RunSearch | null = null): void {
		this.#ids = new Set(ids);
		this.#whole = whole;
		for (const listener of this.#listeners) listener();
	}
}

export function useIsSelected(selection: Selection, id: string): boolean {
	return useSyncExternalStore(selection.subscribe, () => selection.ids().has(id));
}

export function useSelected(selection: Selection): ReadonlySet<string> {
	return useSyncExternalStore(selection.subscribe, selection.ids);
}
