/** Many rows with few statements: a call for each would take longer than what it does, and on PostgreSQL a journey. */
import type { Row, SqlValue, UnitOfWork } from './unit-of-work.ts';

/** Rows of one statement; ten columns each stay far below what either engine takes as parameters. */
const ROWS_MAX = 256;

/** Texts of one `in (…)`. */
const LIST_MAX = 512;

/**
 * A question about some texts, asked for 512 of them at most at once. The first one fills the list up to a power of two, so that few
 * statements are prepared.
 * @param sql With `{list}` in the place of the list, behind all other parameters.
 */
export async function rowsOfList(unit: UnitOfWork, sql: string, parameters: readonly SqlValue[], texts: readonly string[]): Promise<Row[]> {
	const rows: Row[] = [];
	for (let from = 0; from < texts.length; from += LIST_MAX) {
		const asked = texts.slice(from, from + LIST_MAX);
		const room = 2 ** Math.ceil(Math.log2(asked.length));
		while (asked.length < room) asked.push(asked[0] as string);
		const list = new Array(room).fill('?').join(', ');
		rows.push(...(await unit.execute(sql.replace('{list}', list), [...parameters, ...asked])));
	}
	return rows;
}

/** A statement in which `{rows}` stands for the rows of a `values` list. */
export interface RowsStatement {
	run(unit: Pick<UnitOfWork, 'execute'>, rows: readonly (readonly SqlValue[])[]): Promise<void>;
}

/**
 * Statements are made for numbers of rows that are powers of two, so that few are prepared.
 * @param types The type of each column, for statements from which PostgreSQL could not tell; each row then is `v.column1`, `v.column2`, …
 */
export function rowsStatement(sql: string, columns: number, types?: readonly string[]): RowsStatement {
	const row = `(${new Array(columns).fill('?').join(', ')})`;
	const first = types ? `(${types.map((type) => `cast(? as ${type})`).join(', ')})` : row;
	const texts = new Map<number, string>();
	const textFor = (rows: number): string =>
		texts.getOrInsertComputed(rows, () => sql.replace('{rows}', [first, ...new Array(rows - 1).fill(row)].join(', ')));
	return {
		async run(unit, rows) {
			for (let at = 0; at < rows.length; ) {
				const count = Math.min(ROWS_MAX, 2 ** Math.floor(Math.log2(rows.length - at)));
				await unit.execute(textFor(count), rows.slice(at, at + count).flat());
				at += count;
			}
		},
	};
}
