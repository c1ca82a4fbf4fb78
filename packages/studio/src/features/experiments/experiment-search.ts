/** What the page of an experiment shows, as it stands in its address. */
import { parseRunListSearch, type RunListSearch } from '../runs/run-search.ts';

export interface ExperimentSearch extends RunListSearch {
	/** Absent for the list of runs. */
	readonly tab?: 'traces';
	/** Which traces are shown, in the words of MLflow's search of traces. */
	readonly traces?: string;
}

export function parseExperimentSearch(given: Record<string, unknown>): ExperimentSearch {
	const { tab, traces } = given;
	return {
		...(tab === 'traces' && { tab: 'traces' as const }),
		...(typeof traces === 'string' && traces !== '' && { traces }),
		...parseRunListSearch(given),
	};
}
