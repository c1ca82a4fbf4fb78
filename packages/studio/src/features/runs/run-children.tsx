/** The child runs of a run as a tree, with what they logged; each level is read when it is opened, and ordered as its siblings are. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { type UseQueryResult, useQueries, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { useLiveEvents } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import { nextOrder, type TableColumn, type TableOrder } from '../../shared/table/table-column.ts';
import { childrenQuery, type RunPage, runKeys } from './api.ts';
import { columnOf, defaultColumns } from './run-columns.tsx';
import { sortRuns } from './sort-runs.ts';

const HIDDEN = ['experiment'];
const BY_NUMBER: TableOrder = { by: 'number', isAscending: true };
const READ_MS = 1_000;

const useStyles = makeStyles({
	note: { padding: tokens.spacingHorizontalM, color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

export function RunChildren({ query }: { readonly query: UseQueryResult<RunPage> }) {
	return (
		<QueryState query={query} label="child runs">
			{({ runs, nextCursor }) =>
				runs.length === 0 ? (
					<EmptyState title="No child runs" code={'with run.child_run(name="alpha=0.1") as child:\n    child.log("mse", 2981.4)\n'}>
						A run can be split into child runs, one a setting or a fold.
					</EmptyState>
				) : (
					<ChildTable runs={runs} isWhole={nextCursor === null} />
				)
			}
		</QueryState>
	);
}

function ChildTable({ runs, isWhole }: { readonly runs: readonly Run[]; readonly isWhole: boolean }) {
	const styles = useStyles();
	const navigate = useNavigate();
	const [order, setOrder] = useState(BY_NUMBER);
	const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
	const below = useRunsBelow(runs[0]?.workspaceName ?? '', expanded);
	const key = defaultColumns(runs, HIDDEN).join('\n');
	const columns = useMemo(
		() =>
			key
				.split('\n')
				.map(columnOf)
				.filter((column): column is TableColumn<Run> => column !== null),
		[key],
	);
	const sortedBelow = useMemo(() => new Map([...below].map(([id, page]) => [id, sortRuns(page.runs, order)])), [below, order]);
	// The table looks for the rows below its rows when these are others.
	// biome-ignore lint/correctness/useExhaustiveDependencies: as said
	const sorted = useMemo(() => sortRuns(runs, order), [runs, order, sortedBelow]);
	const isTree = runs.some((run) => run.childCount > 0);
	const isCut = !isWhole || [...below.values()].some((page) => page.nextCursor !== null);
	const turn = (id: string) => {
		const next = new Set(expanded);
		if (!next.delete(id)) next.add(id);
		setExpanded(next);
	};
	return (
		<DataTable
			label="Child runs"
			rows={sorted}
			columns={columns}
			getId={(run) => run.id}
			{...(isTree && {
				getChildren: (run: Run) => sortedBelow.get(run.id),
				canExpand: (run: Run) => run.childCount > 0,
				expanded,
				onExpand: turn,
			})}
			order={order}
			onOrder={(by) => setOrder(nextOrder(order, by))}
			onOpen={(run) => void navigate({ to: '/w/$workspace/runs/$runId', params: { workspace: run.workspaceName, runId: run.id } })}
			footer={isCut ? <div className={styles.note}>The first child runs of each; filter the list of runs for the others.</div> : undefined}
		/>
	);
}

/** The child runs of the opened ones, kept as the server has them. */
function useRunsBelow(workspace: string, opened: ReadonlySet<string>): ReadonlyMap<string, RunPage> {
	const queries = useQueryClient();
	const ids = useMemo(() => [...opened], [opened]);
	const pages = useQueries({ queries: ids.map((id) => childrenQuery(workspace, id)), combine: dataOf });
	const changed = useRef(new Set<string>());
	const read = useThrottled(async () => {
		const parents = [...changed.current];
		changed.current.clear();
		await Promise.all(parents.map((id) => queries.invalidateQueries({ queryKey: runKeys.children(id) })));
	}, READ_MS);
	useLiveEvents((event) => {
		if (event.kind !== 'change' || !event.change.type.startsWith('run.')) return;
		const { subject, data } = event.change;
		const parent =
			typeof data.parentId === 'string' && opened.has(data.parentId)
				? data.parentId
				: ids.find((_, index) => pages[index]?.runs.some((run) => run.id === subject));
		if (parent === undefined) return;
		changed.current.add(parent);
		read();
	});
	return useMemo(
		() =>
			new Map(
				ids.flatMap((id, index) => {
					const page = pages[index];
					return page === undefined ? [] : [[id, page] as const];
				}),
			),
		[ids, pages],
	);
}

function dataOf(results: readonly UseQueryResult<RunPage>[]): (RunPage | undefined)[] {
	return results.map((result) => result.data);
}
