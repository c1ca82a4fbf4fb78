/**
 * Which columns of the log tables are stored. Most columns of Azure's tables have no meaning here and no value in any row: a column is
 * made when the first row has something in it, so that writing a row costs what the row holds. Queries read a view that has all of them.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { LOG_TABLES, type LogColumnType, type LogTable, type LogTableName } from '@runstead/contract';
import { nullOf, quoteText, SQL_TYPES } from './kql/values.ts';

/** Holds the name of the table, row by row: it is not stored. */
export const NAME_OF_TABLE = 'Type';
/** When a row happened. */
export const TIME = 'TimeGenerated';
export const WORKSPACE = '_workspace';

/** The default and the compression of a column. JSON repeats its names row by row: Zstandard makes a sixth of what DuckDB would choose, in a third of the time. */
const HOW_STORED: Readonly<Partial<Record<LogColumnType, string>>> = { string: " DEFAULT ''", dynamic: ' USING COMPRESSION zstd' };

export interface TableColumns {
	/** Makes those of a table's columns that are not there yet, in the transaction that is open. */
	widen(table: LogTableName, columns: Iterable<readonly [name: string, { readonly type: LogColumnType }]>): Promise<void>;
	/** The transaction was rolled back, and with it what it made. */
	forget(): Promise<void>;
}

/** Where the rows of a table are, whose name is that of the view. */
export const storedTable = (name: LogTableName): string => `stored_${name}`;

export async function openTableColumns(writer: DuckDBConnection): Promise<TableColumns> {
	let there = await storedColumns(writer);
	return {
		async widen(table, columns) {
			let isWider = false;
			for (const [name, { type }] of columns) {
				const id = `${storedTable(table)}.${name}`;
				if (there.has(id)) continue;
				await writer.run(`ALTER TABLE "${storedTable(table)}" ADD COLUMN "${name}" ${SQL_TYPES[type]}${HOW_STORED[type] ?? ''}`);
				there.add(id);
				isWider = true;
			}
			if (isWider) await writer.run(viewOf(table, there));
		},
		async forget() {
			there = await storedColumns(writer);
		},
	};
}

/** Makes all tables anew, without rows. */
export async function makeTables(writer: DuckDBConnection): Promise<void> {
	for (const name of LOG_TABLES.keys()) {
		await writer.run(`CREATE OR REPLACE TABLE "${storedTable(name)}" (${WORKSPACE} INTEGER)`);
		await writer.run(viewOf(name, new Set()));
	}
}

async function storedColumns(writer: DuckDBConnection): Promise<Set<string>> {
	const found = await writer.runAndReadAll('SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal');
	return new Set(found.getRows().map(([table, column]) => `${table}.${column}`));
}

function viewOf(name: LogTableName, there: ReadonlySet<string>): string {
	const { columns } = LOG_TABLES.get(name) as LogTable<LogTableName>;
	const selected = columns.map((column) => {
		const absent = column.name === NAME_OF_TABLE ? quoteText(name) : nullOf(column.type).sql;
		return there.has(`${storedTable(name)}.${column.name}`) ? `"${column.name}"` : `${absent} AS "${column.name}"`;
	});
	return `CREATE OR REPLACE VIEW "${name}" AS SELECT ${WORKSPACE}, ${selected.join(', ')} FROM "${storedTable(name)}"`;
}
