/** What happens to clusters and nodes, as the outbox keeps it: what their log tables show later. */
import { type ClusterEventData, NODE_STATES, type NodeState, quotasOf, vmSizeOrNull } from '@runstead/contract';
import { toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ComputeServiceOptions } from './compute-options.ts';
import { type Demand, shownState } from './demand.ts';
import * as store from './store.ts';

export interface ClusterChange {
	readonly type: 'cluster.created' | 'cluster.changed' | 'cluster.resized' | 'cluster.deleting' | 'cluster.deleted';
	/** Nodes before it was resized; absent: it was not. */
	readonly nodesBefore?: number;
	readonly targetNodes: number;
	readonly actor: string;
}

export type EmitCluster = (unit: UnitOfWork, cluster: store.ClusterRecord, change: ClusterChange) => Promise<void>;

/** How many nodes are in each state. */
export function countStates(nodes: readonly store.NodeRecord[], demand: Demand): Record<NodeState, number> {
	const counts = Object.fromEntries(NODE_STATES.map((state) => [state, 0])) as Record<NodeState, number>;
	for (const node of nodes) counts[shownState(node, demand)]++;
	return counts;
}

export function createEmitCluster({
	workspaces,
	quotas,
	demandOf,
}: Pick<ComputeServiceOptions, 'workspaces' | 'quotas' | 'demandOf'>): EmitCluster {
	return async (unit, cluster, { type, nodesBefore, targetNodes, actor }) => {
		const size = vmSizeOrNull(cluster.vm_size);
		const nodes = await store.nodesOf(unit.db, cluster.key);
		const nodeCounts = countStates(nodes, await demandOf(cluster.id));
		const workspace = await workspaces.byKey(cluster.workspace_key);
		const quota = size && (await quotas.standingIn(unit.db, workspace, quotasOf(size, cluster.vm_priority)[0] as string));
		const data: ClusterEventData = {
			name: cluster.name,
			createdBy: cluster.created_by,
			createdTime: toWireTime(cluster.created_time),
			vmSize: cluster.vm_size,
			vmFamily: size?.family ?? null,
			vmPriority: cluster.vm_priority,
			coresPerNode: size?.cores ?? 0,
			minNodes: cluster.min_nodes,
			maxNodes: cluster.max_nodes,
			idleSecondsBeforeScaleDown: cluster.idle_seconds,
			allocationState: nodeCounts.preparing + nodeCounts.leaving > 0 || targetNodes !== nodes.length ? 'resizing' : 'steady',
			currentNodes: nodes.length,
			targetNodes,
			nodeCounts,
			isGrowing: nodesBefore === undefined ? null : nodes.length > nodesBefore,
			quota: quota ? { name: quota.name, limitCores: quota.limitCores, usedCores: quota.usedCores } : null,
		};
		unit.emit({ workspaceKey: cluster.workspace_key, type, subject: cluster.id, actor, data });
	};
}

export function emitNode(
	unit: UnitOfWork,
	cluster: store.ClusterRecord,
	node: store.NodeRecord,
	{
		from = node.state,
		to,
		reason,
		runId = null,
	}: { from?: NodeState | null; to: NodeState | 'gone'; reason: string | null; runId?: string | null },
): void {
	const size = vmSizeOrNull(cluster.vm_size);
	unit.emit({
		workspaceKey: cluster.workspace_key,
		type: 'node.changed',
		subject: node.id,
		actor: 'compute',
		data: {
			cluster: cluster.id,
			clusterName: cluster.name,
			clusterCreatedTime: toWireTime(cluster.created_time),
			vmSize: cluster.vm_size,
			vmFamily: size?.family ?? null,
			vmPriority: cluster.vm_priority,
			cores: size?.cores ?? 0,
			joined: node.joined === 1,
			from,
			to,
			reason,
			runId,
			allocatedTime: toWireTime(node.allocated_time),
			bootTime: toWireTimeOrNull(to === 'idle' ? (node.boot_time ?? unit.now) : node.boot_time),
		},
	});
}
