/** Queries to begin with. */
export const SAMPLE_QUERIES: readonly { readonly name: string; readonly query: string }[] = [
	{
		name: 'Runs that failed, newest first',
		query:
			'AmlRunStatusChangedEvent\n| where Status == "Failed"\n| project TimeGenerated, RunId, Message, TriggeringUserName\n| order by TimeGenerated desc',
	},
	{
		name: 'Jobs that failed within five days',
		query:
			'AmlComputeJobEvent\n| where TimeGenerated > ago(5d) and EventType == "JobFailed"\n| project TimeGenerated, ClusterId, EventType, ExecutionState, ToolType',
	},
	{
		name: 'Clusters of one size',
		query:
			'AmlComputeClusterEvent\n| where TimeGenerated > ago(4d) and VmSize == "STANDARD_D1_V2"\n| project ClusterName, InitialNodeCount, MaximumNodeCount, QuotaAllocated, QuotaUtilized',
	},
	{
		name: 'Nodes that were allocated within eight days',
		query: 'AmlComputeClusterNodeEvent\n| where TimeGenerated > ago(8d) and NodeAllocationTime > ago(8d)\n| distinct NodeId',
	},
	{ name: 'Events by hour', query: 'RunsteadAudit\n| summarize count() by bin(TimeGenerated, 1h), EventType\n| render timechart' },
	{
		name: 'Errors in the logs of runs',
		query: 'RunsteadLogs\n| where Level == "error"\n| project TimeGenerated, RunId, Path, LineNumber, Message\n| take 200',
	},
];
