/**
 * Log records: what the events of the outbox are in the log tables. The query engine fills its tables with them, and diagnostic
 * settings send them out; the same event makes the same records for both, whenever it is read.
 */
import {
	type ClusterEventData,
	type EventData,
	type JobEventData,
	LOG_TABLES,
	type LogTableName,
	type NodeEventData,
} from '@runstead/contract';
import type { Kysely } from 'kysely';
import { toWireTime } from '../../http/time.ts';
import type { Tables } from '../../storage/tables.ts';
import type { StoredEvent } from '../../storage/unit-of-work.ts';
import { clusterColumns, jobColumns, nodeColumns } from './compute-columns.ts';
import { createEarlierEvents, type EarlierEvents } from './earlier-events.ts';
import { alertColumns, auditColumns, everyEventColumns, runStatusColumns } from './event-columns.ts';
import { type Columns, type LogRecord, type RecordWorkspace, resourceIdOf } from './log-record.ts';

export type { LogRecord, RecordWorkspace } from './log-record.ts';

interface Maker {
	readonly table: LogTableName;
	readonly columns: (event: StoredEvent, workspace: RecordWorkspace | null, earlier: EarlierEvents) => Columns | Promise<Columns>;
}

const cluster: Maker = {
	table: 'AmlComputeClusterEvent',
	columns: async (event, _workspace, earlier) => {
		const data = event.data as unknown as ClusterEventData;
		return clusterColumns(event.type, data, await earlier.clusterPast(event, data));
	},
};

const audit = (table: LogTableName, named: (event: StoredEvent) => Columns): Maker => ({
	table,
	columns: (event, workspace) => ({ ...auditColumns(event, workspace), ...named(event) }),
});

const run = audit('AmlRunEvent', (event) => ({ RunId: event.subject }));
const dataStore = audit('AmlDataStoreEvent', ({ data }) => ({ AmlDatastoreName: (data as EventData['data.written']).datastore }));
const environment = audit('AmlEnvironmentEvent', ({ data }) => {
	const { name, version } = data as { name: string; version?: number };
	return { AmlEnvironmentName: name, ...(version !== undefined && { AmlEnvironmentVersion: String(version) }) };
});

const dataset = audit('AmlDataSetEvent', ({ subject, data }) => ({
	AmlDatasetId: subject,
	AmlDatasetName: (data as EventData['dataset.registered']).name,
}));

const model = audit('AmlModelsEvent', ({ data }) => ({ AmlModelName: (data as EventData['model.created']).name }));
const NO_WORKSPACE = {};

const alert: Maker = { table: 'RunsteadAlerts', columns: alertColumns };

/** Which table, beside that of all events, an event makes a record of. */
const MAKERS: Readonly<Record<string, Maker>> = {
	'cluster.created': cluster,
	'cluster.changed': cluster,
	'cluster.resized': cluster,
	'cluster.deleting': cluster,
	'cluster.deleted': cluster,
	'node.changed': {
		table: 'AmlComputeClusterNodeEvent',
		columns: (event) => nodeColumns(event.subject, event.data as unknown as NodeEventData),
	},
	'job.changed': {
		table: 'AmlComputeJobEvent',
		columns: (event, workspace) => jobColumns(event, event.data as unknown as JobEventData, workspace),
	},
	'run.status': {
		table: 'AmlRunStatusChangedEvent',
		columns: async (event, workspace, earlier) =>
			runStatusColumns(event, event.data as EventData['run.status'], await earlier.runTree(event), workspace),
	},
	'run.created': run,
	'run.changed': run,
	'run.lifecycle': run,
	'run.purged': run,
	'data.written': dataStore,
	'data.deleted': dataStore,
	'environment.registered': environment,
	'environment.archived': environment,
	'dataset.registered': dataset,
	'dataset.changed': dataset,
	'dataset.unregistered': dataset,
	'model.created': model,
	'model.changed': model,
	'model.version': model,
	'model.deleted': model,
	'alert.fired': alert,
	'alert.changed': alert,
	'alert.resolved': alert,
};

/** What all records of a workspace have; tables take from it what their schema has a column of. */
function workspaceColumns(workspace: RecordWorkspace | null): Columns {
	return {
		CreationApiVersion: 'v1',
		...(workspace && {
			TenantId: workspace.subscriptionId,
			_ResourceId: resourceIdOf(workspace),
			_SubscriptionId: workspace.subscriptionId,
		}),
	};
}

export interface LogRecordServiceOptions {
	readonly db: Kysely<Tables>;
	readonly workspaceByKey: (key: number) => Promise<RecordWorkspace>;
}

export type LogRecordService = ReturnType<typeof createLogRecordService>;

export function createLogRecordService({ db, workspaceByKey }: LogRecordServiceOptions) {
	const earlier = createEarlierEvents(db);
	const columnNames = new Map([...LOG_TABLES.values()].map(({ name, columns }) => [name, new Set(columns.map((column) => column.name))]));

	/** What records of a workspace begin with, table by table. */
	const beginnings = new WeakMap<object, Map<LogTableName, Columns>>();

	const beginningOf = (table: LogTableName, workspace: RecordWorkspace | null): Columns => {
		const ofWorkspace = beginnings.getOrInsertComputed(workspace ?? NO_WORKSPACE, () => new Map<LogTableName, Columns>());
		return ofWorkspace.getOrInsertComputed(table, () => {
			const names = columnNames.get(table) as ReadonlySet<string>;
			const common = Object.entries(workspaceColumns(workspace)).filter(([name]) => names.has(name));
			// All that records are made of has its place from the start: an object that grows is slow to make and to read.
			const operation = ['OperationName', 'InternalOperationName'].filter((name) => names.has(name)).map((name) => [name, '']);
			return { Type: table, TimeGenerated: '', ...Object.fromEntries([...common, ...operation]) };
		});
	};

	const recordOf = (
		event: StoredEvent,
		table: LogTableName,
		begin: { time: string; workspace: RecordWorkspace | null },
		own: Columns,
	): LogRecord => {
		const names = columnNames.get(table) as ReadonlySet<string>;
		const columns: Columns = { ...beginningOf(table, begin.workspace) };
		columns.TimeGenerated = begin.time;
		if ('OperationName' in columns) columns.OperationName = event.type;
		if ('InternalOperationName' in columns) columns.InternalOperationName = event.type;
		for (const name in own) {
			const value = own[name];
			if (value !== null && value !== undefined && value !== '' && names.has(name)) columns[name] = value;
			// What is the event's own goes before what all have.
			else if (name in columns) delete columns[name];
		}
		const category = LOG_TABLES.get(table)?.category as string;
		return { sequence: event.sequence, workspaceKey: event.workspaceKey, table, category, time: event.time, columns };
	};

	return {
		/** The records of events, in their order; each event makes one in `RunsteadAudit`, and some one more in a table of their own. */
		async recordsOf(events: readonly StoredEvent[]): Promise<LogRecord[]> {
			const records: LogRecord[] = [];
			for (const event of events) {
				const workspace = event.workspaceKey === null ? null : await workspaceByKey(event.workspaceKey);
				const begin = { time: toWireTime(event.time), workspace };
				const maker = MAKERS[event.type];
				if (maker) {
					const own = maker.columns(event, workspace, earlier);
					records.push(recordOf(event, maker.table, begin, own instanceof Promise ? await own : own));
				}
				records.push(recordOf(event, 'RunsteadAudit', begin, everyEventColumns(event, workspace)));
			}
			return records;
		},
	};
}
