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
import type { Tables } from '../../storage/tables.ts';
import type { StoredEvent } from '../../storage/unit-of-work.ts';
import { clusterColumns, everyClusterColumns, everyJobColumns, everyNodeColumns, jobColumns, nodeColumns } from './compute-columns.ts';
import { createEarlierEvents, type EarlierEvents } from './earlier-events.ts';
import { alertColumns, auditColumns, everyAuditColumns, everyEventColumns, placeColumns, runStatusColumns } from './event-columns.ts';
import { type Columns, type LogRecord, type RecordWorkspace, resourceIdOf } from './log-record.ts';

export type { Columns, LogRecord, RecordWorkspace } from './log-record.ts';
export { columnsOf } from './log-record.ts';

interface Maker {
	readonly table: LogTableName;
	/** What is the same for all events of a workspace; null: they are the server's own. */
	readonly shared: (workspace: RecordWorkspace | null) => Columns;
	readonly columns: (event: StoredEvent, earlier: EarlierEvents) => Columns | Promise<Columns>;
}

const cluster: Maker = {
	table: 'AmlComputeClusterEvent',
	shared: everyClusterColumns,
	columns: async (event, earlier) => {
		const data = event.data as unknown as ClusterEventData;
		return clusterColumns(event.type, data, await earlier.clusterPast(event, data));
	},
};

const audit = (table: LogTableName, named: (event: StoredEvent) => Columns): Maker => ({
	table,
	shared: everyAuditColumns,
	columns: (event) => ({ ...auditColumns(event), ...named(event) }),
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

const alert: Maker = { table: 'RunsteadAlerts', shared: placeColumns, columns: alertColumns };

/** The table of all events. */
const everyEvent: Maker = { table: 'RunsteadAudit', shared: placeColumns, columns: everyEventColumns };

/** Which table, beside that of all events, an event makes a record of. */
const MAKERS: Readonly<Record<string, Maker>> = {
	'cluster.created': cluster,
	'cluster.changed': cluster,
	'cluster.resized': cluster,
	'cluster.deleting': cluster,
	'cluster.deleted': cluster,
	'node.changed': {
		table: 'AmlComputeClusterNodeEvent',
		shared: everyNodeColumns,
		columns: (event) => nodeColumns(event.subject, event.data as unknown as NodeEventData),
	},
	'job.changed': {
		table: 'AmlComputeJobEvent',
		shared: everyJobColumns,
		columns: (event) => jobColumns(event, event.data as unknown as JobEventData),
	},
	'run.status': {
		table: 'AmlRunStatusChangedEvent',
		shared: placeColumns,
		columns: async (event, earlier) => runStatusColumns(event, event.data as EventData['run.status'], await earlier.runTree(event)),
	},
	'run.created': {
		...run,
		columns(event, earlier) {
			earlier.runCreated(event);
			return run.columns(event, earlier);
		},
	},
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

/** What all records of a workspace have, where their table has a column of it. */
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

const CATEGORIES = new Map([...LOG_TABLES.values()].map(({ name, category }) => [name, category]));

/** The types of the events that make records of these categories; null: events of every type do. */
export function eventTypesOf(categories: readonly string[]): readonly string[] | null {
	const isOneOf = ({ table }: Maker): boolean => categories.includes(CATEGORIES.get(table) as string);
	if (isOneOf(everyEvent)) return null;
	return Object.keys(MAKERS).filter((type) => isOneOf(MAKERS[type] as Maker));
}

/** Stands for the workspace of events that have none. */
const NO_WORKSPACE = {};

export interface LogRecordServiceOptions {
	readonly db: Kysely<Tables>;
	readonly workspaceByKey: (key: number) => Promise<RecordWorkspace>;
}

export type LogRecordService = ReturnType<typeof createLogRecordService>;

export function createLogRecordService({ db, workspaceByKey }: LogRecordServiceOptions) {
	const earlier = createEarlierEvents(db);

	const sharedOf = new WeakMap<object, Map<Maker, Columns>>();
	const shared = (maker: Maker, workspace: RecordWorkspace | null): Columns =>
		sharedOf
			.getOrInsertComputed(workspace ?? NO_WORKSPACE, () => new Map<Maker, Columns>())
			.getOrInsertComputed(maker, () => ({ ...workspaceColumns(workspace), ...maker.shared(workspace) }));

	const recordOf = (maker: Maker, event: StoredEvent, workspace: RecordWorkspace | null, own: Columns): LogRecord => ({
		sequence: event.sequence,
		workspaceKey: event.workspaceKey,
		table: maker.table,
		category: CATEGORIES.get(maker.table) as string,
		time: event.time,
		shared: shared(maker, workspace),
		own,
	});

	return {
		/** The records of events, in their order; each event makes one in `RunsteadAudit`, and some one more in a table of their own. */
		async recordsOf(events: readonly StoredEvent[]): Promise<LogRecord[]> {
			const records: LogRecord[] = [];
			let workspace: RecordWorkspace | null = null;
			let key: number | null = null;
			for (const event of events) {
				// Most events are of the same workspace as the one before them, and to wait for nothing takes its time, too.
				if (event.workspaceKey !== key) {
					key = event.workspaceKey;
					workspace = key === null ? null : await workspaceByKey(key);
				}
				const maker = MAKERS[event.type];
				if (maker) {
					const own = maker.columns(event, earlier);
					records.push(recordOf(maker, event, workspace, own instanceof Promise ? await own : own));
				}
				records.push(recordOf(everyEvent, event, workspace, everyEventColumns(event)));
			}
			return records;
		},
	};
}
