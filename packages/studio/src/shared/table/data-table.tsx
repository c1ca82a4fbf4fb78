/**
 * A table of any length: only what is on screen is drawn, rows may hold rows, and the keyboard reaches everything.
 * Rows are placed by hand, which table elements do not allow: roles say what they are.
 */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import {
	createExpandedRowModel,
	type ExpandedState,
	type RowData,
	rowExpandingFeature,
	tableFeatures,
	useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type MouseEvent, type ReactNode, useEffect, useMemo, useRef } from 'react';
import type { TableColumn, TableOrder } from './table-column.ts';
import { TableHeader } from './table-header.tsx';
import { type RowActions, TableRow } from './table-row.tsx';
import { useRowKeys } from './use-row-keys.ts';

const ROW_HEIGHT_PX = 36;
const OVERSCAN_ROWS = 8;
/** More is asked for while so many rows are still below. */
const ROWS_AHEAD = 30;

const features = tableFeatures({ rowExpandingFeature, expandedRowModel: createExpandedRowModel() });

const useStyles = makeStyles({
	scroller: { flexGrow: 1, minHeight: 0, overflow: 'auto', position: 'relative', scrollbarGutter: 'stable' },
	content: { minWidth: '100%', width: 'max-content', display: 'flex', flexDirection: 'column' },
	body: { position: 'relative', minWidth: '100%' },
	footer: { padding: tokens.spacingHorizontalM, color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

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
	/** Told which rows are on screen. */
	readonly onVisible?: (rows: readonly Row[]) => void;
	readonly footer?: ReactNode;
	readonly className?: string;
}

const EMPTY = new Set<string>();

export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
	const { rows: data, columns, getId, getChildren, canExpand, expanded = EMPTY, onExpand, hasMore = false, onMore, onVisible } = props;
	const styles = useStyles();
	const scroller = useRef<HTMLDivElement>(null);
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
	const rows = table.getRowModel().rows;
	const virtualizer = useVirtualizer({
		count: rows.length,
		getScrollElement: () => scroller.current,
		estimateSize: () => ROW_HEIGHT_PX,
		getItemKey: (index) => rows[index]?.id ?? index,
		overscan: OVERSCAN_ROWS,
		scrollPaddingStart: ROW_HEIGHT_PX,
		useFlushSync: false,
	});
	const items = virtualizer.getVirtualItems();
	const last = items.at(-1)?.index ?? -1;

	useEffect(() => {
		if (hasMore && last >= rows.length - ROWS_AHEAD) onMore?.();
	}, [hasMore, last, rows.length, onMore]);
	useEffect(() => {
		onVisible?.(items.flatMap((item) => rows[item.index]?.original ?? []));
	}, [items, rows, onVisible]);

	const actions: RowActions<Row> = {
		expand: (row) => onExpand?.(row.id, !row.getIsExpanded()),
		open: (row) => props.onOpen?.(row.original),
	};
	const { activeIndex, onFocus, onKeyDown } = useRowKeys({ rows, virtualizer, scroller, actions });
	const onClick = (event: MouseEvent) => {
		const id = event.target instanceof Element ? event.target.closest('[data-toggle]')?.getAttribute('data-toggle') : null;
		const row = rows.find((one) => one.id === id);
		if (row !== undefined) actions.expand(row);
	};
	const layout = { '--columns': columns.map(trackOf).join(' '), '--row-height': `${ROW_HEIGHT_PX}px` } as CSSProperties;

	return (
		<div ref={scroller} className={mergeClasses(styles.scroller, props.className)}>
			<div
				className={styles.content}
				style={layout}
				role="treegrid"
				aria-label={props.label}
				aria-rowcount={hasMore ? -1 : rows.length + 1}
				tabIndex={-1}
				onClick={onClick}
				onFocus={onFocus}
				onKeyDown={onKeyDown}
			>
				<TableHeader columns={columns} order={props.order ?? null} onOrder={props.onOrder} />
				{/* biome-ignore lint/a11y/useSemanticElements: as above */}
				<div className={styles.body} role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
					{items.map((item) => {
						const row = rows[item.index];
						if (row === undefined) return null;
						return (
							<TableRow
								key={row.id}
								row={row}
								index={item.index}
								top={item.start}
								columns={columns}
								note={props.getNote?.(row.original) ?? null}
								isTree={getChildren !== undefined}
								isActive={item.index === activeIndex}
								canExpand={row.getCanExpand()}
								isExpanded={row.getIsExpanded()}
							/>
						);
					})}
				</div>
			</div>
			{props.footer && <div className={styles.footer}>{props.footer}</div>}
		</div>
	);
}

function trackOf(column: TableColumn<never>): string {
	return column.grows ? `minmax(${column.widthPx}px, 1fr)` : `${column.widthPx}px`;
}
