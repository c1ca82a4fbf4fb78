/** A cluster as azure-cli-ml describes it. */
import type { Cluster } from '@runstead/contract';
import { type Answer, documentAnswer } from '../output/answer.ts';

export function azCompute(cluster: Cluster) {
	return {
		name: cluster.name,
		type: 'AmlCompute',
		provisioningState: 'Succeeded',
		allocationState: cluster.allocationState,
		vmSize: cluster.vmSize,
		vmPriority: cluster.vmPriority,
		scaleSettings: {
			minNodeCount: cluster.minNodes,
			maxNodeCount: cluster.maxNodes,
			nodeIdleTimeBeforeScaleDown: `PT${cluster.idleSecondsBeforeScaleDown}S`,
		},
		currentNodeCount: cluster.currentNodes,
		targetNodeCount: cluster.targetNodes,
		nodeStateCounts: cluster.nodeCounts,
		description: cluster.description,
		tags: cluster.tags,
		createdUtc: cluster.createdTime,
	};
}

export function azComputeAnswer(cluster: Cluster): Answer {
	return documentAnswer(azCompute(cluster), [
		['Name', cluster.name],
		['VmSize', cluster.vmSize],
		['Nodes', `${cluster.currentNodes} of ${cluster.minNodes} to ${cluster.maxNodes}`],
		['State', cluster.allocationState],
	]);
}
