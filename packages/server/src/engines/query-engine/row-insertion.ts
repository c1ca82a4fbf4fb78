/**
 * Rows on their way into a log table: a statement, and a text for each of its parameters. The values of a column are one text that DuckDB
 * takes apart at a separator, several times quicker than an array of JSON, and many times quicker than values that come one by one.
 */
import type { LogColumnType, LogTable, LogTableName, LogValue } from '@runstead/contract';
import type { Columns } from '../../capabilities/log-records/service.ts';
import { EPOCH_TICKS } from './kql/macros.ts';
import { SQL_TYPES } from './kql/values.ts';
import { NAME_OF_TABLE, storedTable, TIME, WORKSPACE } from './table-columns.ts';

export interface TableRow {
	readonly workspaceKey: number | null;
	/** When it happened, in microseconds. */
	readonly time: number;
	/** What it has like the rows before it: the same object as theirs costs nothing more. */
	readonly shared?: Columns;
	/** What it has by itself, and before what it shares. What the table has no column of is left out. */
	readonly columns: Columns;
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
/** Rows whose values are kept one by one; then they are joined, so that little is alive when the heap is tidied. */
const ROWS_PER_PART = 1_000;
const NOTHING_SHARED: Columns = {};
const NO_TEXTS: DynamicTexts = new Map();

/** The texts of one column, as `typed` reads them, in rows that follow one another. */
interface Part {
	readonly rowCount: number;
	/** One value that all the rows have, or theirs with separators between them. */
	readonly text: string;
	readonly isOneValue: boolean;
}

interface ColumnTexts {
	readonly type: LogColumnType;
	readonly parts: Part[];
	/** Of the rows after those. */
	values: string[];
	/** What the next rows have, as far as they say nothing else. */
	rest: string;
}

/** Rows of one table, taken apart by column. */
export interface RowBatch {
	readonly rowCount: number;
	/** Those that a row has a value in. */
	readonly columns: ReadonlyMap<string, { readonly type: LogColumnType }>;
	add(row: TableRow, texts?: DynamicTexts): void;
	/** Of one row at least; nothing is added after. */
	insertion(): Insertion;
}

export function createRowBatch(table: LogTable<LogTableName>): RowBatch {
	const types = typesOf(table);
	const columns = new Map<string, ColumnTexts>();
	let rowCount = 0;
	let rowsInParts = 0;
	let shared = NOTHING_SHARED;
	let workspaceKey: number | null = null;

	/** Undefined: the table has no such column. */
	const columnOf = (name: string): ColumnTexts | undefined => {
		const known = columns.get(name);
		if (known !== undefined) return known;
		const type = types.get(name);
		if (type === undefined) return undefined;
		const parts = rowsInParts > 0 ? [{ rowCount: rowsInParts, text: '', isOneValue: true }] : [];
		const column: ColumnTexts = { type, parts, values: [], rest: '' };
		columns.set(name, column);
		return column;
	};

	const fill = ({ values, rest }: ColumnTexts): void => {
		while (values.length < rowCount - rowsInParts) values.push(rest);
	};

	const repeat = (name: string, text: (type: LogColumnType) => string): void => {
		const column = columnOf(name);
		if (column === undefined) return;
		fill(column);
		column.rest = text(column.type);
	};

	const share = (next: Columns, texts: DynamicTexts): void => {
		for (const name in shared) repeat(name, () => '');
		for (const name in next) repeat(name, (type) => textOf(next[name], type, texts));
		shared = next;
	};

	const put = (name: string, value: LogValue | undefined, texts: DynamicTexts): void => {
		const column = columnOf(name);
		if (column === undefined) return;
		fill(column);
		column.values.push(textOf(value, column.type, texts));
	};

	const endPart = (): void => {
		for (const column of columns.values()) {
			if (column.values.length > 0) fill(column);
			column.parts.push(partOf(column.values, column.rest, rowCount - rowsInParts));
			column.values = [];
		}
		rowsInParts = rowCount;
	};

	return {
		get rowCount() {
			return rowCount;
		},
		columns,
		add(row, texts = NO_TEXTS) {
			if (row.workspaceKey !== workspaceKey) {
				workspaceKey = row.workspaceKey;
				repeat(WORKSPACE, (type) => textOf(workspaceKey, type, texts));
			}
			const { shared: next = NOTHING_SHARED, columns: own } = row;
			if (next !== shared) share(next, texts);
			put(TIME, row.time, texts);
			for (const name in own) put(name, own[name], texts);
			rowCount++;
			if (rowCount - rowsInParts === ROWS_PER_PART) endPart();
		},
		insertion() {
			if (rowCount > rowsInParts) endPart();
			return insertionOf(table, rowCount, columns);
		},
	};
}

const types = new WeakMap<LogTable<LogTableName>, ReadonlyMap<string, LogColumnType>>();

/** Of the columns that are stored: what a table is called it says by itself. */
function typesOf(table: LogTable<LogTableName>): ReadonlyMap<string, LogColumnType> {
	return types.getOrInsertComputed(table, ({ columns }) => {
		const stored = columns.filter(({ name }) => name !== NAME_OF_TABLE);
		return new Map([...stored, { name: WORKSPACE, type: 'int' as const }].map(({ name, type }) => [name, type]));
	});
}

/** All rows have the value `rest` where there are no others. */
function partOf(values: readonly string[], rest: string, rowCount: number): Part {
	const [first = rest] = values;
	return values.every((value) => value === first)
		? { rowCount, text: separable(first), isOneValue: true }
		: { rowCount, text: joined(values), isOneValue: false };
}

function insertionOf(table: LogTable<LogTableName>, rowCount: number, columns: ReadonlyMap<string, ColumnTexts>): Insertion {
	const parameters: string[] = [];
	const texts: string[] = [];
	const lists: string[] = [];
	/** The value of a column, row by row. */
	const source = ({ parts }: ColumnTexts): string => {
		const [{ text: first }] = parts as [Part];
		const isConstant = rowCount >= CONSTANT_FROM_ROWS && parts.every(({ text, isOneValue }) => isOneValue && text === first);
		const text = isConstant ? first : parts.map(textOfPart).join(SEPARATOR);
		// A text of Kusto has no such end within it.
		parameters.push((text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed());
		const parameter = `$${parameters.length}`;
		if (isConstant) return restored(parameter, text);
		const place = lists.length;
		texts.push(parameter);
		lists.push(`unnest(string_split(text${place}, chr(${SEPARATOR.charCodeAt(0)}))) AS list${place}`);
		return restored(`list${place}`, text);
	};
	const names = [...columns.keys()].map((name) => `"${name}"`);
	const values = [...columns].map(([name, column]) => (name === TIME ? ticksOf(source(column)) : typed(source(column), column.type)));
	// As values of a table the texts are taken apart when the statement runs. Those that stand in an expression would be before, while it
	// is planned, into a list of single values that takes half as long again as all the rest.
	const given = `(VALUES (${texts.join(', ')})) AS given(${texts.map((_, place) => `text${place}`).join(', ')})`;
	const from = lists.length > 0 ? `(SELECT ${lists.join(', ')} FROM ${given})` : `range(${rowCount})`;
	return { sql: `INSERT INTO "${storedTable(table.name)}" (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${from}`, parameters };
}

const textOfPart = ({ rowCount, text, isOneValue }: Part): string =>
	isOneValue ? `${text}${SEPARATOR}`.repeat(rowCount - 1) + text : text;

/** Between the values of a column. */
const SEPARATOR = '\x1f';
/** Stands for itself with a 0 after it, and for the separator with a 1. */
const ESCAPE = '\x1e';

const separable = (value: string): string =>
	value.includes(ESCAPE) || value.includes(SEPARATOR) ? value.replaceAll(ESCAPE, `${ESCAPE}0`).replaceAll(SEPARATOR, `${ESCAPE}1`) : value;

function joined(values: readonly string[]): string {
	const text = values.join(SEPARATOR);
	let separators = 0;
	for (let at = text.indexOf(SEPARATOR); at >= 0; at = text.indexOf(SEPARATOR, at + 1)) separators++;
	const isSeparable = separators === values.length - 1 && !text.includes(ESCAPE);
	return isSeparable ? text : values.map(separable).join(SEPARATOR);
}

/** SQL of a value of those in `text`. */
function restored(value: string, text: string): string {
	if (!text.includes(ESCAPE)) return value;
	const sign = `chr(${ESCAPE.charCodeAt(0)})`;
	return `replace(replace(${value}, ${sign} || '1', chr(${SEPARATOR.charCodeAt(0)})), ${sign} || '0', ${sign})`;
}

/** Of microseconds since 1970. */
const ticksOf = (text: string): string => `TRY_CAST(${text} AS BIGINT) * 10 + ${EPOCH_TICKS}`;

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

/** JSON that DuckDB reads whatever a client named its things: half a surrogate pair, which it refuses, becomes the sign of a character that is not one. */
function wellFormedJson(text: string): string {
	if (!text.includes('\\ud')) return text;
	// Of a surrogate, JSON.stringify escapes what has no other half. A backslash is passed over together with what it escapes.
	return text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (found) => (found.startsWith('\\ud') ? '\\ufffd' : found));
}
