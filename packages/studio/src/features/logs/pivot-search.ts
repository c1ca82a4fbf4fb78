/** How the rows of an answer are turned, as it stands in the address. */

export const PIVOT_MEASURES = ['count', 'sum', 'mean', 'min', 'max'] as const;
export type PivotMeasure = (typeof PIVOT_MEASURES)[number];

export interface Pivot {
	/** The column whose values are the rows. */
	readonly rows: string;
	/** The column whose values stand beside one another; absent for one column of all. */
	readonly columns?: string;
	readonly measure: PivotMeasure;
	/** The column that is summed up; of no meaning to a count. */
	readonly of?: string;
}

/** Takes from an address what can be read. */
export function parsePivotOrNull(given: unknown): Pivot | null {
	if (typeof given !== 'object' || given === null) return null;
	const { rows, columns, measure, of } = given as Record<string, unknown>;
	if (typeof rows !== 'string') return null;
	return {
		rows,
		measure: PIVOT_MEASURES.find((one) => one === measure) ?? 'count',
		...(typeof columns === 'string' && { columns }),
		...(typeof of === 'string' && { of }),
	};
}
