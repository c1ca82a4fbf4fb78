/** How many nodes a cluster may still have: what quotas say, and for low priority what dedicated nodes leave of the machine. */
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import type { ComputeServiceOptions } from './compute-options.ts';
import { serverMachine, shareOfSize } from './server-machine.ts';
import * as store from './store.ts';

export interface Room {
	readonly nodes: number;
	/** What stops the next node, in words. */
	readonly limitedBy: string;
}

export type RoomOf = (db: Kysely<Tables>, cluster: store.ClusterRecord) => Promise<Room>;

export function createRoomOf({ workspaces, quotas }: Pick<ComputeServiceOptions, 'workspaces' | 'quotas'>): RoomOf {
	return async (db, cluster) => {
		const workspace = await workspaces.byKey(cluster.workspace_key);
		const allowed = await quotas.roomFor(db, workspace, cluster.vm_size, cluster.vm_priority);
		const ofQuota = { ...allowed, limitedBy: `${allowed.limitedBy} (runstead compute quota request asks for more)` };
		if (cluster.vm_priority !== 'lowpriority') return ofQuota;
		const left = machineRoom(await store.countNodesInUse(db), cluster);
		return left !== null && left.nodes < ofQuota.nodes ? left : ofQuota;
	};
}

/** Low-priority nodes have what dedicated ones leave; alone they may be more than the machine has cores, as any others. */
function machineRoom(inUse: readonly store.NodesInUseRow[], cluster: store.ClusterRecord): Room | null {
	const dedicated = machineCores(inUse.filter((row) => row.vm_priority !== 'lowpriority'));
	if (dedicated === 0) return null;
	const all = serverMachine().cpus.length;
	return {
		nodes: Math.max(0, Math.floor((all - machineCores(inUse)) / shareOfSize(cluster.vm_size).cores)),
		limitedBy: `low-priority nodes have the cores that dedicated ones leave, and those have ${Math.min(dedicated, all)} of the ${all} of this machine`,
	};
}

/** Cores of this machine that nodes stand on: a size that is larger than the machine has all of it. */
export function machineCores(inUse: readonly store.NodesInUseRow[]): number {
	return inUse.reduce((cores, { vm_size, nodes }) => cores + shareOfSize(vm_size).cores * Number(nodes), 0);
}
