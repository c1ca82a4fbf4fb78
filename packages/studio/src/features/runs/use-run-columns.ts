/** The columns of a list of runs: what the address says, else what was chosen last, else what the loaded runs suggest. */
import type { Run } from '@runstead/contract';
import { useMemo, useSyncExternalStore } from 'react';
import { stored } from '../../shared/stored.ts';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { columnOf, defaultColumns, offeredColumns } from './run-columns.tsx';
import { runTitle } from './run-link.tsx';
import type { RunListSearch } from './run-search.ts';
import type { RunRow } from './use-run-rows.ts';

const kept = stored<readonly string[] | null>('runstead.run-columns', null, (value) => (Array.isArray(value) ? value.map(String) : null));

/** An average letter of a name, and what stands beside it: the arrow and the cell's edges. */
const NAME_CHARACTER_PX = 7;
const NAME_MARGIN_PX = 48;
const NAME_STEP_PX = 40;
const NAME_WIDTH_PX_MIN = 184;
const NAME_WIDTH_PX_MAX = 264;

/** Stays first whatever is chosen: the way to the run. */
const NAME = 'name';

export function useRunColumns(
	rows: readonly RunRow[],
	inAddress: readonly string[] | undefined,
	isOneExperiment: boolean,
	onSearch: (change: Partial<RunListSearch>) => void,
) {
	const keptColumns = useSyncExternalStore(kept.subscribe, kept.get);
	const runs = useMemo(() => rows.flatMap(runsOf), [rows]);
	const suggested = useMemo(() => defaultColumns(runs, isOneExperiment ? ['experiment'] : []), [runs, isOneExperiment]);
	const offered = useMemo(() => offeredColumns(runs), [runs]);
	const ids = inAddress ?? keptColumns ?? suggested;
	// A suggestion is made anew with each change of a row; the columns change only with what it says.
	const key = JSON.stringify(ids);
	const nameWidthPx = nameWidthOf(runs);
	const columns = useMemo(() => (JSON.parse(key) as string[]).flatMap((id) => rowColumn(id, nameWidthPx)), [key, nameWidthPx]);
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

/** Of the column of names: what the longest loaded one takes, within bounds and in steps, so that it seldom changes while one scrolls. */
function nameWidthOf(runs: readonly Run[]): number {
	const longest = runs.reduce((length, run) => Math.max(length, runTitle(run).length), 0);
	const wantedPx = Math.ceil((longest * NAME_CHARACTER_PX + NAME_MARGIN_PX) / NAME_STEP_PX) * NAME_STEP_PX;
	return Math.min(NAME_WIDTH_PX_MAX, Math.max(NAME_WIDTH_PX_MIN, wantedPx));
}

function rowColumn(id: string, nameWidthPx: number): TableColumn<RunRow>[] {
	const column = columnOf(id);
	const width = id === NAME && { widthPx: nameWidthPx };
	return column === null ? [] : [{ ...column, ...width, cell: (row) => (row.kind === 'run' ? column.cell(row.run) : null) }];
}
