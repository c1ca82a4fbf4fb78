/** The child runs of a run as a tree, with what they logged; each level is read when it is opened, and ordered as its siblings are. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { type UseQueryResult, useQueries, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { useLiveEvents } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import { MoreNote } from '../../shared/table/more-note.tsx';
import { nextOrder, type TableColumn, type TableOrder } from '../../shared/table/table-column.ts';
import { childRuns, type RunPage, runKeys } from './api.ts';
import type { GrowingRuns } from './growing-runs.ts';
import { columnOf, defaultColumns } from './run-columns.tsx';
import { sortRuns } from './sort-runs.ts';

const HIDDEN = ['experiment'];
const BY_NUMBER: TableOrder = { by: 'number', isAscending: true };
const READ_MS = 1_000;

const useStyles = makeStyles({
	note: { padding: tokens.spacingHorizontalM, color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

interface RunChildrenProps {
	readonly query: UseQueryResult<RunPage>;
	/** The list that the query is of. */
	readonly list: GrowingRuns;
}

export function RunChildren({ query, list }: RunChildrenProps) {
	return (
		<QueryState query={query} label="child runs">
			{({ runs, nextCursor }) =>
				runs.length === 0 ? (
					<EmptyState title="No child runs" code={'with run.child_run(name="alpha=0.1") as child:\n    child.log("mse", 2981.4)\n'}>
						A run can be split into child runs, one a setting or a fold.
					</EmptyState>
				) : (
					<ChildTable runs={runs} more={nextCursor === null ? null : list.more} />
				)
			}
		</QueryState>
	);
}

function ChildTable({ runs, more }: { readonly runs: readonly Run[]; readonly more: GrowingRuns['more'] | null }) {
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
				.map((id) => columnOf(id))
				.filter((column): column is TableColumn<Run> => column !== null),
		[key],
	);
	const sortedBelow = useMemo(() => new Map([...below].map(([id, page]) => [id, sortRuns(page.runs, order)])), [below, order]);
	// The table looks for the rows below its rows when these are others.
	// biome-ignore lint/correctness/useExhaustiveDependencies: as said
	const sorted = useMemo(() => sortRuns(runs, order), [runs, order, sortedBelow]);
	const isTree = runs.some((run) => run.childCount > 0);
	const queries = useQueryClient();
	const workspace = runs[0]?.workspaceName ?? '';
	const cut = [...below].flatMap(([id, page]) => (page.nextCursor === null ? [] : [childRuns(workspace, id).more]));
	const mores = more === null ? cut : [more, ...cut];
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
			footer={
				mores.length === 0 ? undefined : (
					<div className={styles.note}>
						<MoreNote
							text={more === null ? 'The first child runs of those that are opened' : `The first ${formatCount(runs.length)}`}
							onMore={() => void Promise.all(mores.map((readMore) => readMore(queries)))}
						/>
					</div>
				)
			}
		/>
	);
}

/** The child runs of the opened ones, kept as the server has them. */
function useRunsBelow(workspace: string, opened: ReadonlySet<string>): ReadonlyMap<string, RunPage> {
	const queries = useQueryClient();
	const ids = useMemo(() => [...opened], [opened]);
	const pages = useQueries({ queries: ids.map((id) => childRuns(workspace, id).query), combine: dataOf });
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
