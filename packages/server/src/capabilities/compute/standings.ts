/** Where clusters stand at this moment, for what measures them: nodes and cores by state, and what their nodes offer. */
import { type JoinNode, NODE_STATES, type NodeState, quotasOf, vmSizeOrNull } from '@runstead/contract';
import type { Database } from '../../storage/database.ts';
import { type Demand, shownState } from './demand.ts';
import { serverMachine, shareOfSize } from './server-machine.ts';
import * as store from './store.ts';

export interface ClusterStanding {
	readonly workspaceKey: number;
	readonly name: string;
	readonly vmFamily: string | null;
	readonly vmPriority: string;
	/** The quota that its nodes count towards first: that of its family, or of low priority. */
	readonly quota: string | null;
	readonly nodes: Readonly<Record<NodeState, number>>;
	readonly cores: Readonly<Record<NodeState, number>>;
}

/** What a node offers to a job. */
export interface NodeCapacity {
	readonly cores: number;
	readonly memoryBytes: number;
}

const BYTES_PER_MIB = 1024 ** 2;

const noneInAnyState = (): Record<NodeState, number> =>
	Object.fromEntries(NODE_STATES.map((state) => [state, 0])) as Record<NodeState, number>;

export function createStandings({ database, demandOf }: { database: Database; demandOf: (target: string) => Promise<Demand> }) {
	const standingOf = async (cluster: store.ClusterRecord): Promise<ClusterStanding> => {
		const [records, demand] = await Promise.all([store.nodesOf(database.read, cluster.key), demandOf(cluster.id)]);
		const size = vmSizeOrNull(cluster.vm_size);
		const nodes = noneInAnyState();
		const cores = noneInAnyState();
		for (const node of records) {
			const state = shownState(node, demand);
			nodes[state]++;
			cores[state] += machineOf(node)?.cores ?? size?.cores ?? 0;
		}
		return {
			workspaceKey: cluster.workspace_key,
			name: cluster.name,
			vmFamily: size?.family ?? null,
			vmPriority: cluster.vm_priority,
			quota: size ? (quotasOf(size, cluster.vm_priority)[0] ?? null) : null,
			nodes,
			cores,
		};
	};

	return {
		/** Every cluster of the server; those on their way out as long as they have nodes. */
		async standings(): Promise<ClusterStanding[]> {
			const clusters = await store.allClusters(database.read);
			return Promise.all(clusters.filter(({ deleting }) => deleting === 0).map(standingOf));
		},

		/** What the node of a job offers, or offered; null where that is not known any more. */
		async capacityOf(workspaceKey: number, target: string, nodeId: string | undefined): Promise<NodeCapacity | null> {
			const cluster = await store.clusterByName(database.read, workspaceKey, target.toLowerCase());
			if (!cluster) {
				const { cpus, memoryBytes } = serverMachine();
				return { cores: cpus.length, memoryBytes };
			}
			const node = nodeId === undefined ? undefined : await store.nodeById(database.read, nodeId);
			if (node?.joined !== 1) return shareOfSize(cluster.vm_size);
			return machineOf(node);
		},
	};
}

/** The machine of a node that joined, as far as it has said. */
function machineOf(node: store.NodeRecord): NodeCapacity | null {
	if (node.joined !== 1 || node.machine === null) return null;
	const { machine } = JSON.parse(node.machine) as JoinNode;
	return { cores: machine.cores, memoryBytes: machine.memoryMib * BYTES_PER_MIB };
}
