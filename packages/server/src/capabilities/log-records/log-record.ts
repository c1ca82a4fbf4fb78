/** A record of a log table: what one event of the outbox is there. */
import type { LogTableName, LogValue } from '@runstead/contract';

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
	/** What has a meaning, by column; every other column of the table is empty. Times are ISO 8601 text. */
	readonly columns: Readonly<Record<string, LogValue>>;
}

/** The columns of one event's record, before those that every table has. */
export type Columns = Record<string, LogValue>;

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
