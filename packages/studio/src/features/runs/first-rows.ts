/** Which runs a list shows; the first of them are read while the page itself is on its way. */
import type { QueryClient } from '@tanstack/react-query';
import { fieldsQuery, type RunSearch } from './api.ts';
import { isField } from './filter-conditions.ts';
import { filterErrorOf } from './filter-error.ts';
import { NEWEST_FIRST, orderOf, parseRunListSearch, type RunListSearch } from './run-search.ts';
import { chosenColumns, fieldsOfColumns, suggestedColumns } from './use-run-columns.tsx';
import { beginRunPages } from './use-run-pages.ts';

const NO_IDS: readonly string[] = [];

/** Given a filter that can be read. What else cannot (a view of an older release, an address cut short) is as if it were not there. */
export function runsOf(workspace: string, experimentId: string | null, view: RunListSearch, filter: string): RunSearch {
	const wanted = orderOf(view);
	const order = isField(wanted.by) ? wanted : NEWEST_FIRST;
	return {
		workspace,
		experimentIds: experimentId === null ? (view.experiments ?? NO_IDS) : [experimentId],
		filter,
		orderBy: order.by,
		isAscending: order.isAscending,
		lifecycle: view.lifecycle ?? 'active',
		rootsOnly: view.flat !== true,
	};
}

/** What the newest runs have says which columns are shown, or, where the list is narrowed, the first of those in view. */
export function isNarrowed(search: RunSearch, experimentId: string | null): boolean {
	return search.filter !== '' || (experimentId === null && search.experimentIds.length > 0);
}

/** Reads the first page of a list as its address says it. Whatever goes wrong is told by the page, which asks again. */
export async function beginRows(queries: QueryClient, workspace: string, experimentId: string | null, given: object): Promise<void> {
	const view = parseRunListSearch({ ...given });
	const filter = view.filter ?? '';
	if (view.group !== undefined || filterErrorOf(filter) !== null) return;
	const search = runsOf(workspace, experimentId, view, filter);
	const chosen = chosenColumns(view);
	if (chosen === null && isNarrowed(search, experimentId)) return;
	const names = chosen === null ? await queries.fetchQuery(fieldsQuery(workspace, experimentId, '', search.rootsOnly)) : null;
	const ids = chosen ?? suggestedColumns(names?.common.metrics ?? [], experimentId !== null);
	await beginRunPages(search, fieldsOfColumns(ids));
}
