/** What Azure Monitor measures of a workspace, as data: names, units, aggregations and dimensions are those of its published list of metrics. */
import type { RunStatus } from './status.ts';

export const METRIC_AGGREGATIONS = ['average', 'minimum', 'maximum', 'total', 'count'] as const;
export type MetricAggregation = (typeof METRIC_AGGREGATIONS)[number];

export const WORKSPACE_NAMESPACE = 'Microsoft.MachineLearningServices/workspaces';
/** What Azure has no metric for. */
export const OWN_NAMESPACE = 'Runstead/workspaces';

export interface WorkspaceMetricDefinition {
	readonly namespace: string;
	readonly category: string;
	/** Unique in its namespace. */
	readonly name: string;
	readonly unit: string;
	readonly aggregations: readonly MetricAggregation[];
	readonly primaryAggregation: MetricAggregation;
	readonly dimensions: readonly string[];
	/** What it is filled from, in words; null: nothing measures it yet, it is listed and stays empty. */
	readonly source: string | null;
}

type Kind = Omit<WorkspaceMetricDefinition, 'name' | 'source'>;

/** Something happened: each time is a sample of 1. */
const COUNTED: readonly MetricAggregation[] = ['total', 'average', 'minimum', 'maximum', 'count'];
/** Something was so at a moment. */
const SAMPLED: readonly MetricAggregation[] = ['average', 'maximum', 'minimum', 'total'];
const AVERAGE: readonly MetricAggregation[] = ['average'];
const SPREAD: readonly MetricAggregation[] = ['minimum', 'maximum', 'average'];

function kind(
	namespace: string,
	category: string,
	aggregations: readonly MetricAggregation[],
	dimensions: readonly string[],
	unit = 'Count',
): Kind {
	return { namespace, category, unit, aggregations, primaryAggregation: aggregations[0] as MetricAggregation, dimensions };
}

const of = (shape: Kind, source: string | null, names: readonly string[]): WorkspaceMetricDefinition[] =>
	names.map((name) => ({ ...shape, name, source }));

const RUN_DIMENSIONS = ['Scenario', 'RunType', 'PublishedPipelineId', 'ComputeType', 'PipelineStepType', 'ExperimentName'];
const OF_RUN_NODE = ['RunId', 'InstanceId', 'ComputeName'];
const OF_RUN_DEVICE = ['RunId', 'InstanceId', 'DeviceId', 'ComputeName'];

const resource = (dimensions: readonly string[]): Kind => kind(WORKSPACE_NAMESPACE, 'Resource', SAMPLED, dimensions);
const ENDPOINTS = `${WORKSPACE_NAMESPACE}/onlineEndpoints`;
const DEPLOYMENTS = `${ENDPOINTS}/deployments`;

/** Made by a call, so that a bundle that reads none of it leaves all of it out. */
const made = <Value>(make: () => Value): Value => make();

export const WORKSPACE_METRICS: readonly WorkspaceMetricDefinition[] = /* @__PURE__ */ made(() => [
	...of(kind(WORKSPACE_NAMESPACE, 'Model', COUNTED, ['Scenario', 'StatusCode']), null, ['Model Deploy Failed', 'Model Register Failed']),
	...of(kind(WORKSPACE_NAMESPACE, 'Model', COUNTED, ['Scenario']), null, ['Model Deploy Started', 'Model Deploy Succeeded']),
	...of(kind(WORKSPACE_NAMESPACE, 'Model', COUNTED, ['Scenario']), 'models that were registered', ['Model Register Succeeded']),
	...of(
		kind(WORKSPACE_NAMESPACE, 'Quota', SAMPLED, ['Scenario', 'ClusterName']),
		'the nodes of each cluster, once a minute',
		['Active', 'Idle', 'Leaving', 'Preempted', 'Total', 'Unusable'].flatMap((state) => [`${state} Cores`, `${state} Nodes`]),
	),
	...of(
		kind(WORKSPACE_NAMESPACE, 'Quota', SAMPLED, ['Scenario', 'ClusterName', 'VmFamilyName', 'VmPriority']),
		'the quota of the VM family of each cluster, once a minute',
		['Quota Utilization Percentage'],
	),
	...of(resource(['Scenario', 'runId', 'NodeId', 'ClusterName']), 'samples of each job, once a second', ['CpuUtilization']),
	...of(resource(['Scenario', 'runId', 'NodeId', 'DeviceId', 'ClusterName']), 'what nvidia-smi says while a job runs', ['GpuUtilization']),
	...of(resource(['Scenario', 'runId', 'NodeId', 'DeviceId', 'ClusterName']), null, ['GpuMemoryUtilization']),
	...of(resource(['Scenario', 'runId', 'rootRunId', 'InstanceId', 'DeviceId', 'ComputeName']), null, ['GpuEnergyJoules']),
	...of(resource(OF_RUN_NODE), 'samples of each job, once a second, and the share of its node', [
		'CpuCapacityMillicores',
		'CpuMemoryCapacityMegabytes',
		'CpuMemoryUtilizationMegabytes',
		'CpuMemoryUtilizationPercentage',
		'CpuUtilizationMillicores',
		'CpuUtilizationPercentage',
	]),
	...of(resource(OF_RUN_NODE), 'what each job has read and written, summed up by the minute', ['DiskReadMegabytes', 'DiskWriteMegabytes']),
	...of(resource(OF_RUN_NODE), null, ['DiskAvailMegabytes', 'DiskUsedMegabytes', 'StorageAPIFailureCount', 'StorageAPISuccessCount']),
	...of(resource(OF_RUN_DEVICE), 'what nvidia-smi says while a job runs', [
		'GpuCapacityMilliGPUs',
		'GpuMemoryUtilizationMegabytes',
		'GpuUtilizationMilliGPUs',
		'GpuUtilizationPercentage',
	]),
	...of(resource(OF_RUN_DEVICE), null, ['GpuMemoryCapacityMegabytes', 'GpuMemoryUtilizationPercentage']),
	...of(resource([...OF_RUN_NODE, 'DeviceId']), null, ['IBReceiveMegabytes', 'IBTransmitMegabytes']),
	...of(resource([...OF_RUN_NODE, 'DeviceId']), 'what came to and left the node of each job, summed up by the minute', [
		'NetworkInputMegabytes',
		'NetworkOutputMegabytes',
	]),
	...of(kind(WORKSPACE_NAMESPACE, 'Run', COUNTED, RUN_DIMENSIONS), 'changes of the status of runs', [
		'Cancel Requested Runs',
		'Cancelled Runs',
		'Completed Runs',
		'Failed Runs',
		'Finalizing Runs',
		'Not Responding Runs',
		'Not Started Runs',
		'Preparing Runs',
		'Provisioning Runs',
		'Queued Runs',
		'Started Runs',
		'Starting Runs',
	]),
	...of(kind(WORKSPACE_NAMESPACE, 'Run', COUNTED, ['Scenario']), 'errors with which runs failed', ['Errors']),
	...of(kind(WORKSPACE_NAMESPACE, 'Run', COUNTED, ['Scenario']), 'jobs that lost their node and wait again', ['Warnings']),

	...of(kind(OWN_NAMESPACE, 'Ingest', COUNTED, []), 'points of metrics that runs logged', ['Ingested Points']),
	...of(kind(OWN_NAMESPACE, 'Ingest', SAMPLED, [], 'Seconds'), 'the time until an event was counted', ['Collection Lag']),
	...of(kind(OWN_NAMESPACE, 'Storage', SAMPLED, ['Kind'], 'Bytes'), 'files of runs, every fifteen minutes', ['Stored Bytes']),

	...of(kind(ENDPOINTS, 'Traffic', AVERAGE, ['deployment'], 'Milliseconds'), null, [
		'RequestLatency',
		'RequestLatency_P50',
		'RequestLatency_P90',
		'RequestLatency_P95',
		'RequestLatency_P99',
	]),
	...of(kind(ENDPOINTS, 'Traffic', AVERAGE, ['deployment', 'statusCode', 'statusCodeClass', 'modelStatusCode']), null, [
		'RequestsPerMinute',
	]),
	...of(kind(ENDPOINTS, 'Traffic', AVERAGE, []), null, ['ConnectionsActive']),
	...of(kind(ENDPOINTS, 'Traffic', AVERAGE, [], 'CountPerSecond'), null, ['NewConnectionsPerSecond']),
	...of(kind(ENDPOINTS, 'Traffic', AVERAGE, [], 'BytesPerSecond'), null, ['NetworkBytes']),
	...of(kind(ENDPOINTS, 'Traffic', SPREAD, ['deployment', 'type']), null, ['DataCollectionEventsPerMinute']),
	...of(kind(ENDPOINTS, 'Traffic', SPREAD, ['deployment', 'reason', 'type']), null, ['DataCollectionErrorsPerMinute']),
	...of(kind(DEPLOYMENTS, 'Resource', SPREAD, ['instanceId'], 'Percent'), null, [
		'CpuMemoryUtilizationPercentage',
		'CpuUtilizationPercentage',
		'GpuMemoryUtilizationPercentage',
		'GpuUtilizationPercentage',
	]),
	...of(kind(DEPLOYMENTS, 'Resource', SPREAD, ['instanceId', 'disk'], 'Percent'), null, ['DiskUtilization']),
	...of(kind(DEPLOYMENTS, 'Resource', SPREAD, ['instanceId', 'State']), null, ['DeploymentCapacity']),
	...of(kind(DEPLOYMENTS, 'Resource', SPREAD, ['instanceId']), null, ['GpuEnergyJoules']),
	...of(kind(DEPLOYMENTS, 'Resource', SPREAD, ['instanceId', 'type']), null, ['DataCollectionEventsPerMinute']),
	...of(kind(DEPLOYMENTS, 'Resource', SPREAD, ['instanceId', 'reason', 'type']), null, ['DataCollectionErrorsPerMinute']),
	...of(kind(DEPLOYMENTS, 'Traffic', AVERAGE, [], 'Milliseconds'), null, [
		'RequestLatency_P50',
		'RequestLatency_P90',
		'RequestLatency_P95',
		'RequestLatency_P99',
	]),
	...of(kind(DEPLOYMENTS, 'Traffic', AVERAGE, ['envoy_response_code']), null, ['RequestsPerMinute']),
]);

/** The namespaces that a workspace itself has metrics in; those of its endpoints are theirs. */
const NAMESPACES_OF_WORKSPACE: readonly string[] = [WORKSPACE_NAMESPACE, OWN_NAMESPACE];

/** Finds a metric by its name, whatever its case; without a namespace among those of the workspace. */
export function workspaceMetricOrNull(name: string, namespace?: string): WorkspaceMetricDefinition | null {
	const sought = name.toLowerCase();
	const soughtNamespace = namespace?.toLowerCase();
	return (
		WORKSPACE_METRICS.find(
			(metric) =>
				metric.name.toLowerCase() === sought &&
				(soughtNamespace === undefined
					? NAMESPACES_OF_WORKSPACE.includes(metric.namespace)
					: metric.namespace.toLowerCase() === soughtNamespace),
		) ?? null
	);
}

/** What counts the changes of runs to each status. */
export const RUN_METRICS: Readonly<Record<RunStatus, string>> = {
	NotStarted: 'Not Started Runs',
	Queued: 'Queued Runs',
	Preparing: 'Preparing Runs',
	Provisioning: 'Provisioning Runs',
	Starting: 'Starting Runs',
	Running: 'Started Runs',
	Finalizing: 'Finalizing Runs',
	CancelRequested: 'Cancel Requested Runs',
	NotResponding: 'Not Responding Runs',
	Completed: 'Completed Runs',
	Failed: 'Failed Runs',
	Canceled: 'Cancelled Runs',
};
