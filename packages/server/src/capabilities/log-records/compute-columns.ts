/** The columns of the tables of clusters, nodes and jobs: docs/concepts/compute-events.md says where each comes from. */
import type { ClusterEventData, JobEventData, NodeEventData } from '@runstead/contract';
import { fromWireTime, toWireTime } from '../../http/time.ts';
import type { StoredEvent } from '../../storage/unit-of-work.ts';
import type { ClusterPast } from './earlier-events.ts';
import type { Columns, RecordWorkspace } from './log-record.ts';

const MICROS_PER_SECOND = 1_000_000;

const EVENT_OF_CLUSTER: Record<string, string> = {
	'cluster.created': 'Created',
	'cluster.changed': 'Changed',
	'cluster.resized': 'Resized',
	'cluster.deleting': 'Deleting',
	'cluster.deleted': 'Deleted',
};

/** What all records of clusters have. */
export function everyClusterColumns(): Columns {
	return { ResultSignature: 'Succeeded', ClusterType: 'AmlCompute' };
}

export function clusterColumns(type: string, cluster: ClusterEventData, past: ClusterPast): Columns {
	const { nodeCounts, quota } = cluster;
	return {
		...operationColumns(type),
		ProvisioningState: type === 'cluster.deleting' ? 'Deleting' : 'Succeeded',
		EventType: EVENT_OF_CLUSTER[type] ?? type,
		ClusterName: cluster.name,
		CreatedBy: cluster.createdBy,
		CoreCount: cluster.coresPerNode * cluster.currentNodes,
		...machineColumns(cluster),
		ScalingType: cluster.minNodes === cluster.maxNodes ? 'Fixed' : 'Auto',
		InitialNodeCount: past.initialNodes,
		MinimumNodeCount: cluster.minNodes,
		MaximumNodeCount: cluster.maxNodes,
		NodeIdleTimeSecondsBeforeScaleDown: cluster.idleSecondsBeforeScaleDown,
		AllocationState: cluster.allocationState === 'steady' ? 'Steady' : 'Resizing',
		AllocationStateTransitionTime: toWireTime(past.allocationStateTime),
		CurrentNodeCount: cluster.currentNodes,
		TargetNodeCount: cluster.targetNodes,
		IdleNodeCount: nodeCounts.idle,
		RunningNodeCount: nodeCounts.running,
		PreparingNodeCount: nodeCounts.preparing,
		LeavingNodeCount: nodeCounts.leaving,
		UnusableNodeCount: nodeCounts.unusable,
		PreemptedNodeCount: String(nodeCounts.preempted),
		...(cluster.isGrowing !== null && { IsResizeGrow: String(cluster.isGrowing) }),
		...(quota && { QuotaAllocated: String(quota.limitCores), QuotaUtilized: String(quota.usedCores) }),
		...(nodeCounts.unusable > 0 && { ClusterErrorCodes: 'NodeUnusable' }),
	};
}

/** What all records of nodes have. */
export function everyNodeColumns(): Columns {
	return operationColumns('node.changed');
}

export function nodeColumns(subject: string, node: NodeEventData): Columns {
	const { allocatedTime, bootTime } = node;
	return {
		ResultSignature: node.to,
		ClusterName: node.clusterName,
		NodeId: subject,
		...machineColumns(node),
		ClusterCreationTime: node.clusterCreatedTime,
		ResizeStartTime: allocatedTime,
		NodeAllocationTime: allocatedTime,
		...(bootTime !== null && {
			ResizeEndTime: bootTime,
			NodeBootTime: bootTime,
			TotalE2ETimeInSeconds: String(
				(fromWireTime(bootTime, 'bootTime') - fromWireTime(allocatedTime, 'allocatedTime')) / MICROS_PER_SECOND,
			),
		}),
	};
}

/** The event, by its own name. */
const operationColumns = (type: string): Columns => ({ OperationName: type, InternalOperationName: type });

/** However a size was named, it is stored in upper case, as Azure's tables have it. */
function machineColumns({ vmSize, vmFamily, vmPriority }: { vmSize: string; vmFamily: string | null; vmPriority: string }): Columns {
	return {
		VmSize: vmSize.toUpperCase(),
		VmPriority: vmPriority === 'lowpriority' ? 'LowPriority' : 'Dedicated',
		...(vmFamily !== null && { VmFamilyName: vmFamily }),
	};
}

const JOB_EVENTS: Record<JobEventData['what'], { readonly type: string; readonly state: string }> = {
	submitted: { type: 'JobSubmitted', state: 'Queued' },
	queued: { type: 'JobSubmitted', state: 'Queued' },
	started: { type: 'JobRunning', state: 'Running' },
	succeeded: { type: 'JobSucceeded', state: 'Succeeded' },
	failed: { type: 'JobFailed', state: 'Failed' },
	cancelled: { type: 'JobFailed', state: 'Cancelled' },
};

/** What all records of the jobs of a workspace have. */
export function everyJobColumns(workspace: RecordWorkspace | null): Columns {
	return {
		InternalOperationName: 'job.changed',
		ProvisioningState: 'Succeeded',
		RunInContainer: 'false',
		...(workspace && {
			CustomerSubscriptionId: workspace.subscriptionId,
			WorkspaceName: workspace.name,
			ResourceGroupName: workspace.resourceGroup,
			ClusterResourceGroupName: workspace.resourceGroup,
		}),
	};
}

export function jobColumns({ subject }: StoredEvent, job: JobEventData): Columns {
	const { type, state } = JOB_EVENTS[job.what];
	const text = (value: number | null): string | null => (value === null ? null : String(value));
	return {
		// Samples of Azure's own look for jobs by this column.
		OperationName: type,
		ResultSignature: state,
		JobId: subject,
		JobName: subject,
		ExperimentId: job.experimentId,
		ExperimentName: job.experimentName,
		ClusterName: job.clusterName,
		ClusterId: job.cluster,
		NodeId: job.nodes.join(','),
		EventType: type,
		ExecutionState: state,
		ToolType: job.toolType,
		TFWorkerCount: text(job.workerCount),
		TFParameterServerCount: text(job.parameterServerCount),
		ErrorDetails: job.error?.details ?? null,
		JobErrorMessage: job.error?.message ?? null,
	};
}
