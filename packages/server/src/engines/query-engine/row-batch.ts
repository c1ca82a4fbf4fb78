/** Rows of one table, taken apart by column as they come, on their way into it. */
import { LOG_TABLES, type LogColumnType, type LogTable, type LogTableName, type LogValue } from '@runstead/contract';
import type { Columns } from '../../capabilities/log-records/service.ts';
import { type ColumnParts, type Insertion, insertionOf, type Part, partOf } from './row-insertion.ts';
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

/** Rows whose values are kept one by one: those of a page of events or so. Then they are joined, and leave the heap. */
const ROWS_PER_PART = 250;
const NOTHING_SHARED: Columns = {};
const NO_TEXTS: DynamicTexts = new Map();

interface ColumnTexts extends ColumnParts {
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

export function createRowBatch(table: LogTableName): RowBatch {
	const types = typesOf(LOG_TABLES.get(table) as LogTable<LogTableName>);
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
		const parts = rowsInParts > 0 ? [{ rowCount: rowsInParts, only: '' }] : [];
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
