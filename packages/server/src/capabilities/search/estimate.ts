/** How many runs a filter lets through, roughly, and the fewest rows that name them all: what decides where a search begins. */
import type { Filter } from '@runstead/contract';
import { type FieldSource, type FilterContext, rowsOfLeaf } from './filter-sql.ts';

export interface Estimate {
	/** Part of all runs that pass, from 0 to 1, as if its conditions had nothing to do with one another. */
	readonly part: number;
	/** Null where no index finds them. */
	readonly start: StartingRows | null;
}

/** Rows that name every run that can pass: each run is named by one of these at least. */
export interface StartingRows {
	readonly rows: readonly FieldSource[];
	readonly count: number;
	/** The part of the filter that they come from. */
	readonly from: Filter;
	/** They name the runs which pass that part, and no others. */
	readonly isExact: boolean;
}

export interface Counting {
	/** All runs of the workspace. */
	readonly runs: number;
	/** Rows of a source, counted no further than makes a difference. */
	readonly rowsOf: (source: FieldSource) => Promise<number>;
}

/** What is assumed of a condition on a run's own attributes, which are not counted. */
const PART_OF_ATTRIBUTE = 0.3;

/** Of an "and" one operand can be the start; an "or" needs all of its own; a "not" has none. */
export async function estimate(filter: Filter, context: FilterContext, counting: Counting): Promise<Estimate> {
	switch (filter.type) {
		case 'not':
			return { part: 1 - (await estimate(filter.operand, context, counting)).part, start: null };
		case 'and': {
			const operands = await estimateEach(filter.operands, context, counting);
			const starts = operands.flatMap(({ start }) => start ?? []).toSorted((one, other) => one.count - other.count);
			return { part: operands.reduce((part, operand) => part * operand.part, 1), start: starts[0] ?? null };
		}
		case 'or': {
			const operands = await estimateEach(filter.operands, context, counting);
			const starts = operands.flatMap(({ start }) => start ?? []);
			const start: StartingRows = {
				rows: starts.flatMap(({ rows }) => rows),
				count: starts.reduce((sum, { count }) => sum + count, 0),
				from: filter,
				isExact: starts.every(({ from, isExact }, index) => isExact && from === filter.operands[index]),
			};
			return {
				part: 1 - operands.reduce((rest, { part }) => rest * (1 - part), 1),
				start: starts.length === operands.length ? start : null,
			};
		}
		case 'dataset':
			return { part: PART_OF_ATTRIBUTE, start: null };
		default: {
			const source = rowsOfLeaf(filter, context);
			if (!source) return { part: PART_OF_ATTRIBUTE, start: null };
			const count = await counting.rowsOf(source);
			return {
				part: Math.min(1, count / Math.max(1, counting.runs)),
				start: { rows: [source], count, from: filter, isExact: source.isExact },
			};
		}
	}
}

async function estimateEach(filters: readonly Filter[], context: FilterContext, counting: Counting): Promise<Estimate[]> {
	const estimates: Estimate[] = [];
	for (const filter of filters) estimates.push(await estimate(filter, context, counting));
	return estimates;
}

/** What is left to be asked of the runs that starting rows name; null: nothing. */
export function restOf(filter: Filter, { from, isExact }: StartingRows): Filter | null {
	if (!isExact) return filter;
	if (filter === from) return null;
	return filter.type === 'and' ? { ...filter, operands: filter.operands.filter((operand) => operand !== from) } : filter;
}
