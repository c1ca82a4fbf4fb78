/** A record of a log table: what one event of the outbox is there. */
import { LOG_TABLES, type LogTableName, type LogValue } from '@runstead/contract';
import { toWireTime } from '../../http/time.ts';

export interface LogRecord {
	/** Of the event, with `table` the record's identity: the same event never makes another. */
	readonly sequence: number;
	/** Null: it belongs to the server, not to one workspace. */
	readonly workspaceKey: number | null;
	readonly table: LogTableName;
	/** The diagnostic category that it belongs to. */
	readonly category: string;
	/** When it happened, in microseconds. */
	readonly time: number;
	/** What it has like every record of its kind and its workspace: one object for all of them. */
	readonly shared: Columns;
	/** What it has by itself, and before what it shares; the table may have no such column, and null and an empty text are nothing. */
	readonly own: Columns;
}

/** Values by column. Times are ISO 8601 text. */
export type Columns = Readonly<Record<string, LogValue | undefined>>;

const columnNames = new Map([...LOG_TABLES.values()].map(({ name, columns }) => [name, new Set(columns.map((column) => column.name))]));

/** All that has a meaning in a record; every other column of its table is empty. */
export function columnsOf({ table, time, shared, own }: LogRecord): Record<string, LogValue> {
	const names = columnNames.get(table) as ReadonlySet<string>;
	const columns: Record<string, LogValue> = { Type: table, TimeGenerated: toWireTime(time) };
	for (const [name, value] of Object.entries<LogValue | undefined>({ ...shared, ...own }))
		if (names.has(name) && value !== null && value !== undefined && value !== '') columns[name] = value;
	return columns;
}

/** The workspace that an event belongs to, as its records name it. */
export interface RecordWorkspace {
	readonly id: string;
	readonly name: string;
	readonly resourceGroup: string;
	readonly subscriptionId: string;
}

/** Where the workspace stands in Azure's tree of resources. */
export function resourceIdOf({ subscriptionId, resourceGroup, name }: RecordWorkspace): string {
	return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/${name}`;
}
