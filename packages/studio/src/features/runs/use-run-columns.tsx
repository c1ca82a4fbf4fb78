/** The columns of a list of runs: what the address says, else what was chosen last, else what the newest runs suggest. */
import type { Run } from '@runstead/contract';
import { type ReactNode, useMemo, useSyncExternalStore } from 'react';
import { stored } from '../../shared/stored.ts';
import { sharedStarts } from '../../shared/table/shared-start.ts';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { EyeButton, GroupName, GroupSum, SelectAllBox, SelectBox } from './row-cells.tsx';
import { EditableCell, EditableTags } from './row-editors.tsx';
import type { RunColours } from './run-colours.ts';
import { columnOf, type RunColumn, RunName, SPARK_COLUMN, usualColumns } from './run-columns.tsx';
import { runTitle } from './run-link.tsx';
import type { RunPages } from './run-pages.ts';
import type { RunRow } from './run-rows.ts';
import { fieldOfColumn, METRIC_COLUMN, type RunListSearch } from './run-search.ts';
import type { Selection } from './selection.ts';
import { SparklineCell } from './sparkline.tsx';
import type { SparklineStore } from './sparkline-store.ts';
import type { OnEdited } from './use-row-edits.ts';

export type RunTableColumn = TableColumn<RunRow>;

const kept = stored<readonly string[] | null>('runstead.run-columns', null, (value) => (Array.isArray(value) ? value.map(String) : null));

/** Stays first whatever is chosen: the way to the run. */
const NAME = 'name';
const NAME_WIDTH_PX = 220;
/** Sums that are asked for of groups. */
const SUMS_MAX = 20;

/** Ids of the columns; null while nobody has chosen and the suggestion is not read yet. */
export function useColumnIds(search: RunListSearch, common: readonly string[] | null, isOneExperiment: boolean) {
	const keptIds = useSyncExternalStore(kept.subscribe, kept.get);
	const suggested = useMemo(() => common && suggestedColumns(common, isOneExperiment), [common, isOneExperiment]);
	const ids = search.columns ?? keptIds ?? suggested;
	const keep = (next: readonly string[] | null): readonly string[] => {
		const chosen = next && [NAME, ...next.filter((id) => id !== NAME)];
		kept.set(chosen);
		return chosen ?? [];
	};
	return { ids, keep };
}

/** What somebody has chosen; null where nobody has. */
export function chosenColumns(search: RunListSearch): readonly string[] | null {
	return search.columns ?? kept.get();
}

export function suggestedColumns(common: readonly string[], isOneExperiment: boolean): readonly string[] {
	return usualColumns(common, isOneExperiment ? ['experiment'] : []);
}

/** What the runs of a list bring along so that its columns can be filled, as a search names it. */
export function fieldsOfColumns(ids: readonly string[]): string {
	return ids.flatMap((id) => fieldOfColumn(id) ?? []).join(', ');
}

/** Columns that groups are summed up in, each with its field. */
export function sumsOfColumns(ids: readonly string[]): { column: string; field: string }[] {
	return ids
		.filter((id) => METRIC_COLUMN.test(id) || id === 'duration')
		.slice(0, SUMS_MAX)
		.map((id) => ({ column: id, field: fieldOfColumn(id) ?? '' }));
}

interface RunColumnsOptions {
	readonly ids: readonly string[];
	readonly widths: Readonly<Record<string, number>>;
	readonly selection: Selection;
	readonly hidden: ReadonlySet<string>;
	readonly onHide: (run: string) => void;
	readonly pages: RunPages;
	readonly spark: { readonly metric: string; readonly store: SparklineStore } | null;
	readonly colours: RunColours;
	readonly onEdited: OnEdited;
	/** One of the runs: what its columns hold. */
	readonly sample: Run | null;
}

export function runTableColumns(options: RunColumnsOptions): RunTableColumn[] {
	const { ids, selection, hidden, onHide, pages, colours } = options;
	const select: RunTableColumn = {
		id: 'select',
		header: '',
		title: 'Select',
		widthPx: 32,
		isFixed: true,
		headerCell: () => <SelectAllBox selection={selection} pages={pages} />,
		cell: (row) => (row.kind === 'run' ? <SelectBox selection={selection} id={row.id} name={runTitle(row.run)} /> : null),
	};
	const eye: RunTableColumn = {
		id: 'eye',
		header: '',
		title: 'Shown in charts',
		widthPx: 36,
		isFixed: true,
		headerCell: () => <span />,
		cell: (row) =>
			row.kind === 'run' ? (
				<EyeButton colours={colours} run={row.id} isHidden={hidden.has(row.id)} name={runTitle(row.run)} onToggle={() => onHide(row.id)} />
			) : null,
	};
	const data = ids.flatMap((id) => dataColumn(id, options) ?? []);
	const shared = sharedStarts(data.map(({ header }) => header));
	return [select, eye, ...data.map((column, place) => ({ ...column, sharedStart: shared[place] ?? 0 }))];
}

function dataColumn(id: string, { widths, spark, onEdited, sample }: RunColumnsOptions): RunTableColumn | null {
	const widthPx = widths[id];
	if (id === SPARK_COLUMN) {
		return {
			id,
			header: spark === null ? 'Course' : `${spark.metric} ∿`,
			title: spark === null ? 'The course of a metric' : `The course of ${spark.metric}`,
			widthPx: widthPx ?? 124,
			cell: (row) =>
				row.kind === 'run' && spark !== null ? <SparklineCell store={spark.store} run={row.id} metric={spark.metric} /> : null,
		};
	}
	const column = columnOf(id, sample);
	if (column === null) return null;
	const isName = id === NAME;
	return {
		...column,
		grows: isName && widthPx === undefined,
		widthPx: widthPx ?? (isName ? NAME_WIDTH_PX : column.widthPx),
		cell: (row) => {
			if (row.kind === 'run') return dataCell(column, row.run, onEdited);
			if (row.kind === 'note') return null;
			if (isName) return <GroupName field={row.field} group={row.group} />;
			const sum = row.sums.get(id);
			return sum === undefined ? null : <GroupSum sum={sum} isDuration={id === 'duration'} />;
		},
	};
}

function dataCell(column: RunColumn, run: Run, onEdited: OnEdited): ReactNode {
	switch (column.id) {
		case NAME:
			return (
				<EditableCell key={run.id} run={run} field="displayName" onEdited={onEdited}>
					{(pencil) => <RunName run={run} pencil={pencil} />}
				</EditableCell>
			);
		case 'description':
			return (
				<EditableCell key={run.id} run={run} field="description" onEdited={onEdited}>
					{(pencil) => (
						<>
							{column.cell(run)}
							{pencil}
						</>
					)}
				</EditableCell>
			);
		case 'tags':
			return (
				<EditableTags key={run.id} run={run} onEdited={onEdited}>
					{column.cell(run)}
				</EditableTags>
			);
		default:
			return column.cell(run);
	}
}
