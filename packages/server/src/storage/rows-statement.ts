/** Many rows with few statements: a call for each would take longer than what it does, and on PostgreSQL a journey. */
import type { Row, SqlValue } from './sql-value.ts';

/** Rows of one statement of SQLite; a dozen columns each stay far below what it takes as parameters. */
const ROWS_MAX = 256;

/** Texts of one `in (…)` of SQLite. */
const LIST_MAX = 512;

type ColumnType = 'bigint' | 'text' | 'double precision' | 'bytea';

/** A statement in which `{rows}` stands for a query of the rows that it is run with: their columns are `column1`, `column2`, … */
export interface RowsStatement {
	readonly sql: string;
	readonly types: readonly ColumnType[];
	/** As SQLite takes it, by how many rows it has. */
	readonly ofValues: Map<number, string>;
	/** As PostgreSQL takes it: an array for each column. */
	readonly ofArrays: string;
}

export function rowsStatement(sql: string, types: readonly ColumnType[]): RowsStatement {
	return { sql, types, ofValues: new Map(), ofArrays: sql.replace('{rows}', queryOfArrays(types)) };
}

/** Bytes would have to be written as text in an array: all those of a column are one parameter, from which each row takes its own. */
function queryOfArrays(types: readonly ColumnType[]): string {
	const columns = types.map((type, index) =>
		type === 'bytea' ? `substring(cast(? as bytea) from start${index} for length${index})` : `given${index}`,
	);
	const given = types.flatMap((type, index) => (type === 'bytea' ? [`start${index}`, `length${index}`] : [`given${index}`]));
	const arrays = types.flatMap((type) => (type === 'bytea' ? ['cast(? as int[])', 'cast(? as int[])'] : [`cast(? as ${type}[])`]));
	const named = columns.map((column, index) => `${column} as column${index + 1}`).join(', ');
	return `select ${named} from unnest(${arrays.join(', ')}) as given (${given.join(', ')})`;
}

/** Runs it as SQLite takes it, and gives what it returns. Statements are made for numbers of rows that are powers of two, so that few are prepared. */
export function runOfValues(
	{ sql, types, ofValues }: RowsStatement,
	rows: readonly (readonly SqlValue[])[],
	run: (sql: string, parameters: readonly SqlValue[]) => Row[],
): Row[] {
	const returned: Row[] = [];
	for (let at = 0; at < rows.length; ) {
		const count = Math.min(ROWS_MAX, 2 ** Math.floor(Math.log2(rows.length - at)));
		const text = ofValues.getOrInsertComputed(count, () => {
			const row = `(${new Array(types.length).fill('?').join(', ')})`;
			return sql.replace('{rows}', `values ${new Array(count).fill(row).join(', ')}`);
		});
		for (const row of run(text, rows.slice(at, at + count).flat())) returned.push(row);
		at += count;
	}
	return returned;
}

/** The parameters of `ofArrays`: first the bytes of the columns that have such, then the arrays. */
export function arraysOf({ types }: RowsStatement, rows: readonly (readonly SqlValue[])[]): (Uint8Array | SqlValue[])[] {
	const contents: Uint8Array[] = [];
	const arrays: SqlValue[][] = [];
	for (const [index, type] of types.entries()) {
		const column = rows.map((row) => row[index] as SqlValue);
		if (type !== 'bytea') {
			arrays.push(column);
			continue;
		}
		contents.push(Buffer.concat(column.filter((bytes) => bytes !== null) as Uint8Array[]));
		let start = 1;
		const lengths = column.map((bytes) => (bytes as Uint8Array | null)?.length ?? null);
		const starts = lengths.map((length) => {
			const own = start;
			start += length ?? 0;
			return own;
		});
		arrays.push(starts, lengths);
	}
	return [...contents, ...arrays];
}

/**
 * Asks a question about some texts as SQLite takes it, 512 of them at most at once. The first one fills the list up to a power of two, so
 * that few statements are prepared.
 * @param sql With `{list}` where the texts are looked for, behind all other parameters.
 */
export function rowsOfList(sql: string, texts: readonly string[], ask: (sql: string, texts: readonly string[]) => Row[]): Row[] {
	const rows: Row[] = [];
	for (let from = 0; from < texts.length; from += LIST_MAX) {
		const asked = texts.slice(from, from + LIST_MAX);
		const room = 2 ** Math.ceil(Math.log2(asked.length));
		while (asked.length < room) asked.push(asked[0] as string);
		const found = ask(sql.replace('{list}', `in (${new Array(room).fill('?').join(', ')})`), asked);
		if (rows.length === 0 && texts.length <= LIST_MAX) return found;
		for (const row of found) rows.push(row);
	}
	return rows;
}

/** The same as PostgreSQL takes it: all of the texts are one parameter. */
export function listOfArray(sql: string): string {
	return sql.replace('{list}', '= any(cast(? as text[]))');
}
