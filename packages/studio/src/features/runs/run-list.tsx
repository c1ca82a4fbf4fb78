/** A list of runs: filter, order, columns, child runs under their parents, all of it in the page's address and live. */
import { Button, Dropdown, makeStyles, Option, Switch, tokens } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { ArrowClockwiseRegular } from '../../shared/icons.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { ColumnChooser } from '../../shared/table/column-chooser.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import { nextOrder } from '../../shared/table/table-column.ts';
import type { RunSearch } from './api.ts';
import { type FilterError, filterErrorOf } from './filter-error.ts';
import { RunFilter } from './run-filter.tsx';
import { type LifecycleChoice, orderOf, type RunListSearch } from './run-search.ts';
import { startRunSnippet } from './start-run-snippet.ts';
import { useLiveRuns } from './use-live-runs.ts';
import { useRunColumns } from './use-run-columns.ts';
import { type RunRow, useRunRows } from './use-run-rows.ts';

const LIFECYCLE_LABELS: Readonly<Record<LifecycleChoice, string>> = {
	active: 'Active',
	archived: 'Archived',
	trashed: 'In the trash',
	all: 'All',
};

const useStyles = makeStyles({
	toolbar: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'flex-start',
		gap: tokens.spacingHorizontalS,
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`,
	},
	lifecycle: { minWidth: '128px' },
	root: { display: 'flex', flexDirection: 'column', flexGrow: 1, minHeight: 0 },
});

interface RunListProps {
	readonly workspace: string;
	readonly experimentId: string | null;
	readonly search: RunListSearch;
	readonly onSearch: (change: Partial<RunListSearch>) => void;
}

export function RunList({ workspace, experimentId, search, onSearch }: RunListProps) {
	const styles = useStyles();
	const navigate = useNavigate();
	const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
	const order = orderOf(search);
	const filter = search.filter ?? '';
	const filterError = filterErrorOf(filter);
	const readable = useReadableFilter(filter, filterError);
	const runSearch: RunSearch = {
		workspace,
		experimentId,
		filter: readable ?? '',
		orderBy: order.by,
		isAscending: order.isAscending,
		lifecycle: search.lifecycle ?? 'active',
		rootsOnly: search.flat !== true,
	};
	const { list, runs, rows } = useRunRows(runSearch, expanded, readable !== null);
	const { onVisible, newCount, showNew } = useLiveRuns(runSearch, list.data?.pages.length ?? 0, list.refetch);
	const { columns, chosen, offered, choose } = useRunColumns(rows, search.columns, experimentId !== null, onSearch);

	const onExpand = (id: string, isExpanded: boolean) => {
		const next = new Set(expanded);
		if (isExpanded) next.add(id);
		else next.delete(id);
		setExpanded(next);
	};
	const onOrder = (by: string) => {
		const next = nextOrder(order, by);
		onSearch({ order: next.by, ascending: next.isAscending });
	};
	const openRun = (row: RunRow) => {
		if (row.kind === 'run') void navigate({ to: '/w/$workspace/runs/$runId', params: { workspace, runId: row.id } });
	};
	const isFiltered = filter !== '' || search.lifecycle !== undefined;

	return (
		<div className={styles.root}>
			<div className={styles.toolbar}>
				<RunFilter value={filter} error={filterError} onChange={(next) => onSearch({ filter: next })} />
				<Dropdown
					className={styles.lifecycle}
					aria-label="Which runs"
					value={LIFECYCLE_LABELS[search.lifecycle ?? 'active']}
					selectedOptions={[search.lifecycle ?? 'active']}
					onOptionSelect={(_, { optionValue }) => onSearch({ lifecycle: optionValue as LifecycleChoice })}
				>
					{Object.entries(LIFECYCLE_LABELS).map(([value, label]) => (
						<Option key={value} value={value}>
							{label}
						</Option>
					))}
				</Dropdown>
				<ColumnChooser groups={offered} chosen={chosen} onChoose={choose} />
				<Switch label="Child runs as rows" checked={search.flat === true} onChange={(_, { checked }) => onSearch({ flat: checked })} />
				{newCount > 0 && (
					<Button appearance="primary" icon={<ArrowClockwiseRegular />} onClick={showNew}>
						{formatCount(newCount)} new {newCount === 1 ? 'run' : 'runs'}
					</Button>
				)}
			</div>
			{readable === null ? null : list.isError && list.data === undefined ? (
				<ErrorState error={list.error} onRetry={() => void list.refetch()} />
			) : list.data === undefined ? (
				<LoadingRows rows={12} label="Loading runs" />
			) : rows.length === 0 ? (
				<NoRuns isFiltered={isFiltered} workspace={workspace} onShowAll={() => onSearch({ filter: '', lifecycle: 'active' })} />
			) : (
				<DataTable
					label="Runs"
					rows={rows}
					columns={columns}
					getId={idOf}
					getChildren={search.flat === true ? undefined : childrenOf}
					canExpand={hasChildren}
					expanded={expanded}
					onExpand={onExpand}
					getNote={noteOf}
					onOpen={openRun}
					order={order}
					onOrder={onOrder}
					hasMore={list.hasNextPage}
					onMore={() => {
						if (!list.isFetching) void list.fetchNextPage();
					}}
					onVisible={onVisible}
					footer={
						list.isFetchNextPageError
							? 'The next runs could not be read.'
							: list.hasNextPage
								? 'Reading more runs …'
								: `${formatCount(runs.length)} ${runs.length === 1 ? 'run' : 'runs'}`
					}
				/>
			)}
		</div>
	);
}

/** The filter that the rows are of: while one is wrong, the one before it stays; null before there was any. */
function useReadableFilter(filter: string, error: FilterError | null): string | null {
	const [readable, setReadable] = useState(error === null ? filter : null);
	if (error !== null || readable === filter) return readable;
	setReadable(filter);
	return filter;
}

const idOf = (row: RunRow) => row.id;
const childrenOf = (row: RunRow) => (row.kind === 'run' ? row.children : []);
const hasChildren = (row: RunRow) => row.kind === 'run' && row.run.childCount > 0;
const noteOf = (row: RunRow) => (row.kind === 'note' ? row.text : null);

function NoRuns({
	isFiltered,
	workspace,
	onShowAll,
}: {
	readonly isFiltered: boolean;
	readonly workspace: string;
	readonly onShowAll: () => void;
}) {
	if (isFiltered) {
		return (
			<EmptyState title="No run matches">
				<Button onClick={onShowAll}>Show all active runs</Button>
			</EmptyState>
		);
	}
	return (
		<EmptyState title="No runs yet" code={startRunSnippet(workspace)}>
			Start one from Python. It appears here by itself, and its charts move while it logs.
		</EmptyState>
	);
}
