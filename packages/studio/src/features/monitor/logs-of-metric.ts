/** The query of the logs that shows what a workspace metric counted. */
import { RUN_METRICS, type WorkspaceMetricDefinition } from '@runstead/contract';

const TABLES: Readonly<Record<string, string>> = {
	Run: 'AmlComputeJobEvent',
	Quota: 'AmlComputeClusterNodeEvent',
	Resource: 'AmlComputeJobEvent',
	Model: 'AmlModelsEvent',
};

/** What happened in that time, newest first; `from` and `to` in milliseconds since 1970. */
export function logsOfMetric(
	metric: string,
	category: WorkspaceMetricDefinition['category'] | undefined,
	from: number,
	to: number,
): string {
	const moment = (time: number): string => `datetime(${new Date(time).toISOString()})`;
	// Errors are those that runs failed with.
	const name = metric === 'Errors' ? RUN_METRICS.Failed : metric;
	const status = Object.entries(RUN_METRICS).find(([, one]) => one === name)?.[0];
	return [
		status === undefined ? (TABLES[category ?? ''] ?? 'RunsteadAudit') : 'AmlRunStatusChangedEvent',
		`| where TimeGenerated >= ${moment(from)} and TimeGenerated < ${moment(to)}`,
		...(status === undefined ? [] : [`| where Status == "${status}"`]),
		'| order by TimeGenerated desc',
		'| take 1000',
	].join('\n');
}
