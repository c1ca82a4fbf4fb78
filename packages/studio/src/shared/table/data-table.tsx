/** A table of rows that are all here: rows may hold rows. */
import {
	createExpandedRowModel,
	type ExpandedState,
	type RowData,
	rowExpandingFeature,
	tableFeatures,
	useTable,
} from '@tanstack/react-table';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type { TableColumn, TableOrder } from './table-column.ts';
import type { RowActions } from './table-row.tsx';
import { VirtualTable } from './virtual-table.tsx';

/** More is asked for while so many rows are still below. */
const ROWS_AHEAD = 30;

const features = tableFeatures({ rowExpandingFeature, expandedRowModel: createExpandedRowModel() });

interface DataTableProps<Row> {
	/** Says what the rows are. */
	readonly label: string;
	readonly rows: readonly Row[];
	readonly columns: readonly TableColumn<Row>[];
	readonly getId: (row: Row) => string;
	readonly getChildren?: (row: Row) => readonly Row[] | undefined;
	readonly canExpand?: (row: Row) => boolean;
	readonly expanded?: ReadonlySet<string>;
	readonly onExpand?: (id: string, isExpanded: boolean) => void;
	/** A line in place of cells, for a row that is none. */
	readonly getNote?: (row: Row) => ReactNode;
	readonly onOpen?: (row: Row) => void;
	readonly order?: TableOrder | null;
	readonly onOrder?: (by: string) => void;
	readonly hasMore?: boolean;
	readonly onMore?: () => void;
	readonly footer?: ReactNode;
	readonly className?: string;
}

const EMPTY = new Set<string>();

export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
	const { rows: data, columns, getId, getChildren, canExpand, expanded = EMPTY, onExpand, hasMore = false, onMore } = props;
	const expandedState = useMemo<ExpandedState>(() => Object.fromEntries([...expanded].map((id) => [id, true])), [expanded]);
	const definitions = useMemo(() => columns.map((column) => ({ id: column.id, accessorFn: (row: Row) => row })), [columns]);
	const table = useTable({
		features,
		data,
		columns: definitions,
		getRowId: getId,
		getSubRows: (row) => getChildren?.(row),
		getRowCanExpand: (row) => canExpand?.(row.original) ?? false,
		state: { expanded: expandedState },
		onExpandedChange: () => undefined,
	});
	const { rows } = table.getRowModel();
	const rowAt = useCallback((index: number) => rows[index] ?? null, [rows]);
	const [last, setLast] = useState(-1);
	const onDrawn = useCallback((_first: number, drawnLast: number) => setLast(drawnLast), []);
	useEffect(() => {
		if (hasMore && last >= rows.length - ROWS_AHEAD) onMore?.();
	}, [hasMore, last, rows.length, onMore]);
	const actions: RowActions<Row> = {
		expand: (row) => onExpand?.(row.id, !row.getIsExpanded()),
		open: (row) => props.onOpen?.(row.original),
	};
	return (
		<VirtualTable
			label={props.label}
			rowCount={rows.length}
			rowAt={rowAt}
			columns={columns}
			actions={actions}
			isTree={getChildren !== undefined}
			getNote={props.getNote}
			order={props.order ?? null}
			onOrder={props.onOrder}
			isOpenEnded={hasMore}
			onDrawn={onDrawn}
			footer={props.footer}
			className={props.className}
		/>
	);
}
