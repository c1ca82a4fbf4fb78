/**
 * Rows on their way into a log table: a statement, and a text for each of its parameters. The values of a column are one text that DuckDB
 * takes apart at a separator, several times quicker than an array of JSON, and many times quicker than values that come one by one.
 */
import type { LogColumnType, LogTable, LogTableName, LogValue } from '@runstead/contract';
import { quoteText, SQL_TYPES } from './kql/values.ts';
import { NAME_OF_TABLE, storedTable, WORKSPACE } from './table-columns.ts';

export interface TableRow {
	readonly workspaceKey: number | null;
	readonly columns: Readonly<Record<string, LogValue>>;
}

export interface Insertion {
	readonly sql: string;
	/** In their order, from $1. */
	readonly parameters: readonly string[];
}

/** Texts of dynamic values that were read from such a text: they need not be written again. */
export type DynamicTexts = ReadonlyMap<unknown, string>;

/** From so many rows on, a value that all of them have goes once. Among few this would only make many different statements. */
const CONSTANT_FROM_ROWS = 64;
const SEPARATOR = '\x1f';

/** The values of a column, row by row, as the texts that `typed` reads. */
interface ColumnTexts {
	readonly type: LogColumnType;
	readonly values: string[];
}

/** Rows of one table, taken apart by column. */
export interface TableTexts {
	readonly table: LogTable<LogTableName>;
	readonly rowCount: number;
	/** Those that a row has a value in. */
	readonly columns: ReadonlyMap<string, ColumnTexts>;
}

export function tableTexts(table: LogTable<LogTableName>, rows: readonly TableRow[], texts: DynamicTexts = new Map()): TableTexts {
	const types = typesOf(table);
	const columns = new Map<string, ColumnTexts>();
	const add = (name: string, index: number, value: LogValue | undefined): void => {
		let column = columns.get(name);
		if (column === undefined) {
			const type = types.get(name);
			if (type === undefined) return;
			column = { type, values: [] };
			columns.set(name, column);
		}
		const { values, type } = column;
		while (values.length < index) values.push('');
		values.push(typeof value === 'string' && type !== 'dynamic' ? value : textOf(value, type, texts));
	};
	let index = 0;
	for (const { workspaceKey, columns: given } of rows) {
		add(WORKSPACE, index, workspaceKey);
		for (const name in given) add(name, index, given[name]);
		index++;
	}
	for (const { values } of columns.values()) while (values.length < rows.length) values.push('');
	return { table, rowCount: rows.length, columns };
}

const types = new WeakMap<LogTable<LogTableName>, ReadonlyMap<string, LogColumnType>>();

/** Of the columns that are stored: what a table is called it says by itself. */
function typesOf(table: LogTable<LogTableName>): ReadonlyMap<string, LogColumnType> {
	return types.getOrInsertComputed(table, ({ columns }) => {
		const stored = columns.filter(({ name }) => name !== NAME_OF_TABLE);
		return new Map([...stored, { name: WORKSPACE, type: 'int' as const }].map(({ name, type }) => [name, type]));
	});
}

/** Of one row at least. */
export function insertion({ table, rowCount, columns }: TableTexts): Insertion {
	const parameters: string[] = [];
	const lists: string[] = [];
	const source = (values: readonly string[], type: LogColumnType): string => {
		const [first = ''] = values;
		if (rowCount >= CONSTANT_FROM_ROWS && values.every((value) => value === first)) {
			parameters.push(first.replaceAll('\0', '').toWellFormed());
			return typed(`$${parameters.length}`, type);
		}
		const separator = separatorOf(values);
		const joined = values.join(separator);
		// A text of Kusto has no such end within it.
		if (joined.includes('\0'))
			return source(
				values.map((value) => value.replaceAll('\0', '')),
				type,
			);
		parameters.push(joined.toWellFormed());
		const list = `list${lists.length}`;
		lists.push(`unnest(string_split($${parameters.length}, ${separatorSql(separator)})) AS ${list}`);
		return typed(list, type);
	};
	const names = [...columns.keys()].map((name) => `"${name}"`);
	const values = [...columns.values()].map((column) => source(column.values, column.type));
	const from = lists.length > 0 ? `(SELECT ${lists.join(', ')})` : `range(${rowCount})`;
	return { sql: `INSERT INTO "${storedTable(table.name)}" (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${from}`, parameters };
}

/** A value as the text that `typed` reads; empty: there is none. */
function textOf(value: LogValue | undefined, type: LogColumnType, texts: DynamicTexts): string {
	if (value === null || value === undefined) return '';
	if (type === 'dynamic') return wellFormedJson(texts.get(value) ?? JSON.stringify(value));
	if (typeof value === 'string') return value;
	if (typeof value === 'object') return JSON.stringify(value);
	return typeof value === 'number' && !Number.isFinite(value) ? '' : String(value);
}

/** What cannot be read becomes null: an event that one table has no room for must not hold up those behind it. */
function typed(text: string, type: LogColumnType): string {
	if (type === 'string') return text;
	// All times are UTC, which the time zone of the database is, too.
	if (type === 'datetime') return `kql_ticks(TRY_CAST(${text} AS TIMESTAMP))`;
	return `TRY_CAST(${text} AS ${SQL_TYPES[type]})`;
}

/** One that no value has in it: digits after the first character cannot begin another separator where they stand. */
function separatorOf(values: readonly string[]): string {
	for (let count = 0; ; count++) {
		const separator = count === 0 ? SEPARATOR : `${SEPARATOR}${count}`;
		if (!values.some((value) => value.includes(separator))) return separator;
	}
}

const separatorSql = (separator: string): string => `chr(${SEPARATOR.charCodeAt(0)}) || ${quoteText(separator.slice(1))}`;

/** JSON that DuckDB reads whatever a client named its things: half a surrogate pair, which it refuses, becomes the sign of a character that is not one. */
function wellFormedJson(text: string): string {
	if (!text.includes('\\ud')) return text;
	// Of a surrogate, JSON.stringify escapes what has no other half. A backslash is passed over together with what it escapes.
	return text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (found) => (found.startsWith('\\ud') ? '\\ufffd' : found));
}
