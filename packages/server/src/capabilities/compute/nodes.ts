/** The nodes of clusters: what they are doing, who may take jobs, and how they come and go. */
import { randomUUID } from 'node:crypto';
import { type Node, RunsteadError } from '@runstead/contract';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { type EmitCluster, emitNode } from './compute-events.ts';
import type { ComputeServiceOptions } from './compute-options.ts';
import type { NodeChanges } from './node-changes.ts';
import type { Presence } from './presence.ts';
import { presentNode } from './present-node.ts';
import type { RoomOf } from './room.ts';
import * as store from './store.ts';

export interface NodesOptions extends Pick<ComputeServiceOptions, 'database' | 'demandOf' | 'wake' | 'onChanged'> {
	readonly changes: NodeChanges;
	readonly presence: Presence;
	readonly roomOf: RoomOf;
	readonly emitCluster: EmitCluster;
	readonly find: (workspace: WorkspaceRecord, name: string) => Promise<store.ClusterRecord>;
}

export function createNodes({ database, demandOf, wake, onChanged, roomOf, emitCluster, changes, presence, find }: NodesOptions) {
	/** Whether a node works is what the jobs say; a node on its way out is told of as such alone. */
	const emitWorkIn = async (
		unit: UnitOfWork,
		node: store.NodeRecord,
		from: 'idle' | 'running',
		to: 'idle' | 'running',
		runId: string | null,
	): Promise<void> => {
		const cluster = await store.clusterByKey(unit.db, node.cluster_key);
		if (cluster && node.state === 'idle') emitNode(unit, cluster, node, { from, to, reason: null, runId });
	};

	return {
		async nodes(workspace: WorkspaceRecord, name: string): Promise<Node[]> {
			const cluster = await find(workspace, name);
			const demand = await demandOf(cluster.id);
			return (await store.nodesOf(database.read, cluster.key)).map((node) => presentNode(cluster, node, demand));
		},

		/** Cordons or drains a node. @throws {RunsteadError} not-found. */
		async changeNode(
			workspace: WorkspaceRecord,
			name: string,
			nodeId: string,
			change: { cordoned?: boolean; drain?: boolean },
		): Promise<Node> {
			const cluster = await find(workspace, name);
			await database.write(async (unit) => {
				const node = await store.nodeById(unit.db, nodeId);
				if (!node || node.cluster_key !== cluster.key)
					throw new RunsteadError('not-found', { noun: 'node', given: `${nodeId} of ${cluster.name}` });
				const cordoned = change.drain === true || (change.cordoned ?? node.cordoned === 1);
				await store.updateNode(unit.db, node.key, { cordoned: cordoned ? 1 : 0 });
				if (change.drain) await changes.changeStateIn(unit, node, 'leaving', 'It is being drained.');
				unit.afterCommit(onChanged);
				unit.afterCommit(() => wake(cluster.id));
			});
			const node = await store.nodeById(database.read, nodeId);
			return presentNode(cluster, node as store.NodeRecord, await demandOf(cluster.id));
		},

		/**
		 * Whether an agent may take jobs of a cluster; its first question makes its node ready, in the caller's transaction. One that
		 * nobody here has started comes from another machine. @throws {RunsteadError} not-found when the cluster is gone.
		 */
		async mayTakeIn(unit: UnitOfWork, target: string, agent: string): Promise<boolean> {
			const cluster = await store.clusterById(unit.db, target);
			if (!cluster) throw new RunsteadError('not-found', { noun: 'compute target', given: target });
			if (cluster.deleting === 1) return false;
			const node =
				(await store.nodeById(unit.db, agent)) ??
				(await changes.insertIn(unit, cluster, { id: agent, state: 'idle', joined: 1, machine: null }));
			if (node.joined === 1) presence.heard(agent);
			if (node.cluster_key !== cluster.key || node.cordoned === 1 || node.state === 'leaving' || node.state === 'preempted') return false;
			if (node.state !== 'idle') await changes.changeStateIn(unit, node, 'idle', null);
			if (cluster.max_concurrent_runs === null) return true;
			return (await demandOf(target)).active.size < cluster.max_concurrent_runs;
		},

		/** How many nodes a job may have at once: what the cluster may grow to, or as many as have joined it. */
		async nodesMaxOf(cluster: store.ClusterRecord): Promise<number> {
			return Math.max(cluster.max_nodes, (await store.nodesOf(database.read, cluster.key)).length);
		},

		/** A node begins a job, in the caller's transaction. */
		async becameBusyIn(unit: UnitOfWork, agent: string, runId: string): Promise<void> {
			const node = await store.nodeById(unit.db, agent);
			if (node) await emitWorkIn(unit, node, 'idle', 'running', runId);
		},

		/** A node has ended a job: its idle time begins, in the caller's transaction. */
		async becameIdleIn(unit: UnitOfWork, agent: string): Promise<void> {
			const node = await store.nodeById(unit.db, agent);
			if (!node) return;
			await store.updateNode(unit.db, node.key, { idle_since: unit.now });
			await emitWorkIn(unit, node, 'running', 'idle', null);
			unit.afterCommit(onChanged);
		},

		/** For the engine: nodes that are being made, as many as quotas have room for. */
		allocate: (cluster: store.ClusterRecord, count: number): Promise<store.NodeRecord[]> =>
			database.write(async (unit) => {
				const room = await roomOf(unit.db, cluster);
				const before = (await store.nodesOf(unit.db, cluster.key)).length;
				const made: store.NodeRecord[] = [];
				for (let index = 0; index < Math.min(count, room.nodes); index++)
					made.push(
						await changes.insertIn(unit, cluster, {
							id: `${cluster.name}-${randomUUID().slice(0, 8)}`,
							state: 'preparing',
							joined: 0,
							machine: null,
						}),
					);
				if (made.length > 0) {
					const change = { type: 'cluster.resized', nodesBefore: before, targetNodes: before + made.length, actor: 'compute' } as const;
					await emitCluster(unit, cluster, change);
				}
				return made;
			}),

		/** For the engine: a node changes its state, or is gone. */
		nodeBecame: (nodeId: string, to: store.NodeRecord['state'] | 'gone', reason: string | null): Promise<void> =>
			database.write(async (unit) => {
				const node = await store.nodeById(unit.db, nodeId);
				if (!node) return;
				if (to !== 'gone') return changes.changeStateIn(unit, node, to, reason);
				await changes.removeIn(unit, node, reason);
				unit.afterCommit(() => presence.forget(nodeId));
			}),
	};
}
