/** The rows of an answer: ordered by any column, filtered by what stands in them. */
import { Input, makeStyles, tokens } from '@fluentui/react-components';
import type { QueryAnswer } from '@runstead/contract';
import { useMemo, useState } from 'react';
import { SearchRegular } from '../../shared/icons.ts';
import { DataTable } from '../../shared/table/data-table.tsx';
import { nextOrder, type TableColumn, type TableOrder } from '../../shared/table/table-column.ts';

interface AnswerRow {
	readonly index: number;
	readonly cells: readonly unknown[];
}

const NUMBERS: ReadonlySet<string> = new Set(['int', 'long', 'real', 'decimal']);
const WIDTHS: Readonly<Record<string, number>> = { datetime: 220, long: 120, int: 100, real: 140, bool: 90 };

const useStyles = makeStyles({
	tools: { padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}` },
	cell: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'pre' },
});

export function AnswerGrid({ answer }: { readonly answer: QueryAnswer }) {
	const styles = useStyles();
	const [order, setOrder] = useState<TableOrder | null>(null);
	const [sought, setSought] = useState('');
	const rows = useMemo(() => arranged(answer, order, sought), [answer, order, sought]);
	const columns = useMemo(
		() =>
			answer.columns.map(
				({ name, type }, index): TableColumn<AnswerRow> => ({
					id: String(index),
					header: name,
					title: type,
					widthPx: WIDTHS[type] ?? 200,
					grows: index === answer.columns.length - 1,
					isNumeric: NUMBERS.has(type),
					orderBy: String(index),
					cell: ({ cells }) => (
						<span className={styles.cell} title={shown(cells[index])}>
							{shown(cells[index])}
						</span>
					),
				}),
			),
		[answer, styles],
	);
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
			</div>
			<DataTable
				label="Rows of the answer"
				rows={rows}
				columns={columns}
				getId={({ index }) => String(index)}
				order={order}
				onOrder={(by) => setOrder((current) => nextOrder(current, by))}
			/>
		</>
	);
}

function shown(value: unknown): string {
	return value === null || value === undefined ? '' : String(value);
}

function arranged({ rows }: QueryAnswer, order: TableOrder | null, sought: string): AnswerRow[] {
	const word = sought.trim().toLowerCase();
	const found = rows
		.map((cells, index): AnswerRow => ({ index, cells }))
		.filter(({ cells }) => word === '' || cells.some((cell) => shown(cell).toLowerCase().includes(word)));
	if (!order) return found;
	const at = Number(order.by);
	const sign = order.isAscending ? 1 : -1;
	return found.toSorted((one, other) => sign * compare(one.cells[at], other.cells[at]));
}

function compare(one: unknown, other: unknown): number {
	if (typeof one === 'number' && typeof other === 'number') return one - other;
	return shown(one) < shown(other) ? -1 : shown(one) > shown(other) ? 1 : 0;
}
