/** Which runs are chosen: told to each row alone, so that choosing one draws one. */
import { useSyncExternalStore } from 'react';

export class Selection {
	#ids: ReadonlySet<string> = new Set();
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

	set(ids: Iterable<string>): void {
		this.#ids = new Set(ids);
		for (const listener of this.#listeners) listener();
	}
}

export function useIsSelected(selection: Selection, id: string): boolean {
	return useSyncExternalStore(selection.subscribe, () => selection.ids().has(id));
}

export function useSelected(selection: Selection): ReadonlySet<string> {
	return useSyncExternalStore(selection.subscribe, selection.ids);
}
