/** Taking nodes away: by hand, for dedicated nodes that need their cores, or because their machine goes. Their jobs wait for another node. */
import { type Node, RunsteadError } from '@runstead/contract';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import type { ComputeServiceOptions } from './compute-options.ts';
import type { NodesOptions } from './nodes.ts';
import { presentNode } from './present-node.ts';
import { machineCores } from './room.ts';
import { serverMachine, shareOfSize } from './server-machine.ts';
import * as store from './store.ts';

export interface Preemption {
	readonly reason: string;
	readonly actor: string;
}

export interface PreemptionOptions extends NodesOptions, Pick<ComputeServiceOptions, 'loseNodeIn'> {}

export function createPreemption({ database, demandOf, loseNodeIn, changes, find }: PreemptionOptions) {
	/** The node has no job from now on, and stays for a while for people to see. */
	const preemptIn = async (unit: UnitOfWork, node: store.NodeRecord, { reason, actor }: Preemption): Promise<void> => {
		if (node.state === 'preempted') return;
		await loseNodeIn(unit, { node: node.id, reason: `Node ${node.id} was preempted: ${reason}`, actor, preempted: true });
		await changes.changeStateIn(unit, node, 'preempted', reason);
	};

	return {
		preemptIn,

		/** @throws {RunsteadError} not-found, node-not-preemptible for a dedicated node of this server. */
		async preempt(workspace: WorkspaceRecord, name: string, nodeId: string, preemption: Preemption): Promise<Node> {
			const cluster = await find(workspace, name);
			await database.write(async (unit) => {
				const node = await store.nodeById(unit.db, nodeId);
				if (!node || node.cluster_key !== cluster.key)
					throw new RunsteadError('not-found', { noun: 'node', given: `${nodeId} of ${cluster.name}` });
				if (node.joined === 0 && cluster.vm_priority !== 'lowpriority')
					throw new RunsteadError('node-not-preemptible', { node: nodeId, cluster: cluster.name });
				await preemptIn(unit, node, preemption);
			});
			const node = (await store.nodeById(database.read, nodeId)) as store.NodeRecord;
			return presentNode(cluster, node, await demandOf(cluster.id));
		},

		/** Takes low-priority nodes away until so many nodes of a dedicated cluster have cores of their own, the idle and the youngest first. */
		makeRoom: (cluster: store.ClusterRecord, count: number): Promise<void> =>
			database.write(async (unit) => {
				if (cluster.vm_priority === 'lowpriority') return;
				const needed = shareOfSize(cluster.vm_size).cores * count;
				let missing = machineCores(await store.countNodesInUse(unit.db)) + needed - serverMachine().cpus.length;
				if (missing <= 0) return;
				for (const { lender, node } of await lentNodes(unit)) {
					if (missing <= 0) return;
					await preemptIn(unit, node, { reason: `Its cores are needed by the dedicated cluster ${cluster.name}.`, actor: 'compute' });
					missing -= shareOfSize(lender.vm_size).cores;
				}
			}),
	};

	async function lentNodes(unit: UnitOfWork): Promise<{ lender: store.ClusterRecord; node: store.NodeRecord }[]> {
		const lent: { lender: store.ClusterRecord; node: store.NodeRecord; isBusy: boolean }[] = [];
		for (const lender of await store.allClusters(unit.db)) {
			if (lender.vm_priority !== 'lowpriority') continue;
			const { busy } = await demandOf(lender.id);
			for (const node of await store.nodesOf(unit.db, lender.key))
				if (node.joined === 0 && node.state !== 'preempted') lent.push({ lender, node, isBusy: busy.has(node.id) });
		}
		return lent.sort((left, right) => Number(left.isBusy) - Number(right.isBusy) || right.node.allocated_time - left.node.allocated_time);
	}
}
