/** How many nodes and cores each cluster has in each state, and how much of its quota is used: sampled once a minute. */
import type { NodeState } from '@runstead/contract';
import type { ClusterStanding } from '../compute/service.ts';
import type { QuotaService } from '../quotas/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { Sample } from './samples.ts';

/** What Azure's total is the sum of; a node on its way is none yet. */
const STATES: readonly (readonly [string, NodeState])[] = [
	['Active', 'running'],
	['Idle', 'idle'],
	['Leaving', 'leaving'],
	['Preempted', 'preempted'],
	['Unusable', 'unusable'],
];

export interface ComputeGaugeOptions {
	readonly quotas: QuotaService;
	readonly workspaces: WorkspaceService;
}

export async function samplesOfCompute(
	{ quotas, workspaces }: ComputeGaugeOptions,
	clusters: readonly ClusterStanding[],
	time: number,
): Promise<Sample[]> {
	const quotaOf = new Map<number, Map<string, number>>();
	for (const { workspaceKey } of clusters) {
		if (quotaOf.has(workspaceKey)) continue;
		const standing = await quotas.list(await workspaces.byKey(workspaceKey));
		quotaOf.set(
			workspaceKey,
			new Map(standing.map(({ name, usedCores, limitCores }) => [name, limitCores > 0 ? (100 * usedCores) / limitCores : 100])),
		);
	}
	return clusters.flatMap((cluster) => {
		const { workspaceKey, name, vmFamily, vmPriority, quota } = cluster;
		const ofCluster = { ClusterName: name };
		const sample = (metric: string, value: number, dimensions = {}): Sample => ({
			workspaceKey,
			metric,
			dimensions: { ...ofCluster, ...dimensions },
			time,
			value,
		});
		const counts = STATES.map(([word, state]) => ({ word, nodes: cluster.nodes[state], cores: cluster.cores[state] }));
		const sum = (of: 'nodes' | 'cores'): number => counts.reduce((total, count) => total + count[of], 0);
		const percent = quota === null ? undefined : quotaOf.get(workspaceKey)?.get(quota);
		return [
			...counts.flatMap(({ word, nodes, cores }) => [sample(`${word} Nodes`, nodes), sample(`${word} Cores`, cores)]),
			sample('Total Nodes', sum('nodes')),
			sample('Total Cores', sum('cores')),
			...(percent === undefined
				? []
				: [
						sample('Quota Utilization Percentage', percent, {
							VmPriority: vmPriority,
							...(vmFamily !== null && { VmFamilyName: vmFamily }),
						}),
					]),
		];
	});
}
