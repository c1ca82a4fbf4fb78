/** What a list of runs shows just now, for whatever is drawn beside its table: charts, comparisons. */
import type { RunSearch } from './api.ts';

export interface RunsInView {
	/** Which runs the list is of; null while its filter cannot be read. */
	readonly search: RunSearch;
	/** The field that runs are grouped by; null for none. */
	readonly group: string | null;
	/** Runs that were chosen, by id; empty for none. */
	readonly selected: ReadonlySet<string>;
	/** Runs that the reader does not want drawn, by id. */
	readonly hidden: ReadonlySet<string>;
	/** Runs that are in memory, in the order of the list: those of the first pages, and around what is on screen. */
	readonly loadedIds: readonly string[];
	/** Told which colour, by place among those of series, each run has that is drawn. */
	readonly onColours?: (colours: ReadonlyMap<string, number>) => void;
}
