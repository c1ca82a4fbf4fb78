/** A node as the API shows it. */
import type { JoinNode, Node } from '@runstead/contract';
import { toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import { type Demand, shownState } from './demand.ts';
import { shareOfSize } from './server-machine.ts';
import type { ClusterRecord, NodeRecord } from './store.ts';

export function presentNode(cluster: ClusterRecord, node: NodeRecord, demand: Demand): Node {
	return {
		id: node.id,
		cluster: cluster.name,
		state: shownState(node, demand),
		stateReason: node.state_reason,
		cordoned: node.cordoned === 1,
		share: node.joined === 1 ? null : shareOfSize(cluster.vm_size),
		joined: node.joined === 1,
		machine: node.machine === null ? null : (JSON.parse(node.machine) as JoinNode).machine,
		runId: demand.busy.get(node.id) ?? null,
		allocatedTime: toWireTime(node.allocated_time),
		bootTime: toWireTimeOrNull(node.boot_time),
		idleSinceTime: toWireTimeOrNull(node.idle_since),
	};
}
