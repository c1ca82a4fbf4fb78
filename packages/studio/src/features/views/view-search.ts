/** What the page of a saved view shows, as it stands in its address: the state, and the version of the view that it began with. */
import { parseRunListSearch, type RunListSearch } from '../runs/run-search.ts';

export interface ViewSearch extends RunListSearch {
	/** Absent when the address names the view alone: then its newest version is shown. */
	readonly version?: number;
}

export function parseViewSearch(given: Record<string, unknown>): ViewSearch {
	const { version } = given;
	const isVersion = typeof version === 'number' && Number.isInteger(version) && version > 0;
	return { ...(isVersion && { version }), ...parseRunListSearch(given) };
}

/** Whether two states show the same, whatever the order of their words. */
export function isSameState(one: RunListSearch, other: RunListSearch): boolean {
	const text = (state: RunListSearch) => JSON.stringify(Object.entries(state).toSorted(([a], [b]) => (a < b ? -1 : 1)));
	return text(one) === text(other);
}
