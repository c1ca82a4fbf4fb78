/** What the pages of traces show, as it stands in their addresses. */

export interface TracesSearch {
	/** In the words of MLflow's search of traces. */
	readonly filter?: string;
}

export function parseTracesSearch({ filter }: Record<string, unknown>): TracesSearch {
	return typeof filter === 'string' && filter !== '' ? { filter } : {};
}

export const TRACE_TABS = ['spans', 'assessments', 'details'] as const;
export type TraceTab = (typeof TRACE_TABS)[number];

export interface TraceSearch {
	/** Absent for the spans. */
	readonly tab?: TraceTab;
	/** The span that is shown whole. */
	readonly span?: string;
}

export function parseTraceSearch({ tab, span }: Record<string, unknown>): TraceSearch {
	const known = TRACE_TABS.find((one) => one === tab);
	return {
		...(known !== undefined && known !== 'spans' && { tab: known }),
		// An address may hold a number where a text was meant.
		...((typeof span === 'string' || typeof span === 'number') && span !== '' && { span: String(span) }),
	};
}
