/** The rows of an answer: ordered by any column, filtered by what stands in them, or turned. */
import { Button, Input, makeStyles, ToggleButton, tokens } from '@fluentui/react-components';
import { useMemo, useState } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { ArrowSyncRegular, SearchRegular } from '../../shared/icons.ts';
import { DataTable } from '../../shared/table/data-table.tsx';
import { nextOrder, type TableColumn, type TableOrder } from '../../shared/table/table-column.ts';
import { AnswerCell } from './answer-cell.tsx';
import { compareNumbers, isNumberType } from './column-types.ts';
import { columnWidths, shown } from './column-widths.ts';
import { pivotedOrNull, type Table, usualPivot } from './pivot.ts';
import { PivotForm } from './pivot-form.tsx';
import type { Pivot } from './pivot-search.ts';

interface AnswerRow {
	readonly index: number;
	readonly cells: readonly unknown[];
}

const useStyles = makeStyles({
	tools: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: tokens.spacingHorizontalM,
		padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
	},
});

interface AnswerGridProps {
	readonly answer: Table;
	readonly pivot: Pivot | null;
	readonly onPivot: (pivot: Pivot | null) => void;
}

export function AnswerGrid({ answer, pivot, onPivot }: AnswerGridProps) {
	const styles = useStyles();
	const [areEmptyShown, setEmptyShown] = useState(false);
	const [sought, setSought] = useState('');
	const filled = useMemo(() => withoutEmptyColumns(answer), [answer]);
	const pivoted = useMemo(() => pivot && pivotedOrNull(answer, pivot), [answer, pivot]);
	const emptyCount = answer.columns.length - filled.columns.length;
	const table = pivoted ?? (areEmptyShown ? answer : filled);
	return (
		<>
			<div className={styles.tools}>
				<Input
					size="small"
					aria-label="Filter the rows"
					placeholder="Filter the rows"
					contentBefore={<SearchRegular />}
					value={sought}
					onChange={(_, data) => setSought(data.value)}
				/>
				<ToggleButton
					size="small"
					icon={<ArrowSyncRegular />}
					checked={pivoted !== null}
					onClick={() => onPivot(pivoted === null ? usualPivot(filled) : null)}
				>
					Pivot
				</ToggleButton>
				{pivot !== null && pivoted !== null && <PivotForm table={answer} pivot={pivot} onPivot={onPivot} />}
				{pivoted !== null && pivoted.leftOut > 0 && <span>{formatCount(pivoted.leftOut)} rarer columns are left out</span>}
				{pivoted === null && emptyCount > 0 && (
					<Button size="small" appearance="subtle" aria-expanded={areEmptyShown} onClick={() => setEmptyShown(!areEmptyShown)}>
						{`${areEmptyShown ? 'Hide' : 'Show'} ${formatCount(emptyCount)} empty ${emptyCount === 1 ? 'column' : 'columns'}`}
					</Button>
				)}
			</div>
			<Rows key={pivoted === null ? 'rows' : JSON.stringify(pivot)} table={table} sought={sought} />
		</>
	);
}

function Rows({ table, sought }: { readonly table: Table; readonly sought: string }) {
	const [order, setOrder] = useState<TableOrder | null>(null);
	const rows = useMemo(() => arranged(table, order, sought), [table, order, sought]);
	const columns = useMemo(() => {
		const widths = columnWidths(table);
		const widest = widths.indexOf(Math.max(...widths));
		return table.columns.map(
			({ name, type }, index): TableColumn<AnswerRow> => ({
				id: String(index),
				header: name,
				title: type,
				widthPx: widths[index] ?? 0,
				grows: index === widest,
				isNumeric: isNumberType(type),
				orderBy: String(index),
				cell: ({ cells }) => <AnswerCell column={name} text={shown(cells[index])} />,
			}),
		);
	}, [table]);
	return (
		<DataTable
			label="Rows of the answer"
			rows={rows}
			columns={columns}
			getId={({ index }) => String(index)}
			order={order}
			onOrder={(by) => setOrder((current) => nextOrder(current, by))}
		/>
	);
}

/** The log tables have dozens of columns, and most kinds of events fill few. */
function withoutEmptyColumns({ columns, rows }: Table): Table {
	const places = columns.flatMap((_, index) => (rows.length === 0 || rows.some((row) => shown(row[index]) !== '') ? [index] : []));
	if (places.length === columns.length || places.length === 0) return { columns, rows };
	return {
		columns: places.flatMap((place) => columns[place] ?? []),
		rows: rows.map((row) => places.map((place) => row[place])),
	};
}

function arranged({ columns, rows }: Table, order: TableOrder | null, sought: string): AnswerRow[] {
	const word = sought.trim().toLowerCase();
	const found = rows
		.map((cells, index): AnswerRow => ({ index, cells }))
		.filter(({ cells }) => word === '' || cells.some((cell) => shown(cell).toLowerCase().includes(word)));
	if (!order) return found;
	const at = Number(order.by);
	const sign = order.isAscending ? 1 : -1;
	const compare = isNumberType(columns[at]?.type ?? '') ? compareNumbers : compareTexts;
	return found.toSorted((one, other) => sign * compare(one.cells[at], other.cells[at]));
}

function compareTexts(one: unknown, other: unknown): number {
	return shown(one) < shown(other) ? -1 : shown(one) > shown(other) ? 1 : 0;
}
