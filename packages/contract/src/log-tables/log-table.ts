/** What a log table is: its columns with the types of the Kusto query language, and the diagnostic category that fills it. */

/** The scalar types that columns have. */
export type LogColumnType = 'bool' | 'datetime' | 'dynamic' | 'int' | 'long' | 'real' | 'string';

export interface LogColumn {
	readonly name: string;
	readonly type: LogColumnType;
}

/** What fills a table: events of the outbox, or what is read from its own place when a query names it. */
export type LogTableSource = 'events' | 'runs' | 'points' | 'lines';

export interface LogTable<Name extends string = string> {
	readonly name: Name;
	/** Of a diagnostic setting; null: it is always kept, being a view of what is kept anyway. */
	readonly category: string | null;
	readonly description: string;
	readonly source: LogTableSource;
	readonly columns: readonly LogColumn[];
}

/** A table from its schema as Kusto writes it: `Name:type, …`. */
export function logTable<const Name extends string>(definition: {
	readonly name: Name;
	readonly category: string | null;
	readonly description: string;
	readonly schema: string;
	readonly source?: LogTableSource;
}): LogTable<Name> {
	const { name, category, description, schema, source = 'events' } = definition;
	const columns = schema.split(',').map((column) => {
		const [columnName = '', type = ''] = column.trim().split(':');
		return { name: columnName, type: type as LogColumnType };
	});
	return { name, category, description, source, columns };
}
