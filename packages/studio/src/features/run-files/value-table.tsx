/** Rows of texts as a table: the first of them where there are very many. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { useMemo } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { DataTable } from '../../shared/table/data-table.tsx';
import type { TableColumn } from '../../shared/table/table-column.ts';

/** Rows of a table that is shown. */
export const ROWS_MAX = 50_000;
/** Wider tables would be slow to draw; the file has all of it. */
const COLUMNS_MAX = 100;
const WIDTH_PX = 132;
const NUMBER = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;
/** Rows that tell whether a column holds numbers. */
const ROWS_LOOKED_AT = 50;

export interface TextRows {
	readonly header: readonly string[];
	readonly rows: readonly (readonly string[])[];
	/** There are more rows than were read. */
	readonly isCut: boolean;
}

interface ValueRow {
	readonly index: number;
	readonly fields: readonly string[];
}

const useStyles = makeStyles({
	number: { color: tokens.colorNeutralForeground3 },
	text: { overflow: 'hidden', textOverflow: 'ellipsis' },
});

export function ValueTable({ table, label }: { readonly table: TextRows; readonly label: string }) {
	const styles = useStyles();
	const rows = useMemo(() => table.rows.map((fields, index): ValueRow => ({ index, fields })), [table]);
	const columns = useMemo(
		(): TableColumn<ValueRow>[] => [
			{
				id: 'row',
				header: '#',
				widthPx: 64,
				isNumeric: true,
				cell: ({ index }) => <span className={styles.number}>{formatCount(index + 1)}</span>,
			},
			...table.header.slice(0, COLUMNS_MAX).map((header, place) => ({
				id: String(place),
				header,
				title: header,
				widthPx: WIDTH_PX,
				grows: true,
				isNumeric: isNumeric(table.rows, place),
				cell: ({ fields }: ValueRow) => (
					<span className={styles.text} title={fields[place]}>
						{fields[place]}
					</span>
				),
			})),
		],
		[table, styles],
	);
	if (table.header.length === 0) return <EmptyState title="This table is empty" />;
	const notes = [
		table.isCut && `The first ${formatCount(rows.length)} rows; the file has all of them.`,
		table.header.length > COLUMNS_MAX && `The first ${COLUMNS_MAX} of ${formatCount(table.header.length)} columns.`,
	].filter((note) => note !== false);
	return (
		<DataTable
			label={label}
			rows={rows}
			columns={columns}
			getId={({ index }) => String(index)}
			footer={notes.length > 0 ? notes.join(' ') : undefined}
		/>
	);
}

function isNumeric(rows: readonly (readonly string[])[], place: number): boolean {
	const fields = rows.slice(0, ROWS_LOOKED_AT).flatMap((row) => (row[place] ? [row[place]] : []));
	return fields.length > 0 && fields.every((field) => NUMBER.test(field));
}
