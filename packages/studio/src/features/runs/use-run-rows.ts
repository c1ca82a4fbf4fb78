/** The rows of a list of runs: pages as they are asked for, child runs under those that are opened. */
import type { Run } from '@runstead/contract';
import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { childrenQuery, type RunSearch, runsQuery } from './api.ts';

/** A run with what is below it, or a line that says how reading it went. */
export type RunRow =
	| { readonly kind: 'run'; readonly id: string; readonly run: Run; readonly children: readonly RunRow[] }
	| { readonly kind: 'note'; readonly id: string; readonly text: string };

interface Children {
	readonly runs: readonly Run[];
	readonly note: string | null;
}

export function useRunRows(search: RunSearch, expanded: ReadonlySet<string>, isReadable: boolean) {
	const list = useInfiniteQuery({ ...runsQuery(search), enabled: isReadable });
	const parents = useMemo(() => [...expanded], [expanded]);
	const children = useQueries({
		queries: parents.map((id) => childrenQuery(search.workspace, id)),
		combine: (results) =>
			new Map<string, Children>(
				results.map((result, index) => [
					parents[index] ?? '',
					{
						runs: result.data?.runs ?? [],
						note:
							result.data === undefined
								? result.isError
									? 'The child runs could not be read.'
									: 'Reading child runs …'
								: result.data.nextCursor === null
									? null
									: 'More child runs are on the page of this run.',
					},
				]),
			),
	});
	const runs = useMemo(() => list.data?.pages.flatMap((page) => page.runs) ?? [], [list.data]);
	const rows = useMemo(() => runs.map((run) => rowOf(run, children)), [runs, children]);
	return { list, runs, rows };
}

function rowOf(run: Run, childrenOf: ReadonlyMap<string, Children>): RunRow {
	const below = childrenOf.get(run.id);
	if (below === undefined) return { kind: 'run', id: run.id, run, children: [] };
	const children: RunRow[] = below.runs.map((child) => rowOf(child, childrenOf));
	if (below.note !== null) children.push({ kind: 'note', id: `${run.id}/note`, text: below.note });
	return { kind: 'run', id: run.id, run, children };
}
