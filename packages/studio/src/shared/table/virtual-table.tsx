/**
 * A table of any length whose rows are asked for by their place: only what is on screen is drawn, and the keyboard reaches everything.
 * Rows are placed by hand, which table elements do not allow: roles say what they are.
 */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type MouseEvent, type ReactNode, useEffect, useMemo, useRef } from 'react';
import { type ColumnArranging, pinnedLefts, type TableColumn, type TableOrder } from './table-column.ts';
import { TableHeader } from './table-header.tsx';
import { type ModelRow, type RowActions, TableRow, WaitingRow } from './table-row.tsx';
import { useRowKeys } from './use-row-keys.ts';

const ROW_HEIGHT_PX = 36;
const OVERSCAN_ROWS = 8;

const useStyles = makeStyles({
	scroller: { flexGrow: 1, minHeight: 0, overflow: 'auto', position: 'relative', scrollbarGutter: 'stable' },
	content: { minWidth: '100%', width: 'max-content', display: 'flex', flexDirection: 'column' },
	body: { position: 'relative', minWidth: '100%' },
	footer: {
		position: 'sticky',
		left: 0,
		width: 'fit-content',
		padding: tokens.spacingHorizontalM,
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
	},
});

export interface VirtualTableProps<Row> {
	/** Says what the rows are. */
	readonly label: string;
	/** Those that are not read yet too, where they are known to be. */
	readonly rowCount: number;
	/** Null while a row is being read. Its identity changes with what it shows, and not else. */
	readonly rowAt: (index: number) => ModelRow<Row> | null;
	readonly columns: readonly TableColumn<Row>[];
	/** So many of the first columns stay when the others scroll. */
	readonly pinnedCount?: number;
	readonly arranging?: ColumnArranging;
	readonly actions: RowActions<Row>;
	readonly isTree: boolean;
	/** A line in place of cells, for a row that is none. */
	readonly getNote?: ((row: Row) => ReactNode) | undefined;
	readonly order?: TableOrder | null;
	readonly onOrder?: ((by: string) => void) | undefined;
	/** There are more rows than are counted. */
	readonly isOpenEnded?: boolean;
	/** Told which rows are drawn: when they are others, or show something else. */
	readonly onDrawn?: (first: number, last: number) => void;
	readonly footer?: ReactNode;
	readonly className?: string | undefined;
}

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
	const { rowCount, rowAt, columns, actions, onDrawn, pinnedCount = 0 } = props;
	const styles = useStyles();
	const scroller = useRef<HTMLDivElement>(null);
	const virtualizer = useVirtualizer({
		count: rowCount,
		getScrollElement: () => scroller.current,
		estimateSize: () => ROW_HEIGHT_PX,
		overscan: OVERSCAN_ROWS,
		scrollPaddingStart: ROW_HEIGHT_PX,
		useFlushSync: false,
	});
	const items = virtualizer.getVirtualItems();
	const first = items[0]?.index ?? 0;
	const last = items.at(-1)?.index ?? -1;
	// biome-ignore lint/correctness/useExhaustiveDependencies: `rowAt` stands for what the rows show
	useEffect(() => {
		if (last >= first) onDrawn?.(first, last);
	}, [first, last, onDrawn, rowAt]);

	const { activeIndex, onFocus, onKeyDown } = useRowKeys({ rowCount, rowAt, virtualizer, scroller, actions });
	const onClick = (event: MouseEvent) => {
		const toggle = event.target instanceof Element ? event.target.closest('[data-toggle]') : null;
		const index = toggle?.closest('[data-index]')?.getAttribute('data-index');
		const row = index === null || index === undefined ? null : rowAt(Number(index));
		if (row !== null) actions.expand(row);
	};
	const lefts = useMemo(() => pinnedLefts(columns, pinnedCount), [columns, pinnedCount]);
	const treePlace = columns.findIndex((column) => !column.isFixed);
	const layout = { '--columns': columns.map(trackOf).join(' '), '--row-height': `${ROW_HEIGHT_PX}px` } as CSSProperties;

	return (
		<div ref={scroller} className={mergeClasses(styles.scroller, props.className)}>
			<div
				className={styles.content}
				style={layout}
				role="treegrid"
				aria-label={props.label}
				aria-rowcount={props.isOpenEnded ? -1 : rowCount + 1}
				tabIndex={-1}
				onClick={onClick}
				onFocus={onFocus}
				onKeyDown={onKeyDown}
			>
				<TableHeader columns={columns} order={props.order ?? null} onOrder={props.onOrder} arranging={props.arranging} lefts={lefts} />
				{/* biome-ignore lint/a11y/useSemanticElements: as above */}
				<div className={styles.body} role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
					{items.map((item) => {
						const row = rowAt(item.index);
						if (row === null) return <WaitingRow key={item.index} index={item.index} top={item.start} columns={columns} />;
						return (
							<TableRow
								key={row.path ?? row.id}
								row={row}
								index={item.index}
								top={item.start}
								columns={columns}
								note={props.getNote?.(row.original) ?? null}
								isTree={props.isTree}
								isActive={item.index === activeIndex}
								canExpand={row.getCanExpand()}
								isExpanded={row.getIsExpanded()}
								lefts={lefts}
								treePlace={treePlace}
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
	// On a phone what grows leaves room for the column beside it.
	return column.grows ? `minmax(min(${column.widthPx}px, 40vw), 1fr)` : `${column.widthPx}px`;
}
