/** Rows of one table, taken apart by column as they come, on their way into it. */
import { LOG_TABLES, type LogColumnType, type LogTable, type LogTableName, type LogValue } from '@runstead/contract';
import type { Columns } from '../../capabilities/log-records/service.ts';
import { type GrowingBytes, giveBack, takeBytes } from './growing-bytes.ts';
import { type Insertion, insertionOf, joined, repeated, SEPARATOR } from './row-insertion.ts';
import { NAME_OF_TABLE, TIME, WORKSPACE } from './table-columns.ts';

export interface TableRow {
	readonly workspaceKey: number | null;
	/** When it happened, in microseconds. */
	readonly time: number;
	/** What it has like the rows before it: the same object as theirs costs nothing more. */
	readonly shared?: Columns;
	/** What it has by itself, and before what it shares. What the table has no column of is left out. */
	readonly columns: Columns;
}

/** Texts of dynamic values that were read from such a text: they need not be written again. */
export type DynamicTexts = ReadonlyMap<unknown, string>;

/** Rows whose values are kept one by one at most. */
const ROWS_APART = 64;
const NOTHING_SHARED: Columns = {};
const NO_TEXTS: DynamicTexts = new Map();

/** The texts of a column, as `typed` reads them. */
interface ColumnTexts {
	readonly type: LogColumnType;
	/** What all joined rows have, as long as that is the same; then null, and `bytes` has theirs, with separators between them. */
	only: string | null;
	bytes: GrowingBytes | null;
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
	/** Joins what was added: it leaves the heap then. */
	join(): void;
	/** Of one row at least; nothing is added after. */
	insertion(): Insertion;
	/** The insertion is not needed any more: its bytes are given to others. */
	release(): void;
}

export function createRowBatch(table: LogTableName): RowBatch {
	const types = typesOf(LOG_TABLES.get(table) as LogTable<LogTableName>);
	const columns = new Map<string, ColumnTexts>();
	let rowCount = 0;
	let joinedRows = 0;
	let shared = NOTHING_SHARED;
	let workspaceKey: number | null = null;

	/** Undefined: the table has no such column. */
	const columnOf = (name: string): ColumnTexts | undefined => {
		const known = columns.get(name);
		if (known !== undefined) return known;
		const type = types.get(name);
		if (type === undefined) return undefined;
		const column: ColumnTexts = { type, only: '', bytes: null, values: [], rest: '' };
		columns.set(name, column);
		return column;
	};

	const fill = ({ values, rest }: ColumnTexts): void => {
		while (values.length < rowCount - joinedRows) values.push(rest);
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

	const joinColumn = (column: ColumnTexts): void => {
		const { values, rest } = column;
		const [first = rest] = values;
		if (values.length > 0) fill(column);
		const isSame = values.every((value) => value === first);
		if (isSame && column.bytes === null && (joinedRows === 0 || first === column.only)) column.only = first;
		else {
			column.bytes ??= takeBytes();
			const { bytes } = column;
			if (column.only !== null && joinedRows > 0) bytes.append(repeated(column.only, joinedRows));
			column.only = null;
			if (joinedRows > 0) bytes.append(SEPARATOR);
			bytes.append(isSame ? repeated(first, rowCount - joinedRows) : joined(values, column.type));
		}
		column.values = [];
	};

	const join = (): void => {
		if (rowCount === joinedRows) return;
		for (const column of columns.values()) joinColumn(column);
		joinedRows = rowCount;
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
			if (rowCount - joinedRows === ROWS_APART) join();
		},
		join,
		insertion() {
			join();
			return insertionOf(table, rowCount, columns);
		},
		release() {
			for (const { bytes } of columns.values()) if (bytes) giveBack(bytes);
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

/** A value as the text that `typed` reads; empty: there is none. */
function textOf(value: LogValue | undefined, type: LogColumnType, texts: DynamicTexts): string {
	if (value === null || value === undefined) return '';
	if (type === 'dynamic') return wellFormedJson(texts.get(value) ?? JSON.stringify(value));
	if (typeof value === 'string') return value;
	if (typeof value === 'object') return JSON.stringify(value);
	return type !== 'real' && typeof value === 'number' && !Number.isFinite(value) ? '' : String(value);
}

/** JSON that DuckDB reads whatever a client named its things: half a surrogate pair, which it refuses, becomes the sign of a character that is not one. */
function wellFormedJson(text: string): string {
	if (!text.includes('\\ud')) return text;
	// Of a surrogate, JSON.stringify escapes what has no other half. A backslash is passed over together with what it escapes.
	return text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (found) => (found.startsWith('\\ud') ? '\\ufffd' : found));
}
