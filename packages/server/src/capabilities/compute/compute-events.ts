/** What happens to clusters and nodes, as the outbox keeps it. */
import type { ClusterEventData, NodeState } from '@runstead/contract';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ClusterRecord, NodeRecord } from './store.ts';

export function emitCluster(
	unit: UnitOfWork,
	type: 'cluster.created' | 'cluster.changed' | 'cluster.resized' | 'cluster.deleted',
	cluster: ClusterRecord,
	currentNodes: number,
	targetNodes: number,
	actor: string,
): void {
	const data: ClusterEventData = {
		name: cluster.name,
		vmSize: cluster.vm_size,
		vmPriority: cluster.vm_priority,
		minNodes: cluster.min_nodes,
		maxNodes: cluster.max_nodes,
		currentNodes,
		targetNodes,
	};
	unit.emit({ workspaceKey: cluster.workspace_key, type, subject: cluster.id, actor, data });
}

export function emitNode(
	unit: UnitOfWork,
	cluster: ClusterRecord,
	node: NodeRecord,
	to: NodeState | 'gone',
	reason: string | null,
	from: NodeState | null = node.state,
): void {
	unit.emit({
		workspaceKey: cluster.workspace_key,
		type: 'node.changed',
		subject: node.id,
		actor: 'compute',
		data: { cluster: cluster.id, clusterName: cluster.name, from, to, reason },
	});
}
