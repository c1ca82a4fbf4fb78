/** The head of a table: names of columns, each a button where the server can order by it; sized, moved and pinned where the table allows. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { type DragEvent, type KeyboardEvent, memo, type PointerEvent, useState } from 'react';
import { ArrowSortDownRegular, ArrowSortUpRegular, ChevronDownRegular } from '../icons.ts';
import type { ColumnArranging, TableColumn, TableOrder } from './table-column.ts';

const WIDTH_MIN_PX = 48;
const WIDTH_MAX_PX = 1_200;
const WIDTH_STEP_PX = 16;
const DRAGGED = 'text/x-runstead-column';

const useStyles = makeStyles({
	row: {
		display: 'grid',
		position: 'sticky',
		top: 0,
		zIndex: 2,
		height: 'var(--row-height)',
		gridTemplateColumns: 'var(--columns)',
		alignItems: 'stretch',
		backgroundColor: tokens.colorNeutralBackground1,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
		paddingLeft: tokens.spacingHorizontalM,
		paddingRight: tokens.spacingHorizontalM,
	},
	cell: {
		display: 'flex',
		alignItems: 'center',
		position: 'relative',
		minWidth: 0,
		padding: `0 ${tokens.spacingHorizontalS}`,
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
		fontWeight: tokens.fontWeightSemibold,
		whiteSpace: 'nowrap',
		':hover > [data-options]': { opacity: 1 },
	},
	numeric: { justifyContent: 'flex-end' },
	pinned: { '@media (min-width: 861px)': { position: 'sticky', zIndex: 1, backgroundColor: 'inherit' } },
	dropBefore: { boxShadow: `inset 2px 0 0 ${tokens.colorBrandForeground1}` },
	button: {
		display: 'inline-flex',
		alignItems: 'center',
		gap: '4px',
		minWidth: 0,
		padding: 0,
		border: 'none',
		background: 'none',
		font: 'inherit',
		color: 'inherit',
		cursor: 'pointer',
		borderRadius: tokens.borderRadiusSmall,
		':hover': { color: tokens.colorNeutralForeground1 },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
	},
	options: {
		position: 'absolute',
		height: '24px',
		padding: '0 2px',
		backgroundColor: tokens.colorNeutralBackground1,
		opacity: 0,
		':focus-visible': { opacity: 1, outline: `2px solid ${tokens.colorStrokeFocus2}` },
	},
	optionsRight: { right: '6px' },
	/** Where the words stand right, this stands left of them. */
	optionsLeft: { left: '2px' },
	ordered: { color: tokens.colorNeutralForeground1 },
	text: { overflow: 'hidden', textOverflow: 'ellipsis' },
	parts: { display: 'flex', minWidth: 0, whiteSpace: 'pre' },
	shared: { overflow: 'hidden', textOverflow: 'ellipsis', flexShrink: 1_000, minWidth: '1em' },
	handle: {
		position: 'absolute',
		right: '-4px',
		top: '6px',
		bottom: '6px',
		width: '9px',
		zIndex: 1,
		cursor: 'col-resize',
		touchAction: 'none',
		'::after': {
			content: '""',
			position: 'absolute',
			left: '4px',
			top: 0,
			bottom: 0,
			width: '1px',
			backgroundColor: tokens.colorNeutralStroke2,
		},
		':hover::after': { backgroundColor: tokens.colorBrandForeground1, width: '2px' },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
	},
});

interface TableHeaderProps<Row> {
	readonly columns: readonly TableColumn<Row>[];
	readonly order: TableOrder | null;
	readonly onOrder: ((by: string) => void) | undefined;
	readonly arranging?: ColumnArranging | undefined;
	/** From the left edge, of the columns that do not scroll. */
	readonly lefts: readonly number[];
}

/** Drawn anew only when something of its own changes, not with each row that comes. */
export const TableHeader = memo(PlainTableHeader) as typeof PlainTableHeader;

function PlainTableHeader<Row>(props: TableHeaderProps<Row>) {
	const styles = useStyles();
	const [dropTarget, setDropTarget] = useState<string | null>(null);
	return (
		// biome-ignore lint/a11y/useSemanticElements: placed by hand, see virtual-table.tsx
		// biome-ignore lint/a11y/useFocusableInteractive: its buttons take the focus
		<div role="row" aria-rowindex={1} className={styles.row} onDragEnd={() => setDropTarget(null)}>
			{props.columns.map((column, place) => (
				<HeaderCell key={column.id} {...props} column={column} place={place} dropTarget={dropTarget} onDropTarget={setDropTarget} />
			))}
		</div>
	);
}

interface HeaderCellProps<Row> extends TableHeaderProps<Row> {
	readonly column: TableColumn<Row>;
	readonly place: number;
	readonly dropTarget: string | null;
	readonly onDropTarget: (id: string | null) => void;
}

function HeaderCell<Row>({ column, place, order, onOrder, arranging, lefts, dropTarget, onDropTarget }: HeaderCellProps<Row>) {
	const styles = useStyles();
	const { id, orderBy, isFixed = false } = column;
	const isOrdered = orderBy !== undefined && order?.by === orderBy;
	const direction = order?.isAscending ? 'ascending' : 'descending';
	const canArrange = arranging !== undefined && !isFixed;
	const left = lefts[place];
	const dragging = canArrange && {
		draggable: true,
		onDragStart: (event: DragEvent) => event.dataTransfer.setData(DRAGGED, id),
		onDragOver: (event: DragEvent) => {
			if (!event.dataTransfer.types.includes(DRAGGED)) return;
			event.preventDefault();
			onDropTarget(id);
		},
		onDrop: (event: DragEvent) => {
			event.preventDefault();
			const moved = event.dataTransfer.getData(DRAGGED);
			if (moved !== '' && moved !== id) arranging.onMove(moved, id);
			onDropTarget(null);
		},
	};
	return (
		// biome-ignore lint/a11y/useSemanticElements: placed by hand, see virtual-table.tsx
		// biome-ignore lint/a11y/useFocusableInteractive: its button takes the focus
		<div
			role="columnheader"
			data-column={id}
			aria-sort={isOrdered ? direction : undefined}
			title={column.title ?? column.header}
			className={mergeClasses(
				styles.cell,
				column.isNumeric && styles.numeric,
				left !== undefined && styles.pinned,
				dropTarget === id && styles.dropBefore,
			)}
			style={left === undefined ? undefined : { left }}
			{...dragging}
		>
			{column.headerCell !== undefined ? (
				column.headerCell()
			) : orderBy === undefined || onOrder === undefined ? (
				<HeaderText column={column} />
			) : (
				<button type="button" className={mergeClasses(styles.button, isOrdered && styles.ordered)} onClick={() => onOrder(orderBy)}>
					<HeaderText column={column} />
					{isOrdered && (order.isAscending ? <ArrowSortUpRegular /> : <ArrowSortDownRegular />)}
				</button>
			)}
			{canArrange && (
				<>
					<button
						type="button"
						data-options=""
						className={mergeClasses(styles.button, styles.options, column.isNumeric ? styles.optionsLeft : styles.optionsRight)}
						aria-label={`Options of the column ${column.header}`}
						aria-haspopup="menu"
						onClick={(event) => arranging.onMenu(id, event.currentTarget)}
					>
						<ChevronDownRegular />
					</button>
					<ResizeHandle column={column} onResize={(widthPx) => arranging.onResize(id, widthPx)} />
				</>
			)}
		</div>
	);
}

/** What it shares with others goes before what tells it apart. */
function HeaderText<Row>({ column: { header, sharedStart = 0 } }: { readonly column: TableColumn<Row> }) {
	const styles = useStyles();
	if (sharedStart === 0) return <span className={styles.text}>{header}</span>;
	return (
		<span className={styles.parts}>
			<span className={styles.shared}>{header.slice(0, sharedStart)}</span>
			<span className={styles.text}>{header.slice(sharedStart)}</span>
		</span>
	);
}

/** Dragged, or moved with the arrow keys. */
function ResizeHandle<Row>({ column, onResize }: { readonly column: TableColumn<Row>; readonly onResize: (widthPx: number) => void }) {
	const styles = useStyles();
	const limited = (widthPx: number) => Math.round(Math.max(WIDTH_MIN_PX, Math.min(WIDTH_MAX_PX, widthPx)));
	const onPointerDown = (event: PointerEvent<HTMLElement>) => {
		event.preventDefault();
		const handle = event.currentTarget;
		const startWidth = handle.parentElement?.getBoundingClientRect().width ?? column.widthPx;
		const startX = event.clientX;
		handle.setPointerCapture(event.pointerId);
		const move = (moved: globalThis.PointerEvent) => onResize(limited(startWidth + moved.clientX - startX));
		handle.addEventListener('pointermove', move);
		handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true });
	};
	const onKeyDown = (event: KeyboardEvent) => {
		const step = event.key === 'ArrowRight' ? WIDTH_STEP_PX : event.key === 'ArrowLeft' ? -WIDTH_STEP_PX : 0;
		if (step === 0) return;
		event.preventDefault();
		event.stopPropagation();
		onResize(limited(column.widthPx + step));
	};
	return (
		// biome-ignore lint/a11y/useSemanticElements: a line between columns that is moved, not a rule between paragraphs
		<div
			role="separator"
			tabIndex={0}
			draggable
			aria-orientation="vertical"
			aria-label={`Width of the column ${column.header}`}
			aria-valuenow={column.widthPx}
			aria-valuemin={WIDTH_MIN_PX}
			aria-valuemax={WIDTH_MAX_PX}
			className={styles.handle}
			onPointerDown={onPointerDown}
			onDragStart={(event) => {
				event.preventDefault();
				event.stopPropagation();
			}}
			onKeyDown={onKeyDown}
		/>
	);
}
