/** Which processors and GPUs of this machine each node has: the least used ones, so that nodes are spread over all of them. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverMachine, shareOfSize } from '../capabilities/compute/server-machine.ts';
import type { ClusterRecord } from '../capabilities/compute/service.ts';

/** As the agent of the node reads it before each job. */
interface ShareFile {
	readonly vmSize: string;
	readonly cores: number;
	readonly cpus: readonly number[];
	readonly memoryBytes: number;
	/** Null on a machine without any: nothing is said about them. */
	readonly gpus: readonly string[] | null;
	readonly enforceMemory: boolean;
}

export interface NodeShares {
	/** Gives a node its share, or the one that it had, and writes it down for its agent. */
	give(cluster: ClusterRecord, nodeId: string, nodeFolder: string): void;
	/** The node is gone. */
	takeBack(nodeId: string): void;
}

export function createNodeShares(): NodeShares {
	const given = new Map<string, ShareFile>();

	/** The `count` least used of some. */
	const leastUsed = <Id>(all: readonly Id[], count: number, of: (share: ShareFile) => readonly Id[]): Id[] => {
		const uses = new Map(all.map((id) => [id, 0]));
		for (const share of given.values()) for (const id of of(share)) if (uses.has(id)) uses.set(id, (uses.get(id) as number) + 1);
		const order = [...all].sort((left, right) => (uses.get(left) as number) - (uses.get(right) as number));
		const chosen = new Set(order.slice(0, count));
		return all.filter((id) => chosen.has(id));
	};

	return {
		give(cluster, nodeId, nodeFolder) {
			const file = join(nodeFolder, 'share.json');
			const { vmSize, cores, memoryBytes, gpus } = shareOfSize(cluster.vm_size);
			const before = given.get(nodeId) ?? readOrNull(file);
			const here = serverMachine();
			const stillThere = before !== null && before.vmSize === vmSize && before.cpus.every((cpu) => here.cpus.includes(cpu));
			const share: ShareFile = {
				vmSize,
				cores,
				cpus: stillThere ? before.cpus : leastUsed(here.cpus, cores, (other) => other.cpus),
				memoryBytes,
				gpus: here.gpus.length === 0 ? null : (stillThere && before.gpus) || leastUsed(here.gpus, gpus, (other) => other.gpus ?? []),
				enforceMemory: cluster.enforce_memory === 1,
			};
			given.set(nodeId, share);
			const text = JSON.stringify(share);
			if (before !== null && JSON.stringify(before) === text) return;
			mkdirSync(nodeFolder, { recursive: true, mode: 0o700 });
			// Its agent reads the old one or the new one, never half of it.
			writeFileSync(`${file}.new`, text, { mode: 0o600 });
			renameSync(`${file}.new`, file);
		},
		takeBack: (nodeId) => void given.delete(nodeId),
	};
}

function readOrNull(file: string): ShareFile | null {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as ShareFile;
	} catch {
		return null;
	}
}
