/** How a node comes and how its state changes, each with its event, in the caller's transaction. */
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import { type EmitCluster, emitNode } from './compute-events.ts';
import * as store from './store.ts';

export type NodeChanges = ReturnType<typeof createNodeChanges>;

export function createNodeChanges(emitCluster: EmitCluster, onChanged: () => void) {
	return {
		async insertIn(
			unit: UnitOfWork,
			cluster: store.ClusterRecord,
			node: Pick<store.NodeRecord, 'id' | 'state' | 'joined' | 'machine'>,
		): Promise<store.NodeRecord> {
			const made = await store.insertNode(unit.db, {
				...node,
				cluster_key: cluster.key,
				state_reason: null,
				state_time: unit.now,
				cordoned: 0,
				allocated_time: unit.now,
				boot_time: node.state === 'idle' ? unit.now : null,
				idle_since: node.state === 'idle' ? unit.now : null,
			});
			emitNode(unit, cluster, made, { from: null, to: made.state, reason: null });
			unit.afterCommit(onChanged);
			return made;
		},

		async changeStateIn(unit: UnitOfWork, node: store.NodeRecord, to: store.NodeRecord['state'], reason: string | null): Promise<void> {
			if (node.state === to) return;
			const cluster = await store.clusterByKey(unit.db, node.cluster_key);
			await store.updateNode(unit.db, node.key, {
				state: to,
				state_reason: reason,
				state_time: unit.now,
				boot_time: to === 'idle' ? (node.boot_time ?? unit.now) : node.boot_time,
				idle_since: to === 'idle' ? unit.now : null,
			});
			if (cluster) emitNode(unit, cluster, node, { to, reason });
			unit.afterCommit(onChanged);
		},

		async removeIn(unit: UnitOfWork, node: store.NodeRecord, reason: string | null): Promise<void> {
			const cluster = await store.clusterByKey(unit.db, node.cluster_key);
			await store.deleteNode(unit.db, node.key);
			if (cluster) {
				emitNode(unit, cluster, node, { to: 'gone', reason });
				const left = await store.nodesOf(unit.db, cluster.key);
				await emitCluster(unit, cluster, {
					type: 'cluster.resized',
					nodesBefore: left.length + 1,
					targetNodes: left.length,
					actor: 'compute',
				});
			}
			unit.afterCommit(onChanged);
		},
	};
}
