/** The colours that runs have in the charts above their list: told to each row alone, so that the table is the legend. */
import { useSyncExternalStore } from 'react';

export class RunColours {
	#colours: ReadonlyMap<string, number> = new Map();
	readonly #listeners = new Set<() => void>();

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	/** The place of its colour among those of series; null for a run that is not drawn. */
	of(run: string): number | null {
		return this.#colours.get(run) ?? null;
	}

	readonly set = (colours: ReadonlyMap<string, number>): void => {
		this.#colours = colours;
		for (const listener of this.#listeners) listener();
	};
}

export function useRunColour(colours: RunColours, run: string): number | null {
	return useSyncExternalStore(colours.subscribe, () => colours.of(run));
}
