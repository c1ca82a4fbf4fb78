/** What a list of runs shows, as it stands in the page's address. */
import type { Lifecycle } from '@runstead/contract';
import type { TableOrder } from '../../shared/table/table-column.ts';

const LIFECYCLES = ['active', 'archived', 'trashed', 'all'] as const satisfies readonly (Lifecycle | 'all')[];
export type LifecycleChoice = (typeof LIFECYCLES)[number];

/** Absent where the list is as it is by itself, so that its address stays short. */
export interface RunListSearch {
	readonly filter?: string;
	readonly order?: string;
	readonly ascending?: boolean;
	readonly lifecycle?: LifecycleChoice;
	/** Child runs stand among the others, not under their parents. */
	readonly flat?: boolean;
	readonly columns?: readonly string[];
}

export const NEWEST_FIRST: TableOrder = { by: 'createdTime', isAscending: false };

/** Takes from an address what can be read; the rest is as if it were not there. */
export function parseRunListSearch(given: Record<string, unknown>): RunListSearch {
	const { filter, order, ascending, lifecycle, flat, columns } = given;
	return {
		...(isText(filter) && { filter: String(filter) }),
		...(isText(order) && { order: String(order) }),
		...(ascending === true && { ascending }),
		...(LIFECYCLES.some((one) => one === lifecycle) && lifecycle !== 'active' && { lifecycle: lifecycle as LifecycleChoice }),
		...(flat === true && { flat }),
		...(Array.isArray(columns) && columns.length > 0 && { columns: columns.map(String) }),
	};
}

/** An address may hold a number where a text was meant: `?filter=1`. */
function isText(value: unknown): value is string | number {
	return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

export function orderOf(search: RunListSearch): TableOrder {
	return search.order === undefined ? NEWEST_FIRST : { by: search.order, isAscending: search.ascending ?? false };
}
