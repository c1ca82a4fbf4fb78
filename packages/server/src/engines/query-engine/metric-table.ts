/** The table of workspace metrics: minutes that have settled, of workspaces that send them to the log tables. */
import { ALL_METRICS, type LogValue, WORKSPACE_METRICS } from '@runstead/contract';
import type { Kysely } from 'kysely';
import { type RecordWorkspace, resourceIdOf } from '../../capabilities/log-records/log-record.ts';
import { type MinuteRecord, minuteRecords, settledUntil } from '../../capabilities/workspace-metrics/minute-records.ts';
import type { Tables } from '../../storage/tables.ts';
import type { LogStore } from './log-store.ts';

/** Added at once. */
const SPAN_MICROS = 24 * 3_600 * 1_000_000;
/** By the key of the workspace: until when its minutes are there. */
const PROGRESS = 'metric-minutes';
const PROVIDER = 'Microsoft.MachineLearningServices';

const UNITS = new Map(WORKSPACE_METRICS.map(({ name, unit }) => [name, unit]));

export interface MetricTableOptions {
	readonly db: Kysely<Tables>;
	readonly store: LogStore;
	readonly workspaceByKey: (key: number) => Promise<RecordWorkspace>;
	/** In microseconds. */
	readonly now: () => number;
}

/** Adds the minutes that have come since. */
export async function refreshMetrics({ db, store, workspaceByKey, now }: MetricTableOptions): Promise<void> {
	const done = await store.progress(PROGRESS);
	for (const { workspaceKey, until } of await sentMinutes(db, settledUntil(now()))) {
		const workspace = await workspaceByKey(workspaceKey);
		for (let from = done.get(workspaceKey) ?? (await firstMinute(db, workspaceKey)) ?? until; from < until; ) {
			const to = Math.min(from + SPAN_MICROS, until);
			const records = await minuteRecords(db, { key: workspaceKey, name: workspace.name }, from, to);
			const rows = records.map((record) => ({ workspaceKey, time: record.time, columns: columnsOf(record, workspace) }));
			await store.add('AzureMetrics', rows, PROGRESS, [[workspaceKey, to]]);
			from = to;
		}
	}
}

/** Until when each workspace sends its metrics: as its diagnostic settings say now. */
async function sentMinutes(db: Kysely<Tables>, settled: number): Promise<{ workspaceKey: number; until: number }[]> {
	const rows = await db
		.selectFrom('log_analytics_category')
		.leftJoin('event', 'event.sequence', 'log_analytics_category.until_sequence')
		.select(['log_analytics_category.workspace_key as workspaceKey', 'until_sequence as untilSequence', 'event.time as endTime'])
		.where('category', '=', ALL_METRICS)
		.execute();
	return rows.map(({ workspaceKey, untilSequence, endTime }) => ({
		workspaceKey,
		until: untilSequence === null ? settled : Math.min(settled, Number(endTime ?? 0)),
	}));
}

async function firstMinute(db: Kysely<Tables>, workspaceKey: number): Promise<number | null> {
	const { first } = await db
		.selectFrom('workspace_metric_series')
		.select(({ fn }) => fn.min('first_time').as('first'))
		.where('workspace_key', '=', workspaceKey)
		.executeTakeFirstOrThrow();
	return first === null ? null : Number(first);
}

function columnsOf({ metric, total, count, minimum, maximum }: MinuteRecord, workspace: RecordWorkspace): Record<string, LogValue> {
	const resourceId = resourceIdOf(workspace);
	return {
		TenantId: workspace.subscriptionId,
		_ResourceId: resourceId,
		_SubscriptionId: workspace.subscriptionId,
		ResourceId: resourceId,
		MetricName: metric,
		UnitName: UNITS.get(metric) ?? '',
		TimeGrain: 'PT1M',
		Total: total,
		Count: count,
		Minimum: minimum,
		Maximum: maximum,
		Average: total / count,
		Resource: workspace.name,
		ResourceGroup: workspace.resourceGroup,
		ResourceProvider: PROVIDER,
		SubscriptionId: workspace.subscriptionId,
	};
}
