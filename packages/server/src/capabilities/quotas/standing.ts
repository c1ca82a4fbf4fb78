/** Where quotas stand: limits, what is used, and what that leaves. */
import {
	DEDICATED_QUOTA,
	DEFAULT_QUOTA_CORES,
	LOW_PRIORITY_QUOTA,
	QUOTA_NAMES,
	type Quota,
	quotasOf,
	vmSizeOrNull,
} from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import * as store from './store.ts';

/** Nodes that count towards quotas: as many of one size in one workspace. */
export interface NodesInUse {
	readonly workspaceKey: number;
	readonly vmSize: string;
	readonly vmPriority: string;
	readonly nodes: number;
}

export type CountNodes = (db: Kysely<Tables>) => Promise<readonly NodesInUse[]>;

/** Every quota of a workspace by its name. */
export async function standingOf(db: Kysely<Tables>, countNodes: CountNodes, workspaceKey: number): Promise<Map<string, Quota>> {
	const [limits, nodesInUse] = await Promise.all([store.limitsOf(db, workspaceKey), countNodes(db)]);
	const set = (key: number, quota: string): number | null =>
		limits.find((limit) => limit.workspace_key === key && limit.quota === quota)?.limit_cores ?? null;
	return new Map(
		QUOTA_NAMES.map((name) => {
			const serverLimitCores = set(store.SERVER_KEY, name) ?? defaultCores(name);
			const workspaceLimitCores = set(workspaceKey, name);
			const serverUsedCores = coresUsed(nodesInUse, name);
			const usedCores = coresUsed(
				nodesInUse.filter((nodes) => nodes.workspaceKey === workspaceKey),
				name,
			);
			const left = Math.min(serverLimitCores - serverUsedCores, (workspaceLimitCores ?? Number.POSITIVE_INFINITY) - usedCores);
			return [
				name,
				{
					name,
					limitCores: Math.min(workspaceLimitCores ?? serverLimitCores, serverLimitCores),
					usedCores,
					// A limit that was lowered takes nothing away from those who are there.
					freeCores: Math.max(0, left),
					workspaceLimitCores,
					serverLimitCores,
					serverUsedCores,
				},
			];
		}),
	);
}

/** Whose limit it is that stops a workspace first: its own share, or the server's. */
export function ownerOf(quota: Quota, workspaceName: string): { owner: string; limit: number; used: number; free: number } {
	const { workspaceLimitCores: own, serverLimitCores, serverUsedCores, usedCores } = quota;
	const isOwn = own !== null && own - usedCores <= serverLimitCores - serverUsedCores;
	const [owner, limit, used] = isOwn ? [`workspace ${workspaceName}`, own, usedCores] : ['the server', serverLimitCores, serverUsedCores];
	return { owner, limit, used, free: Math.max(0, limit - used) };
}

export function defaultCores(quota: string): number {
	return quota === DEDICATED_QUOTA || quota === LOW_PRIORITY_QUOTA ? DEFAULT_QUOTA_CORES[quota] : DEFAULT_QUOTA_CORES.family;
}

function coresUsed(nodesInUse: readonly NodesInUse[], quota: string): number {
	let cores = 0;
	for (const { vmSize, vmPriority, nodes } of nodesInUse) {
		const size = vmSizeOrNull(vmSize);
		if (size && quotasOf(size, vmPriority).includes(quota)) cores += size.cores * nodes;
	}
	return cores;
}
