/** Reads a filter as the server would, so that a mistake is shown at its place before anything is asked. */
import { parseFilter, RunsteadError } from '@runstead/contract';

export interface FilterError {
	readonly reason: string;
	readonly hint: string;
	/** Of the first character that cannot be read, from 0. */
	readonly position: number;
}

/** Null for a filter that can be read, and for none. */
export function filterErrorOf(filter: string): FilterError | null {
	if (filter.trim() === '') return null;
	try {
		parseFilter(filter);
		return null;
	} catch (error) {
		if (!(error instanceof RunsteadError)) throw error;
		return { reason: String(error.details.reason), hint: error.hint, position: Number(error.details.position) - 1 };
	}
}
