/** The nodes of clusters: what they are doing, who may take jobs, and how they come and go. */
import { randomUUID } from 'node:crypto';
import { type Node, RunsteadError } from '@runstead/contract';
import { toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { emitCluster, emitNode } from './compute-events.ts';
import type { ComputeServiceOptions } from './compute-options.ts';
import { type Demand, shownState } from './demand.ts';
import * as store from './store.ts';

export interface NodesOptions extends Pick<ComputeServiceOptions, 'database' | 'demandOf' | 'onChanged' | 'quotas' | 'workspaces'> {
	readonly find: (workspace: WorkspaceRecord, name: string) => Promise<store.ClusterRecord>;
}

export function createNodes({ database, demandOf, onChanged, quotas, workspaces, find }: NodesOptions) {
	const changeNodeState = async (
		unit: UnitOfWork,
		node: store.NodeRecord,
		to: store.NodeRecord['state'],
		reason: string | null,
	): Promise<void> => {
		if (node.state === to) return;
		const cluster = await store.clusterByKey(unit.db, node.cluster_key);
		await store.updateNode(unit.db, node.key, {
			state: to,
			state_reason: reason,
			boot_time: to === 'idle' ? (node.boot_time ?? unit.now) : node.boot_time,
			idle_since: to === 'idle' ? unit.now : null,
		});
		if (cluster) emitNode(unit, cluster, node, to, reason);
		unit.afterCommit(onChanged);
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
				if (change.drain) await changeNodeState(unit, node, 'leaving', 'It is being drained.');
				unit.afterCommit(onChanged);
			});
			const node = await store.nodeById(database.read, nodeId);
			return presentNode(cluster, node as store.NodeRecord, await demandOf(cluster.id));
		},

		/** Whether an agent may take jobs of a cluster; its first question makes its node ready, in the caller's transaction. */
		async mayTakeIn(unit: UnitOfWork, target: string, agent: string): Promise<boolean> {
			const cluster = await store.clusterById(unit.db, target);
			if (!cluster || cluster.deleting === 1) return false;
			const node = (await store.nodeById(unit.db, agent)) ?? (await joinIn(unit, cluster, agent));
			if (node.cluster_key !== cluster.key || node.cordoned === 1 || node.state === 'leaving') return false;
			if (node.state !== 'idle') await changeNodeState(unit, node, 'idle', null);
			if (cluster.max_concurrent_runs === null) return true;
			return (await demandOf(target)).active.size < cluster.max_concurrent_runs;
		},

		/** How many nodes a job may have at once: what the cluster may grow to, or as many as have joined it. */
		async nodesMaxOf(cluster: store.ClusterRecord): Promise<number> {
			return Math.max(cluster.max_nodes, (await store.nodesOf(database.read, cluster.key)).length);
		},

		/** A node has ended a job: its idle time begins, in the caller's transaction. */
		async becameIdleIn(unit: UnitOfWork, agent: string): Promise<void> {
			const node = await store.nodeById(unit.db, agent);
			if (!node) return;
			await store.updateNode(unit.db, node.key, { idle_since: unit.now });
			unit.afterCommit(onChanged);
		},

		/** For the engine: nodes that are being made, as many as quotas have room for. */
		allocate: (cluster: store.ClusterRecord, count: number): Promise<store.NodeRecord[]> =>
			database.write(async (unit) => {
				const workspace = await workspaces.byKey(cluster.workspace_key);
				const room = await quotas.roomFor(unit.db, workspace, cluster.vm_size, cluster.vm_priority);
				const before = (await store.nodesOf(unit.db, cluster.key)).length;
				const made: store.NodeRecord[] = [];
				for (let index = 0; index < Math.min(count, room.nodes); index++)
					made.push(await insertNodeIn(unit, cluster, `${cluster.name}-${randomUUID().slice(0, 8)}`, 'preparing', false));
				if (made.length > 0) emitCluster(unit, 'cluster.resized', cluster, before, before + made.length, 'compute');
				return made;
			}),

		/** For the engine: a node changes its state, or is gone. */
		nodeBecame: (nodeId: string, to: store.NodeRecord['state'] | 'gone', reason: string | null): Promise<void> =>
			database.write(async (unit) => {
				const node = await store.nodeById(unit.db, nodeId);
				if (!node) return;
				if (to !== 'gone') return changeNodeState(unit, node, to, reason);
				const cluster = await store.clusterByKey(unit.db, node.cluster_key);
				await store.deleteNode(unit.db, node.key);
				if (cluster) emitNode(unit, cluster, node, 'gone', reason);
			}),
	};
}

async function insertNodeIn(
	unit: UnitOfWork,
	cluster: store.ClusterRecord,
	id: string,
	state: store.NodeRecord['state'],
	joined: boolean,
): Promise<store.NodeRecord> {
	const node = await store.insertNode(unit.db, {
		id,
		cluster_key: cluster.key,
		state,
		state_reason: null,
		cordoned: 0,
		joined: joined ? 1 : 0,
		allocated_time: unit.now,
		boot_time: state === 'idle' ? unit.now : null,
		idle_since: state === 'idle' ? unit.now : null,
	});
	emitNode(unit, cluster, node, state, null, null);
	return node;
}

/** An agent that nobody here has started comes from another machine. */
function joinIn(unit: UnitOfWork, cluster: store.ClusterRecord, agent: string): Promise<store.NodeRecord> {
	return insertNodeIn(unit, cluster, agent, 'idle', true);
}

function presentNode(cluster: store.ClusterRecord, node: store.NodeRecord, demand: Demand): Node {
	return {
		id: node.id,
		cluster: cluster.name,
		state: shownState(node, demand),
		stateReason: node.state_reason,
		cordoned: node.cordoned === 1,
		joined: node.joined === 1,
		runId: demand.busy.get(node.id) ?? null,
		allocatedTime: toWireTime(node.allocated_time),
		bootTime: toWireTimeOrNull(node.boot_time),
		idleSinceTime: toWireTimeOrNull(node.idle_since),
	};
}
