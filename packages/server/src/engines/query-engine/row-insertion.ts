/**
 * Rows on their way into a log table: a statement, and a text for each of its parameters. DuckDB takes apart one JSON array a column
 * many times quicker than values come one by one, and quicker than an object a row, whose keys are the same each time.
 */
import type { LogColumn, LogTable, LogTableName, LogValue } from '@runstead/contract';
import { SQL_TYPES } from './kql/values.ts';

export interface TableRow {
	readonly workspaceKey: number | null;
	readonly columns: Readonly<Record<string, LogValue>>;
}

export interface Insertion {
	readonly sql: string;
	/** In their order, from $1. */
	readonly parameters: readonly string[];
}

/** Of one row at least. */
export function insertion(table: LogTable<LogTableName>, rows: readonly TableRow[]): Insertion {
	const used = new Set<string>();
	for (const { columns } of rows) for (const name in columns) used.add(name);
	const parameters: string[] = [];
	const parameter = (text: string): string => `$${parameters.push(text)}`;
	const arrays: string[] = [];
	const array = (name: string, type: string, values: readonly unknown[]): void => {
		arrays.push(`unnest(from_json(${parameter(wellFormedJson(values))}, '["${type}"]')) AS "${name}"`);
	};
	const sourceOf = ({ name, type }: LogColumn): string => {
		// A text that is not there is empty.
		const absent = type === 'string' ? '' : null;
		if (!used.has(name)) return absent === null ? 'NULL' : "''";
		const values = rows.map(({ columns }) => columns[name] ?? absent);
		const [first] = values;
		if (typeof first === 'string' && type === 'string' && values.every((value) => value === first)) return parameter(first.toWellFormed());
		array(name, type === 'datetime' ? 'VARCHAR' : SQL_TYPES[type], values);
		// All times are UTC, which the time zone of the database is, too.
		return type === 'datetime' ? `kql_ticks(CAST("${name}" AS TIMESTAMP))` : `"${name}"`;
	};
	const values = table.columns.map(sourceOf);
	array(
		'_workspace',
		'INTEGER',
		rows.map(({ workspaceKey }) => workspaceKey),
	);
	return { sql: `INSERT INTO "${table.name}" SELECT _workspace, ${values.join(', ')} FROM (SELECT ${arrays.join(', ')})`, parameters };
}

/** JSON that DuckDB reads whatever a client named its things: half a surrogate pair, which it refuses, becomes the sign of a character that is not one. */
function wellFormedJson(value: unknown): string {
	const text = JSON.stringify(value);
	if (!text.includes('\\ud')) return text;
	// Of a surrogate, JSON.stringify escapes what has no other half. A backslash is passed over together with what it escapes.
	return text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (found) => (found.startsWith('\\ud') ? '\\ufffd' : found));
}
