/** One row of a table: its cells, indented by its depth, with the button that shows the rows below it. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { memo, type ReactNode } from 'react';
import { ChevronDownRegular, ChevronRightRegular } from '../icons.ts';
import type { TableColumn } from './table-column.ts';

const INDENT_PX = 20;

const useStyles = makeStyles({
	row: {
		display: 'grid',
		position: 'absolute',
		top: 0,
		left: 0,
		width: '100%',
		height: 'var(--row-height)',
		gridTemplateColumns: 'var(--columns)',
		alignItems: 'center',
		paddingLeft: tokens.spacingHorizontalM,
		paddingRight: tokens.spacingHorizontalM,
		borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
		outlineStyle: 'none',
		backgroundColor: tokens.colorNeutralBackground1,
		':hover': { backgroundColor: tokens.colorNeutralBackground3 },
		':focus-visible': { boxShadow: `inset 0 0 0 2px ${tokens.colorStrokeFocus2}` },
	},
	cell: {
		display: 'flex',
		alignItems: 'center',
		minWidth: 0,
		padding: `0 ${tokens.spacingHorizontalS}`,
		fontSize: tokens.fontSizeBase300,
		whiteSpace: 'nowrap',
		overflow: 'hidden',
		textOverflow: 'ellipsis',
	},
	numeric: { justifyContent: 'flex-end', fontVariantNumeric: 'tabular-nums' },
	toggle: {
		display: 'inline-flex',
		alignItems: 'center',
		justifyContent: 'center',
		width: '20px',
		height: '24px',
		marginRight: '4px',
		padding: 0,
		flexShrink: 0,
		border: 'none',
		background: 'none',
		color: tokens.colorNeutralForeground3,
		cursor: 'pointer',
		borderRadius: tokens.borderRadiusSmall,
		':hover': { color: tokens.colorNeutralForeground1, backgroundColor: tokens.colorNeutralBackground1Pressed },
	},
	hidden: { visibility: 'hidden' },
	pinned: { '@media (min-width: 861px)': { position: 'sticky', zIndex: 1, height: '100%', backgroundColor: 'inherit' } },
	waiting: { width: '60%', height: '10px', borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground4 },
	note: {
		gridColumn: '1 / -1',
		padding: `0 ${tokens.spacingHorizontalS}`,
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
	},
});

interface WaitingRowProps<Row> {
	readonly index: number;
	readonly top: number;
	readonly columns: readonly TableColumn<Row>[];
}

/** Where a row will be that is being read. */
export function WaitingRow<Row>({ index, top, columns }: WaitingRowProps<Row>) {
	const styles = useStyles();
	return (
		// biome-ignore lint/a11y/useSemanticElements: placed by hand, see virtual-table.tsx
		// biome-ignore lint/a11y/useFocusableInteractive: nothing is there yet
		<div
			role="row"
			aria-rowindex={index + 2}
			aria-busy="true"
			data-waiting=""
			className={styles.row}
			style={{ transform: `translateY(${top}px)` }}
		>
			{columns.map((column) => (
				// biome-ignore lint/a11y/useSemanticElements: as above
				// biome-ignore lint/a11y/useFocusableInteractive: as above
				<div key={column.id} role="gridcell" className={styles.cell}>
					{column.isFixed ? null : <span className={styles.waiting} />}
				</div>
			))}
		</div>
	);
}

/** What a row of the table's model can tell. */
export interface ModelRow<Row> {
	readonly id: string;
	/** Where the same row may stand twice: its place in the tree, which no other has. */
	readonly path?: string;
	readonly depth: number;
	readonly original: Row;
	getCanExpand(): boolean;
	getIsExpanded(): boolean;
}

export interface RowActions<Row> {
	expand(row: ModelRow<Row>): void;
	open(row: ModelRow<Row>): void;
	/** What the space bar does, where rows can be chosen. */
	select?(row: ModelRow<Row>): void;
}

interface TableRowProps<Row> {
	readonly row: ModelRow<Row>;
	readonly index: number;
	/** Pixels from the top of all rows. */
	readonly top: number;
	readonly columns: readonly TableColumn<Row>[];
	readonly note: ReactNode;
	readonly isTree: boolean;
	readonly isActive: boolean;
	readonly canExpand: boolean;
	readonly isExpanded: boolean;
	/** From the left edge, of the columns that do not scroll. */
	readonly lefts: readonly number[];
	/** Of the column that the tree is drawn in. */
	readonly treePlace: number;
}

/** Drawn anew only when something of its own changes: scrolling draws the rows that come, not those that stay. */
export const TableRow = memo(PlainTableRow) as typeof PlainTableRow;

function PlainTableRow<Row>({
	row,
	index,
	top,
	columns,
	note,
	isTree,
	isActive,
	canExpand,
	isExpanded,
	lefts,
	treePlace,
}: TableRowProps<Row>) {
	const styles = useStyles();
	return (
		// biome-ignore lint/a11y/useSemanticElements: placed by hand, see virtual-table.tsx
		<div
			role="row"
			aria-rowindex={index + 2}
			aria-level={isTree ? row.depth + 1 : undefined}
			aria-expanded={canExpand ? isExpanded : undefined}
			data-row={row.id}
			data-index={index}
			tabIndex={isActive ? 0 : -1}
			className={styles.row}
			style={{ transform: `translateY(${top}px)` }}
		>
			{note !== null && (
				<span className={styles.note} style={{ paddingLeft: `${row.depth * INDENT_PX + 32}px` }}>
					{note}
				</span>
			)}
			{note === null &&
				columns.map((column, place) => (
					// biome-ignore lint/a11y/useSemanticElements: placed by hand, see virtual-table.tsx
					// biome-ignore lint/a11y/useFocusableInteractive: the row takes the focus
					<div
						key={column.id}
						role="gridcell"
						className={mergeClasses(styles.cell, column.isNumeric && styles.numeric, lefts[place] !== undefined && styles.pinned)}
						style={lefts[place] === undefined ? undefined : { left: lefts[place] }}
					>
						{place === treePlace && isTree && (
							<span style={{ paddingLeft: `${row.depth * INDENT_PX}px` }}>
								<button
									type="button"
									tabIndex={-1}
									data-toggle={row.id}
									className={mergeClasses(styles.toggle, !canExpand && styles.hidden)}
									aria-label={isExpanded ? 'Close' : 'Open'}
								>
									{isExpanded ? <ChevronDownRegular /> : <ChevronRightRegular />}
								</button>
							</span>
						)}
						{column.cell(row.original)}
					</div>
				))}
		</div>
	);
}
