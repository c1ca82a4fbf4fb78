/** The child runs of a run, by number, with what they logged. */
import type { Run } from '@runstead/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import { nextOrder, type TableColumn, type TableOrder } from '../../shared/table/table-column.ts';
import type { RunPage } from './api.ts';
import { columnOf, defaultColumns } from './run-columns.tsx';
import { sortRuns } from './sort-runs.ts';

const HIDDEN = ['experiment'];
const BY_NUMBER: TableOrder = { by: 'number', isAscending: true };

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
	const navigate = useNavigate();
	const [order, setOrder] = useState(BY_NUMBER);
	const key = defaultColumns(runs, HIDDEN).join('\n');
	const columns = useMemo(
		() =>
			key
				.split('\n')
				.map(columnOf)
				.filter((column): column is TableColumn<Run> => column !== null),
		[key],
	);
	const sorted = useMemo(() => sortRuns(runs, order), [runs, order]);
	return (
		<DataTable
			label="Child runs"
			rows={sorted}
			columns={columns}
			getId={(run) => run.id}
			order={order}
			onOrder={(by) => setOrder(nextOrder(order, by))}
			onOpen={(run) => void navigate({ to: '/w/$workspace/runs/$runId', params: { workspace: run.workspaceName, runId: run.id } })}
			footer={isWhole ? undefined : `The first ${runs.length} child runs; filter the list of runs for the others.`}
		/>
	);
}
