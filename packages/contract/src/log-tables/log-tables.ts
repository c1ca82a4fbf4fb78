/** All log tables, by name. */
import { AZURE_LOG_TABLES } from './azure-log-tables.ts';
import type { LogTable } from './log-table.ts';
import { OWN_LOG_TABLES } from './own-log-tables.ts';

export type LogTableName = (typeof AZURE_LOG_TABLES)[number]['name'] | (typeof OWN_LOG_TABLES)[number]['name'];

const TABLES: readonly LogTable<LogTableName>[] = [...AZURE_LOG_TABLES, ...OWN_LOG_TABLES];

export const LOG_TABLES: ReadonlyMap<LogTableName, LogTable<LogTableName>> = new Map(TABLES.map((table) => [table.name, table]));

/** Diagnostic categories of logs, each with the tables that it fills; metrics (`AllMetrics`) are no logs. */
export const LOG_CATEGORIES: readonly string[] = [
	...new Set(TABLES.flatMap(({ category }) => (category === null || category === 'AllMetrics' ? [] : [category]))),
];

/** What a column of this type holds in a record; times are ISO 8601 text. */
export type LogValue = string | number | boolean | null | readonly unknown[] | { readonly [key: string]: unknown };
