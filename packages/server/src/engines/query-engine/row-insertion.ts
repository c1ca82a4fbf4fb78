/**
 * Rows on their way into a log table: a statement, and a text for each of its parameters. The values of a column are one text that DuckDB
 * takes apart at a separator, several times quicker than an array of JSON, and many times quicker than values that come one by one.
 */
import type { LogColumnType, LogTableName } from '@runstead/contract';
import type { GrowingBytes } from './growing-bytes.ts';
import { EPOCH_TICKS } from './kql/macros.ts';
import { SQL_TYPES } from './kql/values.ts';
import { storedTable, TIME } from './table-columns.ts';

export interface Insertion {
	readonly sql: string;
	/** In their order, from $1. */
	readonly parameters: readonly (string | Buffer)[];
}

/** From so many rows on, a value that all of them have goes once. Among few this would only make many different statements. */
const CONSTANT_FROM_ROWS = 64;
/** Between the values of a column. */
export const SEPARATOR = '\x1f';
/** Stands for itself with a 0 after it, and for the separator with a 1. */
const ESCAPE = '\x1e';

/** The texts of one column, as `typed` reads them: one that all rows have, or else theirs with separators between them. */
export interface JoinedColumn {
	readonly type: LogColumnType;
	readonly only: string | null;
	readonly bytes: GrowingBytes | null;
}

export function insertionOf(table: LogTableName, rowCount: number, columns: ReadonlyMap<string, JoinedColumn>): Insertion {
	const parameters: (string | Buffer)[] = [];
	const texts: string[] = [];
	const lists: string[] = [];
	/** The value of a column, row by row. */
	const source = ({ type, only, bytes: joinedBytes }: JoinedColumn): string => {
		if (only !== null && rowCount >= CONSTANT_FROM_ROWS) {
			parameters.push(withoutEnds(only).toWellFormed());
			return `$${parameters.length}`;
		}
		const bytes = joinedBytes?.written() ?? Buffer.from(repeated(only ?? '', rowCount));
		parameters.push(bytes);
		const place = lists.length;
		texts.push(`decode($${parameters.length})`);
		lists.push(`unnest(string_split(text${place}, chr(${SEPARATOR.charCodeAt(0)}))) AS list${place}`);
		return type !== 'dynamic' && bytes.includes(ESCAPE) ? restored(`list${place}`) : `list${place}`;
	};
	const names = [...columns.keys()].map((name) => `"${name}"`);
	const values = [...columns].map(([name, column]) => (name === TIME ? ticksOf(source(column)) : typed(source(column), column.type)));
	// As values of a table the texts are taken apart when the statement runs. Those that stand in an expression would be before, while it
	// is planned, into a list of single values that takes half as long again as all the rest.
	const given = `(VALUES (${texts.join(', ')})) AS given(${texts.map((_, place) => `text${place}`).join(', ')})`;
	const from = lists.length > 0 ? `(SELECT ${lists.join(', ')} FROM ${given})` : `range(${rowCount})`;
	return { sql: `INSERT INTO "${storedTable(table)}" (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${from}`, parameters };
}

const separable = (value: string): string =>
	value.includes(ESCAPE) || value.includes(SEPARATOR) ? value.replaceAll(ESCAPE, `${ESCAPE}0`).replaceAll(SEPARATOR, `${ESCAPE}1`) : value;

/** The values of a column with separators between them. */
export function joined(values: readonly string[], type: LogColumnType): string {
	const text = values.join(SEPARATOR);
	// In JSON such characters are escaped.
	if (type === 'dynamic') return text;
	let separators = 0;
	for (let at = text.indexOf(SEPARATOR); at >= 0; at = text.indexOf(SEPARATOR, at + 1)) separators++;
	const isSeparable = separators === values.length - 1 && !text.includes(ESCAPE);
	return withoutEnds(isSeparable ? text : values.map(separable).join(SEPARATOR));
}

/** A value so many times, once at least, with separators between. */
export function repeated(value: string, times: number): string {
	const text = separable(withoutEnds(value));
	return `${text}${SEPARATOR}`.repeat(times - 1) + text;
}

/** A text of Kusto has no such end within it. */
const withoutEnds = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '') : text);

/** SQL of a value, with the separators that are in it. */
function restored(value: string): string {
	const sign = `chr(${ESCAPE.charCodeAt(0)})`;
	return `replace(replace(${value}, ${sign} || '1', chr(${SEPARATOR.charCodeAt(0)})), ${sign} || '0', ${sign})`;
}

/** Of microseconds since 1970. */
const ticksOf = (text: string): string => `TRY_CAST(${text} AS BIGINT) * 10 + ${EPOCH_TICKS}`;

/** What cannot be read becomes null: an event that one table has no room for must not hold up those behind it. */
function typed(text: string, type: LogColumnType): string {
	if (type === 'string') return text;
	// All times are UTC, which the time zone of the database is, too.
	if (type === 'datetime') return `kql_ticks(TRY_CAST(${text} AS TIMESTAMP))`;
	return `TRY_CAST(${text} AS ${SQL_TYPES[type]})`;
}
