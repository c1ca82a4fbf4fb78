/** What the page of logs shows, as it stands in its address: the query can be shared with it. */
import { type Pivot, parsePivotOrNull } from './pivot-search.ts';

const SPANS = ['PT1H', 'PT6H', 'P1D', 'P7D', 'P30D', 'all'] as const;
export type LogSpan = (typeof SPANS)[number];

export const SPAN_NAMES: Readonly<Record<LogSpan, string>> = {
	PT1H: 'Last hour',
	PT6H: 'Last 6 hours',
	P1D: 'Last 24 hours',
	P7D: 'Last 7 days',
	P30D: 'Last 30 days',
	all: 'All times',
};

export interface LogsSearch {
	readonly query?: string;
	/** Absent for the last day. */
	readonly span?: LogSpan;
	/** Absent for the workspace itself. */
	readonly scope?: 'all';
	/** Number of the table that is shown, of an answer with several; absent for the first. */
	readonly table?: number;
	/** How the rows of the answer are turned; absent where they are not. */
	readonly pivot?: Pivot;
}

export const DEFAULT_SPAN: LogSpan = 'P1D';

export function parseLogsSearch(given: Record<string, unknown>): LogsSearch {
	const span = SPANS.find((one) => one === given.span);
	const table = Number(given.table);
	const pivot = parsePivotOrNull(given.pivot);
	return {
		...(typeof given.query === 'string' && given.query !== '' && { query: given.query }),
		...(span !== undefined && span !== DEFAULT_SPAN && { span }),
		...(given.scope === 'all' && { scope: 'all' as const }),
		...(Number.isInteger(table) && table > 1 && { table }),
		...(pivot !== null && { pivot }),
	};
}
