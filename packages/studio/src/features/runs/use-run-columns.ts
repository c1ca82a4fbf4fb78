/** The columns of a list of runs: what the address says, else what was chosen last, else what the loaded runs suggest. */
import type { Run } from '@runstead/contract';
import { useMemo, useSyncExternalStore } from 'react';
import { stored } from '../../shared/stored.ts';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { columnOf, defaultColumns, offeredColumns } from './run-columns.tsx';
import { runTitle } from './run-link.tsx';
import { nameWidthPx } from './run-name-width.ts';
import type { RunListSearch } from './run-search.ts';
import type { RunRow } from './use-run-rows.ts';

const kept = stored<readonly string[] | null>('runstead.run-columns', null, (value) => (Array.isArray(value) ? value.map(String) : null));

/** Rows that columns are told from: the first, so that scrolling neither costs more with each page nor moves the columns. */
const ROWS_SEEN_MAX = 500;

/** Stays first whatever is chosen: the way to the run. */
const NAME = 'name';

export function useRunColumns(
	rows: readonly RunRow[],
	inAddress: readonly string[] | undefined,
	isOneExperiment: boolean,
	onSearch: (change: Partial<RunListSearch>) => void,
) {
	const keptColumns = useSyncExternalStore(kept.subscribe, kept.get);
	const runs = useMemo(() => rows.slice(0, ROWS_SEEN_MAX).flatMap(runsOf), [rows]);
	const suggested = useMemo(() => defaultColumns(runs, isOneExperiment ? ['experiment'] : []), [runs, isOneExperiment]);
	const offered = useMemo(() => offeredColumns(runs), [runs]);
	const ids = inAddress ?? keptColumns ?? suggested;
	// A suggestion is made anew with each change of a row; the columns change only with what it says.
	const key = JSON.stringify(ids);
	const widthPx = useMemo(() => nameWidthPx(runs.map(runTitle)), [runs]);
	const columns = useMemo(() => (JSON.parse(key) as string[]).flatMap((id) => rowColumn(id, widthPx)), [key, widthPx]);
	const choose = (next: readonly string[] | null) => {
		const chosen = next && [NAME, ...next.filter((id) => id !== NAME)];
		kept.set(chosen);
		onSearch({ columns: chosen ?? [] });
	};
	return { columns, chosen: ids, offered, choose };
}

function runsOf(row: RunRow): Run[] {
	return row.kind === 'note' ? [] : [row.run, ...row.children.flatMap(runsOf)];
}

function rowColumn(id: string, nameWidth: number): TableColumn<RunRow>[] {
	const column = columnOf(id);
	const width = id === NAME && { widthPx: nameWidth };
	return column === null ? [] : [{ ...column, ...width, cell: (row) => (row.kind === 'run' ? column.cell(row.run) : null) }];
}
