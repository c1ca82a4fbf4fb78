/** A list of runs: filter, order, columns, groups, child runs under their parents, all of it in the page's address and live. */

import {
	Button,
	MessageBar,
	MessageBarActions,
	MessageBarBody,
	makeStyles,
	mergeClasses,
	tokens,
	useEventCallback,
} from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, Suspense, useDeferredValue, useMemo, useState } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { MoreNote } from '../../shared/table/more-note.tsx';
import { nextOrder } from '../../shared/table/table-column.ts';
import type { RowActions } from '../../shared/table/table-row.tsx';
import { movedBefore, useColumnWidths } from '../../shared/table/use-column-layout.ts';
import { VirtualTable } from '../../shared/table/virtual-table.tsx';
import { exportAddress } from './api.ts';
import type { BulkBarProps } from './bulk-bar.tsx';
import { ChildMatches } from './child-matches.tsx';
import { nameOfField } from './filter-conditions.ts';
import { editOnF2 } from './row-editors.tsx';
import { columnOf, SPARK_COLUMN } from './run-columns.tsx';
import type { RunRow } from './run-rows.ts';
import { type LifecycleChoice, METRIC_COLUMN, type RunListSearch, TEXT_COLUMN } from './run-search.ts';
import { RunToolbar } from './run-toolbar.tsx';
import type { RunsInView } from './runs-in-view.ts';
import { useSelected } from './selection.ts';
import { startRunSnippet } from './start-run-snippet.ts';
import { useRowEdits } from './use-row-edits.ts';
import { fieldsOfColumns, runTableColumns } from './use-run-columns.tsx';
import { useRunList } from './use-run-list.ts';

const BulkBar = onDemand(async () => (await import('./bulk-bar.tsx')).BulkBar);
const ColumnMenu = onDemand(async () => (await import('./column-menu.tsx')).ColumnMenu);

/** Box, eye and name stay when the others scroll. */
const FIXED_COLUMNS = 2;
const PINNED_DEFAULT = 1;

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', flexGrow: 1, minHeight: 0 },
	bar: { margin: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalS}` },
	// Where there is less room than that below the charts, the page scrolls.
	table: { flexShrink: 0, flexBasis: '240px', '@media (max-width: 640px)': { flexBasis: '64vh' } },
	old: { opacity: 0.6 },
	words: { margin: `0 0 ${tokens.spacingVerticalM}` },
});

interface RunListProps {
	readonly workspace: string;
	readonly experimentId: string | null;
	readonly view: RunListSearch;
	readonly onView: (change: Partial<RunListSearch>) => void;
	/** In the toolbar, beside the filter. */
	readonly beside?: ReactNode;
	/** Above the table: what is drawn of these runs. */
	readonly above?: (runs: RunsInView) => ReactNode;
}

export function RunList({ workspace, experimentId, view, onView, beside, above }: RunListProps) {
	const styles = useStyles();
	const list = useRunList(workspace, experimentId, view);
	const [menu, setMenu] = useState<{ id: string; target: HTMLElement } | null>(null);
	const { ids, idsKey, selection, hidden, spark, colours, order, pages, state } = list;
	const onEdited = useRowEdits(workspace, pages, list.fields);
	const { widths, resize } = useColumnWidths(view.widths, (kept) => onView({ widths: kept }));
	const pinned = Math.min(view.pinned ?? PINNED_DEFAULT, ids.length);

	const sample = useFirstHeld(list);

	const onHide = useEventCallback((run: string) =>
		onView({ hidden: hidden.has(run) ? [...hidden].filter((one) => one !== run) : [...hidden, run] }),
	);
	const columns = useMemo(
		() =>
			runTableColumns({
				ids: JSON.parse(idsKey) as string[],
				widths,
				selection,
				hidden,
				onHide,
				pages,
				spark,
				colours,
				onEdited,
				sample,
			}),
		[idsKey, widths, selection, hidden, onHide, pages, spark, colours, onEdited, sample],
	);
	const actions = useRowActions(workspace, list);
	const onColumns = (chosen: readonly string[]) => onView({ columns: list.keepColumns(chosen) });
	const onDrawn = useEventCallback((first: number, last: number) => {
		list.show(first, last);
		list.live.onDrawn(first, last);
	});
	const onOrder = useEventCallback((by: string) => {
		const next = nextOrder(order, by);
		onView({ order: next.by, ascending: next.isAscending });
	});
	const onResize = useEventCallback(resize);
	const onMove = useEventCallback((id: string, before: string | null) => onColumns(movedBefore(ids, id, before)));
	const arranging = useMemo(
		() => ({ onResize, onMove, onMenu: (id: string, target: HTMLElement) => setMenu({ id, target }) }),
		[onResize, onMove],
	);
	const isFiltered = (view.filter ?? '') !== '' || view.lifecycle !== undefined || view.experiments !== undefined;
	const showFlat = () => onView({ flat: true });
	const ordered = menu === null ? null : columnOf(menu.id);

	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: a key of the rows within, which take the focus
		<div className={styles.root} data-runs="" onKeyDown={editOnF2}>
			<RunToolbar workspace={workspace} view={view} list={list} onView={onView}>
				{beside}
			</RunToolbar>
			<LostColumns list={list} onColumns={onColumns} />
			{above && list.isReadable && <Above list={list} above={above} />}
			{!list.isReadable ? (
				<EmptyState title="The filter cannot be read">
					<Button onClick={() => onView({ filter: '' })}>Show runs without it</Button>
				</EmptyState>
			) : list.error !== null && !list.isLoaded ? (
				<ErrorState error={list.error} onRetry={() => void pages.readAgain()} />
			) : !list.isLoaded ? (
				<LoadingRows rows={12} label="Loading runs" />
			) : list.rowCount === 0 ? (
				<NoRuns
					isFiltered={isFiltered}
					place={(view.filter ?? '') === '' && view.experiments === undefined ? view.lifecycle : undefined}
					workspace={workspace}
					onShowAll={() => onView({ filter: '', lifecycle: 'active', experiments: [] })}
				>
					<ChildMatches search={list.search} isMore={false} onShow={showFlat} />
				</NoRuns>
			) : (
				<VirtualTable<RunRow>
					label="Runs"
					className={mergeClasses(styles.table, list.isOld && styles.old)}
					rowCount={list.rowCount}
					rowAt={list.rowAt}
					columns={columns}
					pinnedCount={FIXED_COLUMNS + pinned}
					arranging={arranging}
					actions={actions}
					isTree={view.flat !== true || list.group !== null}
					getNote={noteOf}
					order={order}
					onOrder={onOrder}
					isOpenEnded={list.group === null && !state.isEnd}
					onDrawn={onDrawn}
					footer={
						<>
							{footerOf(list)} {list.group === null && state.isEnd && <ChildMatches search={list.search} isMore onShow={showFlat} />}
						</>
					}
				/>
			)}
			<Suspense>
				{menu !== null && (
					<ColumnMenu
						id={menu.id}
						target={menu.target}
						ids={ids}
						isPinned={ids.indexOf(menu.id) < pinned}
						canOrder={ordered?.orderBy !== undefined}
						sparkMetric={spark?.metric ?? null}
						metrics={list.common}
						onClose={() => setMenu(null)}
						onOrder={(ascending) => ordered?.orderBy !== undefined && onView({ order: ordered.orderBy, ascending })}
						onPin={(count) => onView({ pinned: count })}
						onColumns={onColumns}
						onGroup={(group) => onView({ group })}
						onSpark={(metric) => onView({ spark: metric })}
					/>
				)}
			</Suspense>
			<ChosenRuns
				workspace={workspace}
				selection={selection}
				runOf={(id) => pages.runAt(pages.placeOf(id))}
				search={list.search}
				exportAddress={(search, runs) =>
					exportAddress(
						runs === null ? search : { ...search, filter: '', rootsOnly: false, lifecycle: 'all', experimentIds: [] },
						fieldsOfColumns(['id', ...ids.filter((id) => id !== 'tags')]),
						runs ?? [],
					)
				}
				onChanged={() => void pages.readAgain()}
			/>
		</div>
	);
}

/** What can be done with the chosen runs: there from the first that is chosen, so that the end of a long change is told. */
function ChosenRuns(props: BulkBarProps) {
	const isAnyChosen = useSelected(props.selection).size > 0;
	const [wasChosen, setWasChosen] = useState(false);
	if (isAnyChosen && !wasChosen) setWasChosen(true);
	return <Suspense>{wasChosen && <BulkBar {...props} />}</Suspense>;
}

type List = ReturnType<typeof useRunList>;

/** The first run that was read for what is shown: the same until other columns or another list is read. */
function useFirstHeld({ pages, fields, isLoaded }: List) {
	// biome-ignore lint/correctness/useExhaustiveDependencies: it is there once the list is loaded
	return useMemo(() => pages.heldRuns()[0] ?? null, [pages, fields, isLoaded]);
}

function useRowActions(workspace: string, list: List): RowActions<RunRow> {
	const navigate = useNavigate();
	return {
		expand: (row) => list.expand(row.path ?? row.id, !row.getIsExpanded()),
		open: (row) => {
			if (row.original.kind === 'run') void navigate({ to: '/w/$workspace/runs/$runId', params: { workspace, runId: row.id } });
			else if (row.original.kind === 'group') list.expand(row.id, !row.getIsExpanded());
		},
		select: (row) => {
			if (row.original.kind === 'run') list.selection.toggle(row.id);
		},
	};
}

/** What is drawn of the runs follows their rows: it takes longer, and is not what was asked for first. */
function Above({ list, above }: { readonly list: List; readonly above: (runs: RunsInView) => ReactNode }) {
	const selected = useSelected(list.selection);
	const { shownSearch: search, group, hidden, colours } = list;
	const inView = useMemo(() => ({ search, group, selected, hidden, onColours: colours.set }), [search, group, selected, hidden, colours]);
	const deferred = useDeferredValue(inView, null);
	return deferred !== null && above(deferred);
}

/** Columns of which nothing is left: said, and taken away when asked. */
function LostColumns({ list, onColumns }: { readonly list: List; readonly onColumns: (ids: readonly string[]) => void }) {
	const styles = useStyles();
	const { ids, names, areNamesWhole } = list;
	const lost = ids.filter((id) => isLost(id, names, areNamesWhole));
	if (lost.length === 0) return null;
	return (
		<MessageBar intent="info" className={styles.bar}>
			<MessageBarBody>
				No run has what {lost.length === 1 ? 'this column shows' : 'these columns show'}: {lost.map((id) => id.slice(0, 80)).join(', ')}.
			</MessageBarBody>
			<MessageBarActions>
				<Button size="small" onClick={() => onColumns(ids.filter((id) => !lost.includes(id)))}>
					Take {lost.length === 1 ? 'it' : 'them'} away
				</Button>
			</MessageBarActions>
		</MessageBar>
	);
}

function isLost(id: string, names: List['names'], areNamesWhole: boolean): boolean {
	if (id === SPARK_COLUMN) return false;
	if (columnOf(id) === null) return true;
	if (!areNamesWhole) return false;
	const metric = METRIC_COLUMN.exec(id)?.[1];
	if (metric !== undefined) return !names.metrics.includes(metric);
	const [, kind, key] = TEXT_COLUMN.exec(id) ?? [];
	return key !== undefined && !names[kind as 'params' | 'tags' | 'properties'].includes(key);
}

function footerOf({ group, groups, moreGroups, state }: List): ReactNode {
	if (group !== null) {
		const count = groups.data?.groups.length ?? 0;
		const largest = `The ${formatCount(count)} largest groups`;
		return groups.data?.truncated ? (
			moreGroups === null ? (
				largest
			) : (
				<MoreNote text={largest} onMore={moreGroups} />
			)
		) : (
			`${formatCount(count)} ${count === 1 ? 'group' : 'groups'} by ${nameOfField(group)}`
		);
	}
	if (state.error !== null) return 'More runs could not be read.';
	return state.isEnd ? `${formatCount(state.count)} ${state.count === 1 ? 'run' : 'runs'}` : undefined;
}

function noteOf(row: RunRow): ReactNode {
	if (row.kind !== 'note') return null;
	return row.more === null ? row.text : <MoreNote text={row.text} onMore={row.more} />;
}

/** What a place for runs that were put away says when there are none. */
const EMPTY_PLACES: Readonly<Partial<Record<LifecycleChoice, { readonly title: string; readonly text: string }>>> = {
	archived: { title: 'No archived runs', text: 'Runs that are archived leave the list and its sums, and wait here.' },
	trashed: { title: 'The trash is empty', text: 'Runs that are deleted wait here until they are restored or purged.' },
};

function NoRuns({
	isFiltered,
	place,
	workspace,
	onShowAll,
	children,
}: {
	readonly isFiltered: boolean;
	/** Where nothing else narrows the list. */
	readonly place: LifecycleChoice | undefined;
	readonly workspace: string;
	readonly onShowAll: () => void;
	/** What matches elsewhere. */
	readonly children: ReactNode;
}) {
	const styles = useStyles();
	const empty = place === undefined ? undefined : EMPTY_PLACES[place];
	if (isFiltered) {
		return (
			<EmptyState title={empty?.title ?? 'No run matches'}>
				{empty && <p className={styles.words}>{empty.text}</p>}
				<p className={styles.words}>{children}</p>
				<Button onClick={onShowAll}>Show all that are not archived</Button>
			</EmptyState>
		);
	}
	return (
		<EmptyState title="No runs yet" code={startRunSnippet(workspace)}>
			Start one from Python. It appears here by itself, and its charts move while it logs.
		</EmptyState>
	);
}
