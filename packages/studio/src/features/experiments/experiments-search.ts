/** What the experiments page shows, as it stands in its address. */
import { parseRunListSearch, type RunListSearch } from '../runs/run-search.ts';

export interface ExperimentsSearch extends RunListSearch {
	/** Absent for the list of runs. */
	readonly tab?: 'experiments';
}

export function parseExperimentsSearch(given: Record<string, unknown>): ExperimentsSearch {
	return { ...(given.tab === 'experiments' && { tab: 'experiments' as const }), ...parseRunListSearch(given) };
}
