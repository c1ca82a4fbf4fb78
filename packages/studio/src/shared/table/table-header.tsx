/** The head of a table: names of columns, each a button where the server can order by it. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { ArrowSortDownRegular, ArrowSortUpRegular } from '../icons.ts';
import type { TableColumn, TableOrder } from './table-column.ts';

const useStyles = makeStyles({
	row: {
		display: 'grid',
		position: 'sticky',
		top: 0,
		zIndex: 1,
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
		minWidth: 0,
		padding: `0 ${tokens.spacingHorizontalS}`,
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
		fontWeight: tokens.fontWeightSemibold,
		whiteSpace: 'nowrap',
	},
	numeric: { justifyContent: 'flex-end' },
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
	ordered: { color: tokens.colorNeutralForeground1 },
	text: { overflow: 'hidden', textOverflow: 'ellipsis' },
});

interface TableHeaderProps<Row> {
	readonly columns: readonly TableColumn<Row>[];
	readonly order: TableOrder | null;
	readonly onOrder: ((by: string) => void) | undefined;
}

export function TableHeader<Row>({ columns, order, onOrder }: TableHeaderProps<Row>) {
	const styles = useStyles();
	return (
		// biome-ignore lint/a11y/useSemanticElements: placed by hand, see data-table.tsx
		// biome-ignore lint/a11y/useFocusableInteractive: its buttons take the focus
		<div role="row" aria-rowindex={1} className={styles.row}>
			{columns.map((column) => {
				const { orderBy } = column;
				const isOrdered = orderBy !== undefined && order?.by === orderBy;
				const direction = order?.isAscending ? 'ascending' : 'descending';
				return (
					// biome-ignore lint/a11y/useSemanticElements: placed by hand, see data-table.tsx
					// biome-ignore lint/a11y/useFocusableInteractive: its button takes the focus
					<div
						key={column.id}
						role="columnheader"
						aria-sort={isOrdered ? direction : undefined}
						title={column.title ?? column.header}
						className={mergeClasses(styles.cell, column.isNumeric && styles.numeric)}
					>
						{orderBy === undefined || onOrder === undefined ? (
							<span className={styles.text}>{column.header}</span>
						) : (
							<button type="button" className={mergeClasses(styles.button, isOrdered && styles.ordered)} onClick={() => onOrder(orderBy)}>
								<span className={styles.text}>{column.header}</span>
								{isOrdered && (order.isAscending ? <ArrowSortUpRegular /> : <ArrowSortDownRegular />)}
							</button>
						)}
					</div>
				);
			})}
		</div>
	);
}
