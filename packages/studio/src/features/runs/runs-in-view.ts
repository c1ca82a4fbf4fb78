/** What a list of runs shows just now, for whatever is drawn beside its table: charts, comparisons. */
import type { RunSearch } from './api.ts';

export interface RunsInView {
	/** Which runs the list shows: those of another search stay until the next are there. */
	readonly search: RunSearch;
	/** The field that runs are grouped by; null for none. */
	readonly group: string | null;
	/** Runs that were chosen, by id; empty for none. */
	readonly selected: ReadonlySet<string>;
	/** Runs that the reader does not want drawn, by id. */
	readonly hidden: ReadonlySet<string>;
	/** Told which colour, by place among those of series, each run has that is drawn. */
	readonly onColours?: (colours: ReadonlyMap<string, number>) => void;
}
